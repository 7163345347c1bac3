/**
 * How a Hugging Face folder reads text: `tokenizer.json` and the small files around it, as a TokenizerSource.
 * Owns which file wins where several say the same; does not own tokenisation (nn/tokenizer).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../core/errors.ts';
import { readJson } from '../../nn/weights/source.ts';
import type { TokenizerSource } from '../../nn/weights/weights.ts';

const token = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();
const template = z.union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))]).nullish();
const settingsSchema = z.looseObject({ chat_template: template, bos_token: token, eos_token: token, pad_token: token });
const ids = z.union([z.number(), z.array(z.number())]).nullish();
const eosSchema = z.looseObject({ eos_token_id: ids });
const tokenizerSchema = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.number(), content: z.string() })).default([]),
  model: z.looseObject({}),
});

/** Throws UsageError that names the file when one is missing (tokenizer.json) or not understood. */
export async function readTokenizerFiles(folder: string): Promise<TokenizerSource> {
  const tokenizer = await parse(join(folder, 'tokenizer.json'), tokenizerSchema);
  if (tokenizer === undefined)
    throw new UsageError(`${folder} has no tokenizer.json; save it with a "fast" tokenizer of transformers`, 'no-tokenizer');
  const settings = (await parse(join(folder, 'tokenizer_config.json'), settingsSchema)) ?? {};
  const special = (await parse(join(folder, 'special_tokens_map.json'), settingsSchema)) ?? {};
  const generation = await parse(join(folder, 'generation_config.json'), eosSchema);
  const config = await parse(join(folder, 'config.json'), eosSchema);

  const nameOf = new Map(tokenizer.added_tokens.map(({ id, content }) => [id, content]));
  // What generation_config.json says wins over config.json, as it does in transformers.
  const eosIds = [generation?.eos_token_id ?? config?.eos_token_id ?? []].flat();
  const declared = textOf(settings.eos_token ?? special.eos_token);
  const eosTokens = [declared, ...eosIds.map((id) => nameOf.get(id))].filter((name) => name !== undefined && name !== null);
  return {
    json: tokenizer,
    chatTemplate: (await optionalText(join(folder, 'chat_template.jinja'))) ?? defaultTemplate(settings.chat_template),
    bosToken: textOf(settings.bos_token ?? special.bos_token),
    eosTokens: [...new Set(eosTokens)],
    padToken: textOf(settings.pad_token ?? special.pad_token),
  };
}

function textOf(value: z.infer<typeof token>): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : value.content;
}

/** Some checkpoints carry several templates; the one called "default" is the plain conversation. */
function defaultTemplate(value: z.infer<typeof template>): string | null {
  if (value === undefined || value === null || typeof value === 'string') return value ?? null;
  return (value.find(({ name }) => name === 'default') ?? value[0])?.template ?? null;
}

async function parse<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  if ((await optionalText(path)) === undefined) return undefined;
  const parsed = schema.safeParse(await readJson(path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UsageError(`${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`, 'bad-tokenizer');
}

async function optionalText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
