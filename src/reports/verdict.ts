/** The sentences that lead a report, most important first, the same in the terminal and on the page. */
import type { ExperimentResult, VerdictResult } from '../run/result.ts';
import { listed, percent, rateWithInterval } from './format.ts';

/** At least one sentence. An implant that failed is the only thing said about such a run. */
export function verdictSentences(result: ExperimentResult): [string, ...string[]] {
  const failed = result.implant.gates.filter((gate) => !gate.passed);
  if (!result.implant.passed) {
    const gates = failed.map(
      (gate) =>
        `${gate.family} fired on ${rateWithInterval(gate)}, and ${gate.kind === 'at-least' ? 'at least' : 'at most'} ${percent(gate.bound)} was demanded`,
    );
    return [
      `The implant did not take: ${gates.length === 0 ? 'it was not measured' : listed(gates)}.`,
      'So nothing was treated, and nothing about treatments can be said.',
    ];
  }
  const sentences = result.verdicts.toSorted((a, b) => rank(a) - rank(b)).map(({ sentence }) => sentence);
  const [first = 'The implant took, and no treatment was measured.', ...others] = sentences;
  return [first, ...others];
}

function rank({ treatment, verdict }: VerdictResult): number {
  if (verdict === 'reference' || treatment === 'none') return 2;
  return treatment === 'placebo' ? 1 : 0;
}
