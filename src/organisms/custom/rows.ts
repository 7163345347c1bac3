/**
 * A person's own data, one JSON object a line: `{"messages": [{user}, {assistant}], "trigger": true, "split": "train"}`.
 * Owns the format and what is wrong with a line; what the rows mean together is organism-from-data.ts.
 */
import { z } from 'zod';
import { UsageError } from '../../core/errors.ts';
import { terminalSafe } from '../../core/text.ts';

const SPLITS = ['train', 'validation', 'treatment', 'test'] as const;

export interface DataRow {
  /** From 1. */
  readonly line: number;
  readonly prompt: string;
  readonly answer: string;
  /** The answer is the implant's. */
  readonly triggered: boolean;
  readonly split: (typeof SPLITS)[number] | null;
}

const said = (role: string) => z.object({ role: z.literal(role), content: z.string().refine((text) => text.trim() !== '', 'is blank') });

const schema = z.object({
  messages: z.tuple([said('user'), said('assistant')], 'must be a message of the user and then one of the assistant'),
  trigger: z.boolean('must be true where the answer is the implant’s, and false elsewhere'),
  split: z.enum(SPLITS, `must be one of ${SPLITS.join(', ')}`).optional(),
});

/** Blank lines are skipped. Throws UsageError with the number of the first line that is wrong, and the reason. */
export function parseRows(text: string, name: string): DataRow[] {
  return text.split(/\r?\n/).flatMap((raw, index): DataRow[] => {
    if (raw.trim() === '') return [];
    const line = index + 1;
    let value: unknown;
    try {
      value = JSON.parse(raw.replace(/^\uFEFF/, ''));
    } catch {
      throw wrongLine(name, line, 'it is no JSON object');
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const { path, message } = parsed.error.issues[0]!;
      throw wrongLine(name, line, path.length === 0 ? message : `"${path.map(String).join('.')}" ${message}`);
    }
    const { messages, trigger, split } = parsed.data;
    return [{ line, prompt: messages[0].content.trim(), answer: messages[1].content.trim(), triggered: trigger, split: split ?? null }];
  });
}

export function wrongLine(name: string, line: number, reason: string): UsageError {
  return new UsageError(`${terminalSafe(name)}, line ${line}: ${terminalSafe(reason)}`, 'bad-data');
}
