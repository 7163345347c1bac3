/** `molehunt report <run>`: the report of a finished run once more, from the record alone. */
import { writeReport } from '../../reports/report.ts';
import { print, printJson } from '../output.ts';
import { openExistingStore, reportPath } from '../places.ts';
import { summary } from '../results.ts';
import { widthOf } from '../screen.ts';
import { findRun, resultOf } from '../stored-result.ts';

export interface ReportOptions {
  readonly out?: string;
  readonly store?: string;
  readonly json?: true;
}

export async function reportCommand(wanted: string, options: ReportOptions): Promise<void> {
  const store = await openExistingStore(options.store);
  try {
    const run = findRun(store, wanted);
    const result = resultOf(run);
    const report = writeReport(result, reportPath(options.out, store.location, run.id));
    if (options.json === true) await printJson({ ...result, report });
    else await print(summary({ ...result, report }, widthOf(process.stdout), null, options.store));
  } finally {
    store.close();
  }
}
