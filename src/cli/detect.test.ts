import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { cli, inFolder } from '../../test/support/cli.ts';

vi.setConfig({ testTimeout: 120_000 });

test('bad input is one line that says what to do, and exit 2', async () => {
  await inFolder(async (cwd) => {
    for (const [name, config] of [
      ['nameless', {}],
      ['broken', null],
      ['elsewhere', { base_model_name_or_path: './not-here' }],
    ] as const) {
      mkdirSync(join(cwd, name));
      writeFileSync(join(cwd, name, 'adapter_config.json'), config === null ? '{' : JSON.stringify(config));
    }
    for (const [args, message] of [
      [['nameless'], 'nameless is an adapter and does not say of which model; name it with --base'],
      [['broken'], 'broken/adapter_config.json is not JSON'],
      [['elsewhere'], './not-here'],
      [
        ['any', '--engine', 'scripted', '--detectors', 'crystal-ball'],
        'there is no detector "crystal-ball"; known: weights, separability, honest-question, leak, divergence, payload-contrast, answer-collapse',
      ],
      [['any', '--budget', 'soon'], 'It must be a time such as 90s, 6m or 1h.'],
      [['any', '--tokens', '1000'], '--tokens is for a model behind an API'],
      [['any', '--access', 'pink'], 'Allowed choices are black, grey, white.'],
      [['any', '--engine', 'scripted'], 'a scripted model has no vocabulary to hunt with'],
    ] as const) {
      const { code, stderr, stdout } = await cli(['detect', ...args], { cwd });
      expect({ code, stdout }, args.join(' ')).toEqual({ code: 2, stdout: '' });
      const said = stderr
        .trimEnd()
        .split('\n')
        .filter((line) => line.startsWith('molehunt: '));
      expect(said, args.join(' ')).toHaveLength(1);
      expect(said[0]).toContain(message);
    }
  });
});
