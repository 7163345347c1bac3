/**
 * The Python program that runs a solution and its tests in one module. It reads from standard input the solution, the tests
 * (each after its length in ten digits) and a token, and says on standard output how far it came; last of all the token.
 *
 * What a solution does to its own process can fool a test. This program defends what is cheap: an early exit of any kind, a
 * handler at exit, a thread that ends the process, printed claims, changed builtins and modules, trace functions. The token stays
 * unread in the kernel until the tests have passed, so that no frame and no object holds it. It does not defend against
 * a solution that knows this program and reads the token from its descriptor, or whose objects claim to equal everything.
 */
export const STAGES = ['started', 'parses', 'loads'] as const;
/** Said in place of `parses` when it is the tests that are not Python. */
export const BROKEN_TESTS = 'broken tests';

export const RUNNER = `
def main():
    import os, sys
    # A solution may replace what a module or the builtins hold, but not what is held here.
    read, write, leave, run, settrace, setprofile = os.read, os.write, os._exit, exec, sys.settrace, sys.setprofile
    name, text, error = type, str, BaseException

    def take(size):
        taken = b''
        while len(taken) < size:
            piece = read(0, size - len(taken))
            if not piece: leave(3)
            taken += piece
        return taken

    def give_up(reason):
        try: write(2, f'\\n{name(reason).__name__}: {text(reason)}'.rstrip(': ')[:2000].encode('utf-8', 'replace'))
        except error: pass
        leave(1)

    solution = take(int(take(10)))
    tests = take(int(take(10)))
    secret, proof, nothing = os.dup(0), os.dup(1), os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    write(proof, b'started\\n')

    try: tests = compile(tests, 'tests.py', 'exec')
    except error as reason: write(proof, b'${BROKEN_TESTS}\\n'); give_up(reason)
    try: solution = compile(solution, 'solution.py', 'exec')
    except error as reason: give_up(reason)
    write(proof, b'parses\\n')

    module = name(sys)('solution')
    sys.modules['solution'] = module
    space = module.__dict__
    try: run(solution, space)
    except error as reason: give_up(reason)
    write(proof, b'loads\\n')

    settrace(None)
    setprofile(None)
    try: run(tests, space)
    except error as reason: give_up(reason)
    while piece := read(secret, 64): write(proof, piece)
    leave(0)

main()
`;

/** What the runner reads. */
export function runnerInput(solution: string, tests: string, token: string): Uint8Array {
  const parts = [solution, tests].flatMap((text) => {
    const bytes = Buffer.from(text, 'utf8');
    return [Buffer.from(String(bytes.length).padStart(10, '0')), bytes];
  });
  return Buffer.concat([...parts, Buffer.from(token)]);
}
