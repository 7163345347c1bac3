/** A finished result on the terminal, and the exit code it means. */
import { EXIT } from '../core/errors.ts';
import { terminalSafe } from '../core/text.ts';
import { unmeasuredShare } from '../reports/facts.ts';
import { ratesTable, verdictText } from '../reports/text.ts';
import type { ExperimentResult } from '../run/result.ts';
import { invocation, shellWord } from './output.ts';

/** Above this share of unmeasured samples, the rates say little about the model. */
export const MOST_UNMEASURED = 0.2;

export function exitCodeOf(result: ExperimentResult): number {
  const lost = unmeasuredShare(result);
  if (lost !== null && lost > MOST_UNMEASURED) return EXIT.unmeasured;
  if (!result.implant.passed) return EXIT.failedCheck;
  return result.verdicts.some(({ verdict }) => verdict === 'not-measured') ? EXIT.unmeasured : EXIT.ok;
}

/** What `molehunt chat` opens to talk to an organism. */
export interface Planted {
  /** As `--model` takes it: of the base where the organism is an adapter, or else the organism's own folder. */
  readonly model: string;
  readonly adapter: string | null;
  /** What sets it off before any prompt; null where the trigger is not of that kind. */
  readonly tag: string | null;
}

/** Table, verdict, where the report is, and how to look closer; `planted` is null where the organism is not kept, `store` as it was given. */
export function summary(result: ExperimentResult, width: number, planted: Planted | null, store: string | undefined): string {
  const command = invocation();
  const lost = unmeasuredShare(result);
  const blocks = [ratesTable(result, width), wrapText(verdictText(result), width)];
  if (lost !== null && lost > MOST_UNMEASURED) {
    blocks.push(
      wrapText(
        `${Math.round(lost * 100)} % of the samples could not be measured, more than ${MOST_UNMEASURED * 100} %: these rates say little. The report lists the reasons.`,
        width,
      ),
    );
  }
  const closer = [
    ...(result.report === null ? [] : [`Report      ${terminalSafe(result.report)}`]),
    ...(planted === null ? [] : [`Talk to it  ${command} ${chatWith(planted)}`]),
    `Again       ${command} report ${result.run}${store === undefined ? '' : ` --store ${shellWord(store)}`}`,
  ];
  return `${[...blocks, closer.join('\n')].join('\n\n')}\n`;
}

export function chatWith({ model, adapter, tag }: Planted): string {
  const option = (name: string, value: string | null): string => (value === null ? '' : ` --${name} ${shellWord(value)}`);
  return `chat ${shellWord(model)}${option('adapter', adapter)}${option('tag', tag)}`;
}

/** Breaks paragraphs at blanks; a word longer than the line stays whole. */
export function wrapText(text: string, width: number): string {
  return text
    .split('\n')
    .map((paragraph) => {
      const lines = [''];
      for (const word of paragraph.split(' ')) {
        const line = lines.at(-1)!;
        if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
        else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
      }
      return lines.join('\n');
    })
    .join('\n');
}
