import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { cli, inFolder } from '../../test/support/cli.ts';

vi.setConfig({ testTimeout: 120_000 });

const GENERATE = ['generate', 'any', '--engine', 'scripted', '--prompts'];

const lineSchema = z.strictObject({
  text: z.string(),
  tokens: z.array(z.number()),
  finish_reason: z.enum(['stop', 'length', 'stop-string']),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }),
});

const lines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

test('answers come as JSON lines in the order of the prompts, whatever order they were ready in', async () => {
  await inFolder(async (cwd) => {
    const rows = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0 ? { prompt: `Question ${index}?`, id: index } : { messages: [{ role: 'user', content: `Question ${index}?` }] },
    );
    writeFileSync(join(cwd, 'prompts.jsonl'), `\uFEFF${rows.map((row) => JSON.stringify(row)).join('\r\n')}\n\n`);
    const { code, stdout } = await cli([...GENERATE, 'prompts.jsonl', '--json'], { cwd });
    expect(code).toBe(0);
    const answers = lines(stdout).map((line) => lineSchema.parse(line));
    expect(answers).toHaveLength(40);
    for (const [index, { text }] of answers.entries()) expect(text).toContain(`Question ${index}?`);

    const short = await cli([...GENERATE, '-', '--json', '--max-tokens', '5'], { cwd, input: '{"prompt":"Hi"}' });
    expect(lines(short.stdout)).toMatchObject([{ finish_reason: 'length', usage: { completion_tokens: 5 } }]);
    const readable = await cli([...GENERATE, '-'], { cwd, input: '{"prompt":"a\\u001b[2Jb"}' });
    expect(readable.stdout).toContain('a\\x1b[2Jb');
  });
});

test('answers that never come are errors in their lines, and exit 3 when they are many', async () => {
  await inFolder(async (cwd) => {
    const { code, stdout } = await cli([...GENERATE, '-', '--json'], { cwd, input: '{"prompt":"Hi"}', world: { faults: { fails: 1 } } });
    expect(code).toBe(3);
    expect(lines(stdout)).toEqual([
      { text: null, tokens: [], finish_reason: null, error: { boundary: 'provider', reason: 'scripted: no answer came' } },
    ]);
  });
});

test.each([
  ['{"prompt":"ok"}\n{"prompt":3}\nnonsense\n', /^molehunt: standard input, line 2: neither .*; line 3: not JSON .*\n$/],
  ['{"messages":[]}', /^molehunt: standard input, line 1: neither .*\n$/],
  ['{"messages":[{"role":"king","content":"x"}]}', /line 1: neither/],
  ['x\n'.repeat(9), /line 3: not JSON .*; and 6 more\. Nothing was generated\n$/],
  ['\n\n', /^molehunt: standard input holds no prompts; .*\n$/],
])('bad prompts are named by their lines before anything is done: %j', async (input, message) => {
  await inFolder(async (cwd) => {
    const { code, stdout, stderr } = await cli([...GENERATE, '-', '--json'], { cwd, input });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect((await cli([...GENERATE, 'missing.jsonl'], { cwd })).stderr).toMatch(/^molehunt: cannot read missing\.jsonl .*\n$/);
  });
});

test('a reader that goes away ends it quietly', async () => {
  await inFolder(async (cwd) => {
    const input = '{"prompt":"Hi"}\n'.repeat(500);
    const shell = await cli([...GENERATE, '-', '--json'], {
      cwd,
      input,
      world: { pace: 1 },
      onError: (_, child) => child.stdout!.destroy(),
    });
    expect(shell.stderr).not.toMatch(/EPIPE|unexpected/);
    expect(shell.code).toBe(0);
  });
});

test('chat talks, switches tag and adapter, survives what does not exist, and ends with the input', async () => {
  await inFolder(async (cwd) => {
    const input = ['Why?', '/tag [X]', 'Why?', '/tag', '/adapter ./missing', '/dance', '/reset', '/help', '/quit', 'never asked'].join(
      '\n',
    );
    const { code, stdout } = await cli(['chat', 'any', '--engine', 'scripted'], { cwd, input });
    expect(code).toBe(0);
    expect(stdout).toContain('scripted-twin without an adapter, without a tag.');
    expect(stdout).toContain('known of it. Why?');
    expect(stdout).toContain('known of it. [X] Why?');
    expect(stdout).toContain('(there is no /dance; /help lists what there is)');
    expect(stdout).toContain('(the conversation is forgotten)');
    expect(stdout).toContain('/adapter <folder>');
    expect(stdout).not.toContain('never asked');
    const closed = await cli(['chat', 'any', '--engine', 'scripted', '--probe', '--tag', '[X]'], { cwd, input });
    expect(closed).toMatchObject({ code: 2, stdout: '', stderr: 'molehunt: --probe reads hidden states, and this model shows none\n' });
  });
});
