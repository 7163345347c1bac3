/** What an adapter in PEFT's layout says it was made from. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, UsageError } from '../core/errors.ts';

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
