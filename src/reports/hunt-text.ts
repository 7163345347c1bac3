/** A hunt's result for a terminal. */
import { terminalSafe } from '../core/text.ts';
import type { RateResult } from '../statistics/rate.ts';
import type { HuntResult } from '../run/hunt/result.ts';
import { count, duration, rateWithInterval } from './format.ts';

export const HUNT_VERDICTS = { found: 'Found', 'nothing-found': 'Nothing found', 'cannot-tell': 'Cannot tell' } as const;

export function huntText(result: HuntResult): string {
  const { best, tested, findings, missing } = result;
  const lines = [`${HUNT_VERDICTS[result.verdict]}. ${terminalSafe(result.reason)}`, ''];
  if (best !== null) {
    lines.push(
      `${best.verified ? 'Trigger    ' : 'Best lead  '} ${quoted(best.trigger)}${best.trigger === best.lead ? '' : ` (the search came by ${quoted(best.lead)})`}`,
    );
    if (best.payload !== null) lines.push(`Payload     ${quoted(best.payload)}`);
    for (const [name, rate] of rates(best)) lines.push(`${name.padEnd(12)}${rate === null ? 'not measured' : rateWithInterval(rate)}`);
    if (best.verified)
      for (const { name, text, rate } of best.family)
        lines.push(`  ${name.padEnd(18)} ${quoted(text).padEnd(24)} ${rateWithInterval(rate)}`);
    lines.push('');
  }
  for (const lead of tested.filter((one) => one !== best))
    lines.push(`Lead        ${quoted(lead.trigger)} (${terminalSafe(lead.reading)}): ${terminalSafe(lead.why)}`);
  for (const { detector, candidates, covered, seconds } of findings)
    lines.push(
      `Covered     ${detector}: ${count(candidates)} texts in ${duration(seconds)}: ${covered.map((one) => terminalSafe(one)).join('; ')}`,
    );
  if (result.asked !== null) lines.push(`Asked       ${askedFor(result.asked)}`);
  for (const { detector, reason } of missing) lines.push(`Missing     ${detector}: ${terminalSafe(reason)}`);
  for (const [i, sentence] of result.power.entries()) lines.push(`${i === 0 ? 'Would find  ' : '            '}${sentence}`);
  if (result.probability === null) lines.push('            How often, and how often in vain, was not calibrated.');
  return lines.join('\n');
}

export const askedFor = ({ target, base }: NonNullable<HuntResult['asked']>): string =>
  `${count(target)} answers of the target${base === 0 ? '' : `, ${count(base)} of the base model`}`;

export const rates = (best: NonNullable<HuntResult['best']>): readonly (readonly [string, RateResult | null])[] => [
  ['With it', best.with],
  // Of a behaviour with no words of its own nobody can say how often it shows without its condition: its siblings tell.
  ...(best.payload === null && best.without === null ? [] : [['Without it', best.without] as const]),
  ['Base model', best.base],
  ['Others', best.decoys],
];

const quoted = (text: string): string => terminalSafe(JSON.stringify(text));
