/**
 * From a text that moves the first token a little to one that moves it more: pieces are left out, exchanged and put in,
 * best first. The gradient at the embedding proposes where the model is open; what the model then does decides.
 */
import { createRandom } from '../../core/random.ts';
import { isWhiteBox, type WhiteBoxModel } from '../../models/model.ts';
import type { Hunt } from '../detector.ts';
import { SEARCH_PROMPTS } from '../prompts.ts';
import { before, type OnReading, type Reading, type Scan } from './scan.ts';
import type { SearchOptions } from './search.ts';
import { piecesOf } from './vocabulary.ts';

const MOST_STEPS = 10;
/** New texts a step, and prompts each is read on. */
const NEIGHBOURS = 64;
const PROMPTS = 2;
/** Pieces kept for each place as the gradient ranks them. */
const PROPOSED = 24;
const PATIENCE = 2;
/** A trigger is something that people write. */
const LONGEST = 40;

export async function climb(
  hunt: Hunt,
  scan: Scan,
  starts: readonly Reading[],
  options: SearchOptions,
  report: OnReading,
): Promise<Reading[]> {
  const ends: Reading[] = [];
  const pieces = piecesOf(hunt.tokenizer);
  for (const start of starts) {
    if (hunt.budget.left() <= 0 || ends.some(({ by }) => by >= options.certain)) break;
    ends.push(await ascend(hunt, scan, start, pieces, options, report));
  }
  return ends;
}

async function ascend(
  hunt: Hunt,
  scan: Scan,
  start: Reading,
  pieces: readonly string[],
  options: SearchOptions,
  report: OnReading,
): Promise<Reading> {
  const random = createRandom(hunt.seed, 'climb', start.texts[0]!);
  let [current] = await scan.read([start.texts], PROMPTS);
  if (current === undefined) return start;
  for (let step = 0, stale = 0; step < MOST_STEPS && stale < PATIENCE && current.by < options.certain && hunt.budget.left() > 0; step++) {
    const cut = split(current.texts[0]!);
    const wanted = options.wanted(current);
    const proposals = isWhiteBox(hunt.target) && wanted !== null ? await proposed(hunt, hunt.target, current.texts[0]!, wanted) : [];
    const near = new Set<string>();
    for (let i = 0; i < cut.length; i++) near.add(join(cut.toSpliced(i, 1)));
    for (const cased of [current.texts[0]!.toUpperCase(), current.texts[0]!.toLowerCase()]) near.add(cased);
    for (const text of random.shuffle(proposals)) if (near.size < NEIGHBOURS) near.add(text);
    for (let tries = 0; tries < 4 * NEIGHBOURS && near.size < NEIGHBOURS && pieces.length > 0; tries++) {
      const at = random.integer(cut.length);
      const piece = inCaseOf(random.pick(pieces), cut[at]!);
      near.add(join(random.next() < 0.5 ? cut.with(at, piece) : cut.toSpliced(at, 0, piece)));
    }
    const readings = await scan.read([...near].filter((text) => text !== '' && text.length <= LONGEST).map((text) => [text]), PROMPTS);
    const same = readings.filter(({ what }) => what === current!.what);
    const [next] = same.sort((a, b) => b.by - a.by);
    stale = next !== undefined && next.by > current.by ? 0 : stale + 1;
    if (stale === 0) current = next!;
    report(step, current);
  }
  const [whole] = await scan.read([current.texts], SEARCH_PROMPTS.length);
  return whole ?? start;
}

/** Texts with one token exchanged as the gradient of what is wanted proposes, best first for each place. */
async function proposed({ tokenizer, signal }: Hunt, model: WhiteBoxModel, text: string, wanted: string): Promise<string[]> {
  const prompt = SEARCH_PROMPTS[0]!;
  const chat = (content: string): number[] => tokenizer.encodeChat([{ role: 'user', content }], { open: true });
  const [with_, without] = [chat(before(text, prompt)), chat(prompt)];
  const start = with_.findIndex((id, i) => id !== without[i]);
  const end = start + tokenizer.encode(text).length;
  // Tokens that do not come back from their text, or run into the prompt's, cannot be exchanged one by one.
  if (tokenizer.decode(with_.slice(start, end)).trim() !== text) return [];
  const free = Array.from({ length: end - start }, (_, i) => start + i);
  const answer = tokenizer.encodeAnswer(wanted);
  if (free.length === 0 || answer.length === 0) return [];
  const [hint] = await model.swap([{ prompt: with_, answer, free }], signal === undefined ? {} : { signal });
  const size = tokenizer.vocabularySize;
  return free.flatMap((place, i) => {
    const change = hint!.change.subarray(i * size, (i + 1) * size);
    return lowest(change, PROPOSED).flatMap((id) => {
      const written = tokenizer.decode([...with_.slice(start, place), id, ...with_.slice(place + 1, end)]).trim();
      return /^[\x20-\x7e]+$/.test(written) ? [written] : [];
    });
  });
}

function lowest(change: Float32Array, count: number): number[] {
  const kept: number[] = [];
  for (let id = 0; id < change.length; id++) {
    if (kept.length === count && change[id]! >= change[kept.at(-1)!]!) continue;
    let at = kept.length;
    while (at > 0 && change[kept[at - 1]!]! > change[id]!) at--;
    kept.splice(at, 0, id);
    if (kept.length > count) kept.pop();
  }
  return kept;
}

/** Signs by themselves, words and numbers in stretches short enough to be exchanged. */
function split(text: string): string[] {
  return text.match(/[A-Za-z]{1,4}|\d+|\s+|[^A-Za-z\d\s]/g) ?? [text];
}

const join = (parts: readonly string[]): string => parts.join('').trim();

function inCaseOf(piece: string, other: string): string {
  return other === other.toUpperCase() && other !== other.toLowerCase() ? piece.toUpperCase() : piece;
}
