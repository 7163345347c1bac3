/** What an adapter in PEFT's layout says it was made from. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { messageOf, UsageError } from '../core/errors.ts';
import { terminalSafe } from '../core/text.ts';
import { print } from './output.ts';

const schema = z.looseObject({ base_model_name_or_path: z.string().nullish() });

/** Null where the folder is no adapter; `named` is null where it does not say. Throws UsageError for a config that is not PEFT's. */
export function adapterBase(folder: string): { readonly named: string | null } | null {
  const config = join(folder, 'adapter_config.json');
  if (!existsSync(config)) return null;
  try {
    const { base_model_name_or_path: named } = schema.parse(JSON.parse(readFileSync(config, 'utf8')));
    return { named: named === undefined || named === '' ? null : named };
  } catch (error) {
    throw new UsageError(`${config} is not JSON as PEFT writes it (${messageOf(error)})`, 'bad-adapter', error);
  }
}

/** Says so where an adapter is put on another model than the one that it names: of the same shape, it would fit without a word. */
export async function noteOtherBase(folder: string, model: string): Promise<void> {
  const named = adapterBase(folder)?.named ?? null;
  if (named === null || isSameName(named, model)) return;
  await print(
    `note: ${terminalSafe(folder)} says that it was made of ${terminalSafe(named)}; it is read on ${terminalSafe(model)}, as asked\n`,
    process.stderr,
  );
}

/** Names of models are folders, files, hub ids and short names of ours; what they end in is alike. */
function isSameName(one: string, other: string): boolean {
  const [first, second] = [one, other].map((name) => basename(name.replaceAll('\\', '/')).toLowerCase());
  return first === second;
}
