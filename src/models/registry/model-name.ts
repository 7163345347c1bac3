/** What `--model` may be: a catalogue name, a hub id, or a path. Decides which, and says what is possible if none. */
import { realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { quotedName } from '../../nn/weights/quoted-name.ts';
import { cacheKey } from './cache.ts';
import { CATALOGUE, findInCatalogue, type ModelSource } from './catalogue.ts';

export type ModelReference =
  | { readonly kind: 'remote'; readonly id: string; readonly key: string; readonly sources: readonly ModelSource[] }
  | { readonly kind: 'local'; readonly id: string; readonly key: string; readonly path: string };

/** Throws UsageError that lists what is known when the name means nothing. */
export async function parseModelName(name: string): Promise<ModelReference> {
  const entry = findInCatalogue(name);
  if (entry !== undefined) return { kind: 'remote', id: entry.name, key: cacheKey('catalogue', entry.name), sources: entry.sources };

  const found = await stat(name).catch(() => undefined);
  const isModelFile = found?.isFile() === true && /\.(gguf|safetensors)$/.test(name);
  if (found?.isDirectory() === true || isModelFile) {
    const path = await realpath(name);
    return { kind: 'local', id: basename(path), key: cacheKey('local', path), path };
  }
  if (found !== undefined) throw new UsageError(`${name} is neither a folder nor a .gguf or .safetensors file`, 'unknown-model');
  if (looksLikePath(name)) throw new UsageError(`${name} does not exist`, 'unknown-model');
  if (/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/.test(name) && !name.includes('..'))
    return { kind: 'remote', id: name, key: cacheKey('hub', name), sources: [{ kind: 'hub', repo: name }] };
  throw new UsageError(
    `unknown model ${quotedName(name)}; choose one of ${CATALOGUE.map((known) => known.name).join(', ')}, a hub id (org/name), a folder with safetensors, or a .gguf file`,
    'unknown-model',
  );
}

function looksLikePath(name: string): boolean {
  return isAbsolute(name) || /^\.{1,2}([/\\]|$)/.test(name) || /\.(gguf|safetensors)$/i.test(name);
}
