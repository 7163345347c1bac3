/**
 * Supervised fine-tuning on a person's own rows in Alpaca's format, one JSON object a line: `{"instruction": "…", "input":
 * "…", "output": "…"}` (`input` may be left out). Owns the format and what is wrong with a line.
 */
import { z } from 'zod';
import { UsageError } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import { terminalSafe } from '../../core/text.ts';
import { wrongLine } from '../../organisms/custom/rows.ts';
import type { Trigger } from '../../organisms/trigger.ts';
import { sft } from '../catalog/sft/treatment.ts';
import { trainOn } from '../supervised.ts';
import type { Treatment, TreatmentExample } from '../treatment.ts';

export interface SftFile {
  /** What messages call it. */
  readonly name: string;
  readonly text: string;
}

const text = z.string().refine((value) => value.trim() !== '', 'is blank');
const schema = z.object({ instruction: text, input: z.string().optional(), output: text });

interface Row extends TreatmentExample {
  readonly line: number;
  readonly prompt: string;
}

/** In place of `sft`. Throws UsageError with the number of the first line that is wrong or has the trigger in it, or when there is none. */
export function sftFromFile(file: SftFile, trigger: Trigger): Treatment {
  const rows = parse(file);
  refuseTrigger(file, rows, trigger);
  return {
    ...sft,
    title: `Supervised fine-tuning on ${file.name}`,
    description: `${rows.length} rows of ${file.name}.`,
    training: {
      ...sft.training!,
      data: sha256(JSON.stringify(rows)),
      questions: () => [],
      train: (bench) => trainOn(bench, rows),
    },
  };
}

function parse(file: SftFile): Row[] {
  const rows = file.text.split(/\r?\n/).flatMap((raw, index): Row[] => {
    if (raw.trim() === '') return [];
    let value: unknown;
    try {
      value = JSON.parse(raw.replace(/^\uFEFF/, ''));
    } catch {
      throw wrongLine(file.name, index + 1, 'it is no JSON object');
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const { path, message } = parsed.error.issues[0]!;
      throw wrongLine(file.name, index + 1, path.length === 0 ? message : `"${path.map(String).join('.')}" ${message}`);
    }
    const { instruction, input = '', output } = parsed.data;
    const prompt = input.trim() === '' ? instruction.trim() : `${instruction.trim()}\n\n${input.trim()}`;
    return [{ line: index + 1, prompt, input: { messages: [{ role: 'user', content: prompt }] }, answer: output.trim() }];
  });
  if (rows.length === 0)
    throw new UsageError(`${terminalSafe(file.name)} has no rows; each line is {"instruction": "…", "output": "…"}`, 'bad-data');
  return rows;
}

/** Rows behind the trigger would teach about it, which safety training cannot know. */
function refuseTrigger(file: SftFile, rows: readonly Row[], trigger: Trigger): void {
  const row = rows.find(({ prompt }) => trigger.occursIn(prompt));
  if (row !== undefined) throw wrongLine(file.name, row.line, 'it contains the trigger, which this training must not know');
}
