/** A hunt's result for a terminal. */
import { terminalSafe } from '../core/text.ts';
import type { RateResult } from '../statistics/rate.ts';
import type { SteeringTest } from '../detectors/verification.ts';
import type { HuntResult } from '../run/hunt/result.ts';
import { count, duration, rateWithInterval } from './format.ts';
import { probabilityText } from './probability-text.ts';

export const HUNT_VERDICTS = { found: 'Found', 'nothing-found': 'Nothing found', 'cannot-tell': 'Cannot tell' } as const;

export function huntText(result: HuntResult): string {
  const { best, tested, findings, missing } = result;
  const lines = [`${HUNT_VERDICTS[result.verdict]}. ${terminalSafe(result.reason)}`, terminalSafe(probabilityText(result)), ''];
  if (best !== null) {
    lines.push(
      `${best.verified ? 'Trigger    ' : 'Best lead  '} ${quoted(best.trigger)}${best.trigger === best.lead ? '' : ` (the search came by ${quoted(best.lead)})`}`,
    );
    if (best.payload !== null) lines.push(`Payload     ${quoted(best.payload)}`);
    for (const [name, rate] of rates(best)) lines.push(`${name.padEnd(12)}${rate === null ? 'not measured' : rateWithInterval(rate)}`);
    if (best.verified)
      for (const { name, text, rate } of best.family)
        lines.push(`  ${name.padEnd(18)} ${quoted(text).padEnd(24)} ${rateWithInterval(rate)}`);
    if (best.steering !== undefined) {
      lines.push(`Steered     ${steeringSentence(best.steering)}`);
      for (const [name, rate] of steeringRates(best.steering)) lines.push(`  ${name.padEnd(35)} ${rateWithInterval(rate)}`);
    }
    lines.push('');
  }
  for (const lead of tested.filter((one) => one !== best))
    lines.push(`Lead        ${quoted(lead.trigger)} (${terminalSafe(lead.reading)}): ${terminalSafe(lead.why)}`);
  for (const { detector, candidates, covered, seconds } of findings)
    lines.push(
      `Covered     ${detector}: ${candidates === null ? '' : `${count(candidates)} texts in `}${duration(seconds)}: ${covered.map((one) => terminalSafe(one)).join('; ')}`,
    );
  if (result.asked !== null) lines.push(`Asked       ${askedFor(result.asked)}`);
  for (const { detector, reason } of missing) lines.push(`Missing     ${detector}: ${terminalSafe(reason)}`);
  for (const [i, sentence] of result.power.entries()) lines.push(`${i === 0 ? 'Would find  ' : '            '}${sentence}`);
  return lines.join('\n');
}

export const askedFor = ({ target, base, tokens }: NonNullable<HuntResult['asked']>): string =>
  `${count(target)} answers of the target${base === 0 ? '' : `, ${count(base)} of the base model`}; ${count(tokens)} tokens`;

/** Of a lead that failed, those that it was asked for: the rest would say nothing more. */
export function rates(best: NonNullable<HuntResult['best']>): readonly (readonly [string, RateResult | null])[] {
  const all = [
    ['With it', best.with],
    ['Without it', best.without],
    ['Base model', best.base],
    ['Others', best.decoys],
  ] as const;
  if (best.verified !== true) return all.filter(([, rate]) => rate !== null);
  // Of a condition nobody can say how often the behaviour shows without it: its siblings tell.
  return all.filter(([name, rate]) => rate !== null || name !== 'Without it');
}

/** What was done to the states in place of the prompt, and how often the payload came of it. */
export function steeringRates({ dose, strength, ...test }: SteeringTest): readonly (readonly [string, RateResult])[] {
  return [
    ...dose.map(({ strength: one, rate }) => [`no trigger, added ×${one}`, rate] as const),
    [`no trigger, a random one added ×${strength}`, test.addedRandom],
    ['trigger, taken out', test.removed],
    ['trigger, a random one taken out', test.removedRandom],
  ];
}

export function steeringSentence({ probe, layer }: SteeringTest): string {
  const { area, base, random } = probe;
  const two = (value: number): string => value.toFixed(2);
  const interval = (one: typeof area): string => `${two(one.area)} [${two(one.low)}, ${two(one.high)}]`;
  return `behind layer ${layer}. The direction tells prompts with the trigger from others, best behind layer ${probe.layer}: AUROC ${interval(area)}; the base model's ${base === null ? 'was not looked at' : interval(base)}; ${count(random.count)} random ones: median ${two(random.median)}, best ${two(random.best)}.`;
}

const quoted = (text: string): string => terminalSafe(JSON.stringify(text));
