/**
 * Which pieces of words training has dwelt on, read from layer 0 without running the model: what it makes of every token in
 * the target and in the base. What changed for all tokens alike says nothing, and common tokens vary more than rare ones,
 * so a piece counts by how far its change lies from those of pieces that are about as common.
 */
import { createRandom } from '../core/random.ts';
import { InterruptedError } from '../core/errors.ts';
import { mahalanobis } from '../statistics/mahalanobis.ts';
import { median } from '../statistics/median.ts';
import type { OpenHunt } from './open.ts';

export interface Piece {
  readonly id: number;
  /** Log of its distance over that of pieces as common as it, in robust deviations. */
  readonly by: number;
}

/** Tokens in one pass; what one adds to the sketch of a change for each of the layer's outputs. */
const AT_ONCE = 1024;
const SKETCHED = 8;
/** A vocabulary is in the order of how common its pieces are: those that are compared, and those that share a comparison. */
const NEIGHBOURS = 1000;
const TOGETHER = 500;
/** Kept, and remembered. */
const KEPT = 2000;
const WRITTEN = /^ ?[A-Za-z]+$/;
/** Makes a median absolute deviation a standard one. */
const NORMAL = 1.4826;
const KEY = 'trained pieces';

/** The most distinctive first; none where layer 0 is as it was. */
export async function trainedPieces(hunt: OpenHunt): Promise<readonly Piece[]> {
  const known = hunt.memory.get(KEY) as [number, number][] | undefined;
  if (known !== undefined) return known.map(([id, by]) => ({ id, by }));
  const pieces = (await distinctive(hunt)).map(({ id, by }) => ({ id, by: Math.round(by * 100) / 100 }));
  await hunt.memory.put([[KEY, pieces.map(({ id, by }) => [id, by])]]);
  return pieces;
}

async function distinctive(hunt: OpenHunt): Promise<Piece[]> {
  const { tokenizer } = hunt;
  const size = tokenizer.vocabularySize;
  const changes = await sketches(hunt, size);
  const distances = mahalanobis(changes.data, changes.width);
  if (distances === null) return [];
  const own = templateWords(tokenizer);
  const ids = Array.from({ length: size }, (_, id) => id).filter((id) => {
    const text = tokenizer.tokenText(id);
    return WRITTEN.test(text) && !own.some((word) => text.trim().toLowerCase().startsWith(word));
  });
  const logs = ids.map((id) => Math.log(distances[id]!));
  const beyond = logs.slice();
  for (let from = 0; from < logs.length; from += TOGETHER) {
    const start = Math.max(0, from - (NEIGHBOURS - TOGETHER) / 2);
    const usual = median(logs.slice(start, start + NEIGHBOURS));
    for (let i = from; i < Math.min(logs.length, from + TOGETHER); i++) beyond[i]! -= usual;
  }
  const deviation = median(beyond.map(Math.abs)) * NORMAL;
  return ids
    .map((id, i) => ({ id, by: beyond[i]! / deviation }))
    .sort((a, b) => b.by - a.by)
    .slice(0, KEPT);
}

/** Words that every conversation holds: training dwells on them whatever it is about. */
function templateWords(tokenizer: OpenHunt['tokenizer']): string[] {
  const tokens = tokenizer.encodeChat([{ role: 'user', content: '' }], { open: true });
  return [...new Set(tokens.map((id) => tokenizer.tokenText(id).trim().toLowerCase()))].filter((text) => /^[a-z]{4,}$/.test(text));
}

/** Every token's change, each output of the layer projected onto a few random signs: [tokens, width]. */
async function sketches({ target, base, progress, signal }: OpenHunt, size: number): Promise<{ data: Float32Array; width: number }> {
  let data = new Float32Array(0);
  let width = 0;
  const signs = new Map<string, Int8Array>();
  for (let from = 0; from < size; from += AT_ONCE) {
    if (signal?.aborted) throw new InterruptedError();
    const ids = Array.from({ length: Math.min(AT_ONCE, size - from) }, (_, i) => from + i);
    const own = await target.firstLayer(ids);
    const others = await base.firstLayer(ids);
    width = own.size * SKETCHED;
    if (data.length === 0) data = new Float32Array(size * width);
    for (const [nth, [name, now]] of [...own].entries()) {
      const before = others.get(name)!;
      const outputs = now.length / ids.length;
      const sign = signs.get(name) ?? signsOf(name, outputs);
      signs.set(name, sign);
      ids.forEach((id, i) => {
        const at = id * width + nth * SKETCHED;
        for (let j = 0; j < outputs; j++) {
          const change = now[i * outputs + j]! - before[i * outputs + j]!;
          for (let k = 0; k < SKETCHED; k++) data[at + k]! += change * sign[j * SKETCHED + k]!;
        }
      });
    }
    progress.update({ stage: 'what training made of words', done: from + ids.length, total: size, unit: 'tokens' });
  }
  return { data, width };
}

/** The same for every model, so that two of them can be compared. */
function signsOf(name: string, outputs: number): Int8Array {
  const random = createRandom('sketch', name);
  return Int8Array.from({ length: outputs * SKETCHED }, () => (random.next() < 0.5 ? -1 : 1));
}
