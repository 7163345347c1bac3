/** Prompts from JSON lines: every bad row is named by its line, before any work is done. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { messageOf, UsageError } from '../core/errors.ts';
import type { GenerateRequest } from '../models/model.ts';

// Rows may carry more than is used here: data sets do.
const rowSchema = z.union([
  z.object({ messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.string() })).min(1) }),
  z.object({ prompt: z.string() }),
]);

/** Complaints that are shown one by one; beyond, they are counted. */
const SHOWN = 3;

/** The inputs in order. `{"prompt"}` is one user turn, or raw text to continue with `raw`. */
export async function readPrompts(file: string, raw: boolean): Promise<GenerateRequest['input'][]> {
  const name = file === '-' ? 'standard input' : file;
  const content = file === '-' ? await text(process.stdin) : await readWhole(file);
  const inputs: GenerateRequest['input'][] = [];
  const bad: string[] = [];
  for (const [index, line] of content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '') continue;
    const row = parseRow(line);
    if (typeof row === 'string') bad.push(`line ${index + 1}: ${row}`);
    else if ('messages' in row) inputs.push({ messages: row.messages.map(({ role, content: said }) => ({ role, content: said })) });
    else inputs.push(raw ? { prompt: row.prompt } : { messages: [{ role: 'user', content: row.prompt }] });
  }
  if (bad.length > 0) {
    const more = bad.length > SHOWN ? `; and ${bad.length - SHOWN} more` : '';
    throw new UsageError(`${name}, ${bad.slice(0, SHOWN).join('; ')}${more}. Nothing was generated`, 'bad-prompts');
  }
  if (inputs.length === 0)
    throw new UsageError(`${name} holds no prompts; write one JSON object a line, {"messages": [...]} or {"prompt": "..."}`, 'no-prompts');
  return inputs;
}

type Row = z.infer<typeof rowSchema>;

/** The row, or what is wrong with it. */
function parseRow(line: string): Row | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `not JSON (${messageOf(error)})`;
  }
  const parsed = rowSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  return 'neither {"messages": [{"role", "content"}, ...]} nor {"prompt": "..."}';
}

async function readWhole(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `cannot read ${file} (${messageOf(error)}); name a file of JSON lines with --prompts`,
      'prompts-unreadable',
      error,
    );
  }
}
