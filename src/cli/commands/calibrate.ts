/** `molehunt calibrate [task…]`: a task's controls, on this machine, now. */
import { systemClock } from '../../core/clock.ts';
import { EXIT } from '../../core/errors.ts';
import { calibrationText } from '../../reports/calibration-text.ts';
import { calibrate, type Calibration } from '../../run/calibrate/calibrate.ts';
import { findSandbox } from '../../sandbox/registry.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { print, printJson } from '../output.ts';
import { createProgressLine } from '../progress.ts';
import { standardError } from '../screen.ts';

export interface CalibrateOptions {
  readonly json?: true;
}

export async function calibrateCommand(tasks: readonly string[], options: CalibrateOptions): Promise<void> {
  const progress = createProgressLine(standardError(), systemClock);
  const interrupt = listenForInterrupt(() => progress.end());
  try {
    const found = await calibrate(tasks, { findSandbox: () => findSandbox(process.env), progress, signal: interrupt.signal });
    progress.end();
    if (options.json === true) await printJson(found);
    else await print(calibrationText(found));
    process.exitCode = exitCodeOf(found);
  } finally {
    progress.end();
    interrupt.close();
  }
}

/** A control that is known to be missed is worse than one that nobody could run. */
function exitCodeOf(found: readonly Calibration[]): number {
  if (found.some((one) => one.kind === 'measured' && !one.passed)) return EXIT.failedCheck;
  return found.some(({ kind }) => kind === 'unmeasured') ? EXIT.unmeasured : EXIT.ok;
}
