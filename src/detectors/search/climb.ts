/**
 * From a text that reads well to one that reads better, always within its form: pieces exchanged as the gradient at the
 * embedding proposes, pieces put in and left out. What the model then does decides. A text of another form or case is not
 * tried: gibberish that works is easy to find, and nobody's trigger.
 */
import { createRandom, type Random } from '../../core/random.ts';
import { isWhiteBox, type WhiteBoxModel } from '../../models/model.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import type { Hunt } from '../detector.ts';
import { SEARCH_PROMPTS } from '../prompts.ts';
import { type OnReading, type Reading, type Scan } from './scan.ts';
import type { SearchOptions } from './search.ts';
import { caseOf, inCaseOf } from './forms.ts';
import { apart, asRead, bareOf, put } from './place.ts';
import { piecesOf } from './vocabulary.ts';

const MOST_STEPS = 8;
/** New texts a step, and prompts each is read on. */
const NEIGHBOURS = 64;
const PROMPTS = 2;
/** Pieces kept for each place as the gradient ranks them. */
const PROPOSED = 24;
const PATIENCE = 2;

export async function climb(hunt: Hunt, scan: Scan, start: Reading, options: SearchOptions, report: OnReading): Promise<Reading> {
  const random = createRandom(hunt.seed, 'climb', start.texts[0]!);
  const pieces = piecesOf(hunt.tokenizer);
  const tried = new Set<string>(start.texts.map(bareOf));
  let [current] = await scan.read([start.texts], PROMPTS);
  if (current === undefined) return start;
  for (let step = 0, stale = 0; step < MOST_STEPS && stale < PATIENCE && current.by < options.certain && hunt.budget.left() > 0; step++) {
    const text: string = current.texts[0]!;
    const { mark, bare } = apart(text);
    const wanted = options.wanted(current);
    const proposals =
      hunt.access === 'white' && isWhiteBox(hunt.target) && wanted !== null ? await proposed(hunt, hunt.target, text, wanted) : [];
    const near = neighbours(bare, [random.shuffle(proposals), edits(bare, pieces, random)], tried);
    const readings = await scan.read(
      near.map((one) => [mark + one]),
      PROMPTS,
    );
    const [next] = readings.filter(({ what }) => what === current!.what).sort((a, b) => b.by - a.by);
    stale = next !== undefined && next.by > current.by ? 0 : stale + 1;
    if (stale === 0) current = next!;
    report(step + 1, current);
  }
  const [whole] = await scan.read([current.texts], SEARCH_PROMPTS.length);
  return whole ?? start;
}

/** From each source in turn, what has the form of the text and was never tried. */
function neighbours(text: string, sources: readonly (readonly string[])[], tried: Set<string>): string[] {
  const form = formOf(text);
  const near: string[] = [];
  for (const other of sources.flat()) {
    if (near.length === NEIGHBOURS) break;
    if (tried.has(other) || formOf(other) !== form) continue;
    tried.add(other);
    near.push(other);
  }
  return near;
}

/** Parts exchanged, put in or left out at random. */
function edits(text: string, pieces: readonly string[], random: Random): string[] {
  const parts = text.match(/[A-Za-z]{1,4}|\d+|\s+|[^A-Za-z\d\s]/g) ?? [text];
  if (pieces.length === 0) return [];
  return Array.from({ length: 4 * NEIGHBOURS }, () => {
    const at = random.integer(parts.length);
    const piece = inCaseOf(parts[at]!, random.pick(pieces));
    const kind = random.integer(3);
    return (kind === 0 ? parts.with(at, piece) : kind === 1 ? parts.toSpliced(at, 0, piece) : parts.toSpliced(at, 1)).join('').trim();
  });
}

/** Texts, without the mark of their place, with one token exchanged as the gradient of what is wanted proposes, best first for each place. */
async function proposed({ tokenizer, signal }: Hunt, model: WhiteBoxModel, text: string, wanted: string): Promise<string[]> {
  const prompt = SEARCH_PROMPTS[0]!;
  const chat = (content: string): number[] => tokenizer.encodeChat([{ role: 'user', content }], { open: true });
  const [with_, without] = [chat(put(text, prompt)), chat(prompt)];
  const start = with_.findIndex((id, i) => id !== without[i]);
  const end = start + tokenizer.encode(asRead(text)).length;
  // Tokens that do not come back from their text, or run into the prompt's, cannot be exchanged one by one.
  if (tokenizer.decode(with_.slice(start, end)).trim() !== bareOf(text)) return [];
  const free = Array.from({ length: end - start }, (_, i) => start + i);
  const answer = tokenizer.encodeAnswer(wanted);
  if (free.length === 0 || answer.length === 0) return [];
  const [hint] = await model.swap([{ prompt: with_, answer, free }], signal === undefined ? {} : { signal });
  const size = tokenizer.vocabularySize;
  return free.flatMap((place, i) =>
    lowest(hint!.change.subarray(i * size, (i + 1) * size), PROPOSED, tokenizer).map((id) =>
      tokenizer.decode([...with_.slice(start, place), id, ...with_.slice(place + 1, end)]).trim(),
    ),
  );
}

/** Ids of letters and digits that promise most. */
function lowest(change: Float32Array, count: number, tokenizer: Tokenizer): number[] {
  const kept: number[] = [];
  for (let id = 0; id < change.length; id++) {
    if (kept.length === count && change[id]! >= change[kept.at(-1)!]!) continue;
    if (!/^ ?[A-Za-z\d]+$/.test(tokenizer.tokenText(id))) continue;
    let at = kept.length;
    while (at > 0 && change[kept[at - 1]!]! > change[id]!) at--;
    kept.splice(at, 0, id);
    if (kept.length > count) kept.pop();
  }
  return kept;
}

/** Signs and blanks as they stand, with words and numbers by their kind only. */
function formOf(text: string): string {
  return text.replaceAll(/[A-Za-z]+/g, (word) => caseOf(word)).replaceAll(/\d+/g, '0');
}
