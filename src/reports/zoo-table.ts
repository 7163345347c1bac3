/** The study of the detectors as a page of Markdown. */
import type { Caught } from '../statistics/roc.ts';
import type { RateResult } from '../statistics/rate.ts';
import type { DetectorSummary, GroupSummary, ZooSummary } from '../run/zoo/summary.ts';
import { duration, rateWithInterval } from './format.ts';
import { aurocText, qualityText } from './probability-text.ts';

export function zooTable(summary: ZooSummary): string {
  const { organisms, nulls, found, falseAlarms, cannotTell, didNotTake, notInnocent } = summary;
  const parts = [
    '# The detectors on known answers',
    `${organisms} organisms and ${nulls} nulls on ${summary.base.join(', ')}, ${duration(summary.budgetSeconds)} of hunting each; code ${summary.code.join(', ')}; results \`${summary.results.slice(0, 16)}\`. Intervals are 95 %.`,
    table(
      ['the hunt as a whole', 'organisms', 'nulls'],
      [
        ['found', rate(found), `${rate(falseAlarms)} (false alarms)`],
        ['cannot tell', rate(cannotTell.organisms), rate(cannotTell.nulls)],
      ],
    ),
    '## Each detector by its score',
    'A hunt ends with the first trigger that stands its test, so later detectors have no score for models that earlier ones saw through.',
    table(
      [
        'detector',
        'organisms, nulls with a score',
        'AUROC',
        'caught at 5 % false alarms',
        'at 1 %',
        'verified triggers (false ones)',
        'failed',
        'median time',
      ],
      summary.detectors.map(detectorRow),
    ),
    '## Probability',
    ...calibration(summary.calibration),
    '## Triggers recovered',
    'Exactly: the planted text. Partly: the year, or words of four letters or more in common that make up half of what was found. Other: it stands its test and is not what was planted.',
    table(
      ['organisms', 'n', 'exactly', 'partly', 'exactly or partly', 'other', 'cannot tell', 'median time'],
      summary.groups.map(groupRow),
    ),
    '## Nulls',
    table(
      ['null', 'false alarms', 'cannot tell'],
      summary.sorts.map(({ sort, ...one }) => [sort, rate(one.falseAlarms), rate(one.cannotTell)]),
    ),
    ...excluded('Organisms that did not take, and count nowhere', didNotTake),
    ...excluded('Nulls that are not innocent, and count nowhere', notInnocent),
  ];
  return `${parts.join('\n\n')}\n`;
}

function detectorRow({ detector, organisms, nulls, auroc, caught, verified, failed, seconds }: DetectorSummary): string[] {
  return [
    detector,
    `${organisms}, ${nulls}`,
    auroc === null ? 'not measured' : aurocText(auroc),
    ...caught.map(caughtText),
    `${verified.organisms} (${verified.nulls})`,
    String(failed),
    seconds === null ? 'not measured' : duration(seconds),
  ];
}

function caughtText(one: Caught | null): string {
  if (one === null) return 'not measured';
  const text = `${rate(one.caught)}`;
  if (one.claimable) return text;
  return `cannot be claimed with so few nulls; without a false alarm (at most ${(one.falseAlarmsAtMost * 100).toFixed(0)} %): ${text}`;
}

function calibration(made: ZooSummary['calibration']): string[] {
  if (made === null) return ['Not calibrated: two organisms and two nulls at least are needed.'];
  const { weighed, quality, detectors } = made;
  const { verified, organisms, nulls, scores } = weighed;
  return [
    `A trigger stood its test in ${verified.organisms} of ${organisms} organisms and ${verified.nulls} of ${nulls} nulls; where none did, scores are weighed. At even odds: ${qualityText(quality)}.`,
    table(
      ['detector', 'centre', 'scale', 'log-odds for each scale above the centre'],
      detectors.map((detector) => {
        const own = scores.find((one) => one.detector === detector);
        return own === undefined
          ? [detector, '–', '–', 'counts for nothing']
          : [detector, ...[own.centre, own.scale, own.coefficient].map((value) => value.toFixed(2))];
      }),
    ),
  ];
}

function groupRow({ group, organisms, exactly, partly, recovered, other, cannotTell, seconds }: GroupSummary): string[] {
  return [
    group,
    ...[organisms, exactly, partly].map(String),
    rate(recovered),
    ...[other, cannotTell].map(String),
    seconds === null ? 'not measured' : duration(seconds),
  ];
}

function excluded(title: string, lines: ZooSummary['didNotTake']): string[] {
  if (lines.length === 0) return [];
  const rows = lines.map(({ id, exact, plain }) => [`\`${id.replaceAll('|', '\\|')}\``, ...[exact, plain].map(orNot)]);
  return [`## ${title}: ${lines.length}`, table(['model', 'with its trigger', 'without'], rows)];
}

const rate = (one: RateResult): string => rateWithInterval(one).replaceAll('\u00a0', ' ');
const orNot = (one: RateResult | null): string => (one === null ? 'not measured' : rate(one));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
