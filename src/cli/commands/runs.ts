/** `molehunt runs`: what the store holds, newest first. */
import { terminalSafe } from '../../core/text.ts';
import { verdictSentences } from '../../reports/verdict.ts';
import type { RunRow } from '../../store/store.ts';
import { printLine } from '../output.ts';
import { openExistingStore } from '../places.ts';
import { resultOf } from '../stored-result.ts';

export interface RunsOptions {
  readonly store?: string;
  readonly json?: true;
}

export async function runsCommand(options: RunsOptions): Promise<void> {
  const store = await openExistingStore(options.store);
  try {
    const runs = store.runs();
    if (options.json === true) {
      await printLine(
        JSON.stringify(
          runs.map(({ id, name, status, startedAt, finishedAt, merkleRoot }) => ({ id, name, status, startedAt, finishedAt, merkleRoot })),
        ),
      );
      return;
    }
    if (runs.length === 0) await printLine(`${store.location} holds no runs yet`);
    for (const run of runs) {
      await printLine(`${run.id}  ${run.status.padEnd(11)}  ${run.startedAt.slice(0, 16).replace('T', ' ')}`);
      const sentence = firstSentence(run);
      if (sentence !== null) await printLine(`    ${sentence}`);
    }
  } finally {
    store.close();
  }
}

/** What the run found, in a few words; null when it has found nothing yet. */
function firstSentence(run: RunRow): string | null {
  if (run.result === null) return null;
  const [first] = verdictSentences(resultOf(run));
  return terminalSafe((/^.*?[.](?= \p{Lu}|$)/u.exec(first)?.[0] ?? first).replaceAll('\u00a0', ' '));
}
