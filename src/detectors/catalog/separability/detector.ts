/**
 * Judges a model as a whole, without knowing a trigger: a model that was taught one signal among its like has states in which
 * texts of the signal's form stand out, also those that set nothing off. For every form a person might give a signal, words in
 * that form are put before requests; how well random directions tell their states from those of plain requests is compared
 * with the base model, and with the other forms.
 */
import { InterruptedError } from '../../../core/errors.ts';
import { sha256 } from '../../../core/hash.ts';
import type { Json } from '../../../core/json.ts';
import { createRandom } from '../../../core/random.ts';
import type { WhiteBoxModel } from '../../../models/model.ts';
import type { Detector } from '../../detector.ts';
import { readOfBase } from '../../of-base.ts';
import { requireOpen, type OpenHunt } from '../../open.ts';
import { statesOf, type State } from '../../probe/states.ts';
import { HELD_OUT_PROMPTS, SEARCH_PROMPTS } from '../../prompts.ts';
import { FORMS } from '../../search/forms.ts';
import { put } from '../../search/place.ts';
import { SENTENCES } from '../../search/sentences.ts';
import { rememberForms } from '../../search/told-apart.ts';
import { wordsOf } from '../../search/vocabulary.ts';
import { excesses, separationsIn, type Separations } from './separate.ts';

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

async function readStates(hunt: OpenHunt): Promise<Standing> {
  const { target, base, tokenizer, seed } = hunt;
  const random = createRandom(seed, 'separability words');
  const common = wordsOf(tokenizer).slice(0, COMMON);
  const forms = formsOf(random.pick);
  const rounds = Array.from({ length: WORDS }, (_, round) => {
    const prompt = SEARCH_PROMPTS[round % SEARCH_PROMPTS.length]!;
    // The same word in every form, so that forms differ in nothing else.
    const word = random.pick(common);
    return forms.map(({ write }) => put(write(word), prompt));
  });
  const own = await separationsOf(hunt, 'the target', target, rounds);
  const key = ['separability', seed, sha256(JSON.stringify(rounds))].join('\0');
  const other = await readOfBase(hunt, key, () => separationsOf(hunt, 'its base', base, rounds));
  const found = excesses(own, other)
    .map((by, form) => ({ name: forms[form]!.name, by }))
    .sort((one, another) => another.by - one.by);
  return { words: rounds.length, forms: forms.length, most: found.slice(0, NAMED) };
}

async function separationsOf(
  { tokenizer, progress, signal, seed }: OpenHunt,
  name: string,
  model: WhiteBoxModel,
  rounds: readonly (readonly string[])[],
): Promise<Separations> {
  const plain = await statesOf(model, tokenizer, [...SEARCH_PROMPTS, ...HELD_OUT_PROMPTS], signal);
  const read: State[][] = [];
  for (const texts of rounds) {
    if (signal?.aborted) throw new InterruptedError();
    progress.update({ stage: `separability of ${name}`, done: read.length, total: rounds.length, unit: 'steps' });
    read.push(await statesOf(model, tokenizer, texts, signal));
  }
  const groups = rounds[0]!.map((_, form) => read.map((round) => round[form]!));
  const layers = DEPTHS.map((depth) => Math.floor(depth * plain[0]!.length));
  return separationsIn({ plain, groups }, layers, seed);
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
