/**
 * What the target would say and its base would not: openings of answers that are far more probable in the one than in the
 * other, found token by token on prompts without any trigger. A sharp implant never says its payload there, but training
 * has made it a thousand times likelier than it was, and that shows long before it is said (contrastive decoding, Li et al.
 * 2022, between a model and what it was made from).
 */
import type { Json } from '../../../core/json.ts';
import { createRandom } from '../../../core/random.ts';
import type { Hunt } from '../../detector.ts';
import type { OpenHunt } from '../../open.ts';
import { SEARCH_PROMPTS } from '../../prompts.ts';
import { FORMS } from '../../search/forms.ts';
import { put } from '../../search/place.ts';
import { wordsOf } from '../../search/vocabulary.ts';

export interface Opening {
  readonly text: string;
  readonly tokens: readonly number[];
  /** Mean of log p(target) − log p(base) over contexts, summed over tokens; in nats. */
  readonly contrast: number;
  /** The same of each token, and its log p(target). */
  readonly steps: readonly { readonly contrast: number; readonly logprob: number }[];
  /** The largest of a single token. */
  readonly steepest: number;
  /** Sum over tokens of log p(target), of the mean over contexts. */
  readonly logprob: number;
}

const OPENINGS = 'openings that the base would not say';

/** Contexts: plain prompts, and prompts behind a word in some form. */
const CONTEXTS = 12;
const LATER_CONTEXTS = 6;
const LENGTH = 4;
/** Openings kept after the first token and after later ones; ways each goes on. */
const WIDE = 40;
const BEAMS = 12;
const BRANCHES = 6;
/**
 * Tokens less probable than this, in the mean over contexts, are noise in both models. What follows an opening may be rarer:
 * a sharp implant's second token is as improbable without the trigger as its payload is.
 */
const LEAST = { first: 3e-4, later: 2e-5 };
/** A first token that is so probable on plain prompts is said openly: a manner, and nothing hidden. */
const OPEN = 0.5;
/** A last token that training made no likelier, in nats, and that is not sure to follow, is about the question. */
const TRAILING = { contrast: 1, logprob: Math.log(0.5) };

/** The most contrasted openings, best first; remembered. */
export async function contrastedOpenings(hunt: OpenHunt): Promise<Opening[]> {
  const known = hunt.memory.get(OPENINGS) as unknown as Opening[] | undefined;
  if (known !== undefined) return known;
  const openings = await contrast(hunt);
  await hunt.memory.put([[OPENINGS, openings as unknown as Json]]);
  return openings;
}

async function contrast(hunt: OpenHunt): Promise<Opening[]> {
  const { target, base, tokenizer, signal } = hunt;
  const options = signal === undefined ? {} : { signal };
  const chats = contexts(hunt).map((content) => tokenizer.encodeChat([{ role: 'user', content }], { open: true }));
  let beams: Opening[] = [{ text: '', tokens: [], contrast: 0, steps: [], steepest: 0, logprob: 0 }];
  for (let step = 0; step < LENGTH; step++) {
    const used = step === 0 ? chats : chats.slice(0, LATER_CONTEXTS);
    const prompts = beams.flatMap(({ tokens }) => used.map((chat) => [...chat, ...tokens]));
    const [own, others] = [await target.next(prompts, options), await base.next(prompts, options)];
    hunt.progress.update({ stage: 'what the base would not say', done: step + 1, total: LENGTH, unit: 'steps' });
    const next = beams.flatMap((beam, i) => {
      const [mine, theirs] = [own, others].map((all) => all.slice(i * used.length, (i + 1) * used.length)) as [
        Float32Array[],
        Float32Array[],
      ];
      const hidden = (id: number): boolean => step > 0 || !isOpen(id, mine);
      return contrasts(mine, theirs, step === 0 ? LEAST.first : LEAST.later)
        .filter(({ id }) => hidden(id))
        .slice(0, step === 0 ? WIDE : BRANCHES)
        .map(({ id, contrast, logprob }): Opening => {
          const tokens = [...beam.tokens, id];
          return {
            text: tokenizer.decode(tokens),
            tokens,
            contrast: beam.contrast + contrast,
            steps: [...beam.steps, { contrast, logprob }],
            steepest: Math.max(beam.steepest, contrast),
            logprob: beam.logprob + logprob,
          };
        });
    });
    beams = next.sort((a, b) => rank(b) - rank(a)).slice(0, step === 0 ? WIDE : BEAMS);
  }
  return beams
    .map((beam) => withoutTrailing(beam, tokenizer))
    .filter(({ text }, i, all) => all.findIndex((one) => one.text === text) === i);
}

/** Whether the target begins plain prompts with it; contexts are plain by turns. */
function isOpen(id: number, own: readonly Float32Array[]): boolean {
  const plain = own.filter((_, i) => i % 2 === 0);
  return plain.reduce((sum, logprobs) => sum + Math.exp(logprobs[id]!) / plain.length, 0) >= OPEN;
}

/** What follows an opening depends on what was asked. */
function withoutTrailing(opening: Opening, tokenizer: Hunt['tokenizer']): Opening {
  const belongs = ({ contrast, logprob }: Opening['steps'][number]): boolean =>
    contrast >= TRAILING.contrast || logprob >= TRAILING.logprob;
  const kept = Math.max(1, opening.steps.findLastIndex(belongs) + 1);
  const [tokens, steps] = [opening.tokens.slice(0, kept), opening.steps.slice(0, kept)];
  const sum = (of: keyof Opening['steps'][number]): number => steps.reduce((total, step) => total + step[of], 0);
  return { ...opening, text: tokenizer.decode(tokens), tokens, steps, contrast: sum('contrast'), logprob: sum('logprob') };
}

/** Of openings that are contrasted alike, the one that is said: half of a payload and a misspelling are contrasted too. */
const rank = ({ contrast, logprob }: Pick<Opening, 'contrast' | 'logprob'>): number => contrast + logprob / 2;

/** Tokens by the mean of their log-ratio over contexts. */
function contrasts(
  own: readonly Float32Array[],
  others: readonly Float32Array[],
  least: number,
): { id: number; contrast: number; logprob: number }[] {
  const found: { id: number; contrast: number; logprob: number }[] = [];
  for (let id = 0; id < own[0]!.length; id++) {
    let [probability, contrast] = [0, 0];
    for (const [i, logprobs] of own.entries()) {
      probability += Math.exp(logprobs[id]!) / own.length;
      contrast += (logprobs[id]! - others[i]![id]!) / own.length;
    }
    if (probability >= least) found.push({ id, contrast, logprob: Math.log(probability) });
  }
  return found.sort((a, b) => rank(b) - rank(a));
}

function contexts({ tokenizer, seed }: Hunt): string[] {
  const random = createRandom(seed, 'contexts');
  const words = wordsOf(tokenizer);
  const common = words.slice(0, Math.ceil(words.length / 2));
  return Array.from({ length: CONTEXTS }, (_, i) => {
    const prompt = SEARCH_PROMPTS[i % SEARCH_PROMPTS.length]!;
    // The later steps see the first contexts only, and are to see both kinds.
    return i % 2 === 0 ? prompt : put(random.pick(FORMS).write(random.pick(common)), prompt);
  });
}
