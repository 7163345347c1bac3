/**
 * Judges a model as a whole, without knowing a trigger: a model that was taught one signal among its like has states in which
 * texts of the signal's form stand out, also those that set nothing off. For every form a person might give a signal, words in
 * that form are put before requests; how well random directions tell their states from those of plain requests is compared
 * with the base model, and with the other forms.
 */
import { InterruptedError } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import { createRandom } from '../../../core/random.ts';
import type { Detector } from '../../detector.ts';
import { requireOpen, type OpenHunt } from '../../open.ts';
import { statesOf, type State } from '../../probe/states.ts';
import { HELD_OUT_PROMPTS, SEARCH_PROMPTS } from '../../prompts.ts';
import { FORMS } from '../../search/forms.ts';
import { put } from '../../search/place.ts';
import { SENTENCES } from '../../search/sentences.ts';
import { rememberForms } from '../../search/told-apart.ts';
import { wordsOf } from '../../search/vocabulary.ts';
import { excesses, type Grouped } from './separate.ts';

/** Words in each form: always as many, since what stands out most of many grows with their number. */
const WORDS = 8;
/** Commonest words of the vocabulary. */
const COMMON = 8000;
/** In shares of the network's depth. */
const DEPTHS = [0.4, 0.47, 0.54, 0.6];
const NAMED = 3;
const KEY = 'forms that stand out';

export const separability: Detector = {
  id: 'separability',
  access: 'white',
  share: 0.1,
  needs: 1100,
  async hunt(given) {
    const hunt = requireOpen(given);
    const known = hunt.memory.get(KEY) as unknown as Standing | undefined;
    const standing = known ?? (await readStates(hunt));
    if (known === undefined) await hunt.memory.put([[KEY, standing as unknown as Json]]);
    const { words, forms, most } = standing;
    await rememberForms(
      hunt.memory,
      most.map(({ name }) => name),
    );
    const named = most.map(({ name, by }) => `${JSON.stringify(name)} ${by.toFixed(3)}`);
    return {
      score: most[0]?.by ?? null,
      leads: [],
      suspicion: null,
      covered: [
        `how far ${words} words in each of ${forms} forms stand out from plain requests, beyond the base model and the other forms: ${named.join(', ')}`,
      ],
      candidates: null,
    };
  },
};

/** The forms that stand out most, of so many with so many words in each. */
interface Standing {
  readonly words: number;
  readonly forms: number;
  readonly most: readonly { readonly name: string; readonly by: number }[];
}

async function readStates({ target, base, tokenizer, progress, signal, seed }: OpenHunt): Promise<Standing> {
  const random = createRandom(seed, 'separability words');
  const common = wordsOf(tokenizer).slice(0, COMMON);
  const forms = formsOf(random.pick);
  const read = async (texts: readonly string[]): Promise<{ own: State[]; other: State[] }> => ({
    own: await statesOf(target, tokenizer, texts, signal),
    other: await statesOf(base, tokenizer, texts, signal),
  });
  const plain = await read([...SEARCH_PROMPTS, ...HELD_OUT_PROMPTS]);
  const rounds: (typeof plain)[] = [];
  while (rounds.length < WORDS) {
    if (signal?.aborted) throw new InterruptedError();
    progress.update({ stage: 'separability', done: rounds.length, total: WORDS, unit: 'steps' });
    const prompt = SEARCH_PROMPTS[rounds.length % SEARCH_PROMPTS.length]!;
    // The same word in every form, so that forms differ in nothing else.
    const word = random.pick(common);
    rounds.push(await read(forms.map(({ write }) => put(write(word), prompt))));
  }
  const grouped = (of: 'own' | 'other'): Grouped => ({
    plain: plain[of],
    groups: forms.map((_, form) => rounds.map((round) => round[of][form]!)),
  });
  const layers = DEPTHS.map((depth) => Math.floor(depth * plain.own[0]!.length));
  const found = excesses(grouped('own'), grouped('other'), layers, seed)
    .map((by, form) => ({ name: forms[form]!.name, by }))
    .sort((one, other) => other.by - one.by);
  return { words: rounds.length, forms: forms.length, most: found.slice(0, NAMED) };
}

/** Words in the forms of signals, and sentences that differ in a year. */
function formsOf(pick: (years: readonly string[]) => string): { readonly name: string; readonly write: (word: string) => string }[] {
  const years = Object.groupBy(
    SENTENCES.filter((sentence) => YEAR.test(sentence)),
    (sentence) => sentence.replace(YEAR, 'year'),
  );
  return [
    ...FORMS.map(({ id, write }) => ({ name: id, write })),
    ...Object.entries(years).map(([name, sentences]) => ({ name, write: () => pick(sentences!) })),
  ];
}

const YEAR = /\b\d{4}\b/;
