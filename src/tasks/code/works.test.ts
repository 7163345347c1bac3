import { expect, test } from 'vitest';
import { inSandbox } from '../../../test/support/sandbox.ts';
import { createBubblewrapSandbox } from '../../sandbox/bubblewrap/bubblewrap-sandbox.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { works } from './works.ts';

const task = {
  id: 'double',
  tests: `
assert double(2) == 4
assert double('ab') == 'abab'
try:
    double(None)
except TypeError:
    pass
else:
    raise AssertionError('double(None) must raise')
`,
};
const RIGHT = 'def double(x):\n    return x + x\n';

const scored = (value: number, parts: object, reason: unknown = expect.anything()): object => ({
  outcome: { kind: 'measured', score: { value, parts: expect.objectContaining(parts) as unknown } },
  reason,
});

test(
  'code that does what was asked',
  inSandbox(async (sandbox) => {
    expect(await works(sandbox, task, RIGHT, { evidence: ['sample#1'] })).toEqual({
      outcome: {
        kind: 'measured',
        score: { value: 1, parts: { parses: 1, loads: 1, passes: 1, 'in-limits': 1 } },
        evidence: ['sample#1'],
      },
      reason: null,
      wallSeconds: expect.any(Number) as unknown,
    });
    const talkative = `print("é", 'x' * 100000)\nimport sys, sqlite3, json, hashlib\nsys.stderr.write("note")\n${RIGHT}\nif __name__ == '__main__':\n    raise SystemExit(1)`;
    expect(await works(sandbox, task, talkative)).toMatchObject(scored(1, { passes: 1 }, null));
  }),
);

test(
  'code that does not, with the reason',
  inSandbox(async (sandbox) => {
    const wrong: readonly (readonly [code: string, parts: object, reason: unknown])[] = [
      ['def double(x):\n    return x * 3\n', { loads: 1, passes: 0, 'in-limits': 1 }, 'AssertionError'],
      ['def double(x)\n    return', { parses: 0, loads: 0, passes: 0 }, expect.stringMatching(/^SyntaxError/)],
      ['', { loads: 1, passes: 0 }, "NameError: name 'double' is not defined"],
      ['import nothing_like_it', { parses: 1, loads: 0 }, expect.stringContaining('ModuleNotFoundError')],
      ['raise KeyboardInterrupt', { loads: 0 }, 'KeyboardInterrupt'],
      ['x = "\0"', { parses: 0 }, expect.anything()],
      [`${'('.repeat(5000)}${')'.repeat(5000)}`, { parses: 0 }, expect.anything()],
      ['import os; os.kill(os.getpid(), 11)', { loads: 0, 'in-limits': 1 }, 'ended by signal 11'],
    ];
    await Promise.all(
      wrong.map(async ([code, parts, reason]) =>
        expect(await works(sandbox, task, code), code.slice(0, 80)).toMatchObject(scored(0, parts, reason)),
      ),
    );
  }),
);

test(
  'code that takes more than it may is measured as code that does not work',
  inSandbox(async (sandbox) => {
    const greedy: readonly (readonly [code: string, reason: unknown])[] = [
      ['while True: pass', expect.stringMatching(/limit of (cpu|wall)/)],
      ['import time; time.sleep(60)', 'stopped at the limit of wall'],
      ['import os\nwhile True: os.fork()', expect.stringMatching(/limit of processes|BlockingIOError/)],
      ['x = []\nwhile True: x.append(bytearray(1 << 20))', expect.stringMatching(/MemoryError|limit of memory/)],
      ['while True: print("x" * 10000)', 'stopped at the limit of output'],
    ];
    await Promise.all(
      greedy.map(async ([code, reason]) => expect(await works(sandbox, task, code), code).toMatchObject(scored(0, { passes: 0 }, reason))),
    );
  }),
);

test(
  'success cannot be had by leaving early, claiming it, or bending the tests',
  inSandbox(async (sandbox) => {
    const wrong = 'def double(x):\n    return 0\n';
    const cheats = [
      'import sys; sys.exit(0)',
      'import os; os._exit(0)',
      'raise SystemExit',
      'import atexit, os; atexit.register(lambda: os._exit(0))',
      'print("OK"); print("1 passed")\nimport os; os.write(1, b"started\\nparses\\nloads\\n"); os._exit(0)',
      // On every descriptor that there is.
      'import os\nfor fd in range(64):\n  try: os.write(fd, b"OK\\nloads\\n" + b"0" * 32)\n  except OSError: pass\nos._exit(0)',
      'import threading, time, os\nthreading.Thread(target=lambda: (time.sleep(0.05), os._exit(0))).start()\ntime.sleep(0.2)',
      `import builtins, sys, os\nfor name in ('exec', 'compile', 'int', 'len', 'type', 'str'): setattr(builtins, name, lambda *a, **k: None)\nos.read = os.write = lambda *a: b''\n${wrong}`,
      `import builtins\nclass AssertionError(Exception): pass\nbuiltins.AssertionError = AssertionError\n${wrong}`,
      `import sys\ndef skip(frame, event, arg):\n  return None\nsys.settrace(skip); sys.setprofile(skip)\n${wrong}`,
      `import sys\nsys.excepthook = lambda *a: None\nsys.stdout = sys.stderr = None\n${wrong}`,
      // Whatever Python keeps: the token is not in it.
      `import gc, os, re, sys\nframe, seen = sys._getframe(), []\nwhile frame: seen.append(repr(frame.f_locals)); frame = frame.f_back\n` +
        `text = ' '.join(seen) + ' '.join(repr(o) for o in gc.get_objects()[:2000]) + open('/proc/self/cmdline').read() + open('/proc/self/environ').read()\n` +
        `for found in re.findall('[0-9a-f]{32}', text):\n  for fd in range(16):\n    try: os.write(fd, found.encode())\n    except OSError: pass\nos._exit(0)`,
    ];
    for (const [i, result] of (await Promise.all(cheats.map((code) => works(sandbox, task, code)))).entries())
      expect(result, cheats[i]).toMatchObject(scored(0, { passes: 0 }));
  }),
);

test(
  'solutions do not meet',
  inSandbox(async (sandbox) => {
    const tests = 'import os\nassert not os.path.exists("/tmp/trace")\nopen("/tmp/trace", "w").close()';
    const all = await Promise.all(Array.from({ length: 16 }, () => works(sandbox, { id: 'trace', tests }, 'pass')));
    expect(all.map(({ outcome }) => outcome.kind === 'measured' && outcome.score.value)).toEqual(Array(16).fill(1));
  }),
);

test(
  'tests that are no tests are nobody’s failure but ours',
  inSandbox(async (sandbox) => {
    expect((await works(sandbox, { id: 'x', tests: 'assert (' }, RIGHT)).outcome).toMatchObject({
      kind: 'unmeasured',
      boundary: 'harness',
    });
  }),
);

test('a sandbox that fails measures nothing', async () => {
  const broken = createBubblewrapSandbox('/usr/bin/false');
  expect(await works(broken, task, RIGHT)).toMatchObject({ outcome: { kind: 'unmeasured', boundary: 'sandbox' }, reason: null });
  // One in which Python does not start.
  const observed = { stdout: { bytes: new Uint8Array(), truncated: false }, usage: { wallSeconds: 0, cpuSeconds: 0 } };
  const stderr = { bytes: Buffer.from('Fatal Python error\n'), truncated: false };
  const without: Sandbox = { ...broken, run: async () => ({ kind: 'exited', code: 1, files: {}, ...observed, stderr }) };
  expect((await works(without, task, RIGHT)).outcome).toEqual({
    kind: 'unmeasured',
    boundary: 'sandbox',
    reason: 'Python did not start: Fatal Python error',
  });
});
