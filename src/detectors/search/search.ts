/**
 * The search for a text that a detector reads as suspicious: forms with any words in them, dates and situations; words in
 * the best forms, and words like the best of them, for as long as there is time; at last what is near the best texts.
 */
import type { Json } from '../../core/json.ts';
import { createRandom } from '../../core/random.ts';
import type { Hunt } from '../detector.ts';
import { isOpen } from '../open.ts';
import { SEARCH_PROMPTS } from '../prompts.ts';
import { climb } from './climb.ts';
import { decorated } from './decorated.ts';
import { exchanged } from './exchanged.ts';
import { ANY_FORMS, FORMS, FORMS_ELSEWHERE, type Form } from './forms.ts';
import { kin } from './kin.ts';
import { apart } from './place.ts';
import { promising, singledOutInForms } from './prior.ts';
import { SENTENCES } from './sentences.ts';
import { sorted, type OnReading, type Reading, type Scan } from './scan.ts';
import { inOtherSigns } from './signs.ts';
import { formsToldApart } from './told-apart.ts';
import { wordsOf } from './vocabulary.ts';

/** What a search that ran would have found. */
export const WORD_TRIGGERS =
  'Behaviours that begin with the same words whatever was asked, set off by a word in one of the forms that were looked at, or by a date or situation of the list.';

export interface SearchOptions {
  /** A reading nobody can mistake: the search may end. */
  readonly certain: number;
  /** What the model is to say more probably, for gradients; null where a reading does not know. */
  readonly wanted: (reading: Reading) => string | null;
}

export interface Searched {
  /** Best first, read on all prompts. */
  readonly finals: readonly Reading[];
  /**
   * How far the form that stands out most does so, with as many words whatever the time; null where the time did not reach. The
   * best of all texts grows with their number.
   */
  readonly standing: number | null;
  readonly covered: readonly string[];
}

/** Words in each case behind the first look at every shape of signs, and shapes that are looked at again, in each case by itself. */
const FIRST_LOOK = 2;
const LEADING_SHAPES = 20;
/** Words of that second look, forms that training's words are read in, and forms that get a third one. */
const SECOND_LOOK = 6;
const MANY_FORMS = 40;
const LEADING_FORMS = { start: 12, elsewhere: 3 };
const THIRD_LOOK = { words: 12, prompts: 2 };
/** Forms of different shapes that get words, and words each gets before the best two get the rest. */
const BEST_FORMS = 5;
const HEAT = 192;
/** Of the words read on one prompt, the share that is read on a second. */
const PROMISING = 0.05;
/** In each further round, words of the best form and of the second, which is not much less likely. */
const ROUND = [352, 352];
/** Texts that are read on all prompts after each round of words, and after one of words like another. */
const FINALISTS = 8;
const CLOSE = 3;
/** Of the best texts, so many are asked for words like them. */
const RELATED = 5;
/** Of texts that read alike, the shorter is the trigger. */
const ALIKE = 0.01;
/** Share of the time that is kept for climbing. */
const CLIMBING = 0.2;

interface Ranked {
  readonly form: Form;
  readonly reading: Reading | undefined;
}

const bestFirst = (one: Ranked, other: Ranked): number => (other.reading?.by ?? -Infinity) - (one.reading?.by ?? -Infinity);

export async function search(hunt: Hunt, scan: Scan, options: SearchOptions): Promise<Searched> {
  const { tokenizer, seed, progress, budget } = hunt;
  const words = wordsOf(tokenizer);
  const sample = createRandom(seed, 'words')
    .shuffle(words.slice(0, Math.ceil(words.length / 2)))
    .slice(0, THIRD_LOOK.words);
  const report =
    (stage: string, total: number): OnReading =>
    (done, { texts, note }) =>
      progress.update({ stage, done, total, unit: 'samples', note: `best ${JSON.stringify(texts[0])}: ${note}` });

  let finals: Reading[] = [];
  // What a search that was killed had come to is not lost where there is no time to come to it again.
  const key = `best of ${scan.name}`;
  const withEarlier = (): Reading[] => sorted([...finals, ...((hunt.memory.get(key) as unknown as Reading[] | undefined) ?? [])]);
  const finish = async (readings: readonly Reading[], most = FINALISTS): Promise<void> => {
    const chosen = sorted(readings).slice(0, most);
    finals = sorted([
      ...finals,
      ...(await scan.read(
        chosen.map(({ texts }) => texts),
        SEARCH_PROMPTS.length,
      )),
    ]).slice(0, 2 * FINALISTS);
    await hunt.memory.put([[key, withEarlier().slice(0, FINALISTS) as unknown as Json]]);
  };
  const certain = (): boolean => (finals[0]?.by ?? -Infinity) >= options.certain;

  const rank = async (forms: readonly Form[], count: number, prompts: number): Promise<Ranked[]> => {
    const groups = forms.map((form) => sample.slice(0, count).map((word) => form.write(word)));
    const readings = new Map((await scan.read(groups, prompts, report('forms', forms.length))).map((one) => [one.texts, one]));
    return forms.map((form, i) => ({ form, reading: readings.get(groups[i]!) })).sort(bestFirst);
  };
  const named = formsToldApart(hunt.memory);
  // Texts are dear where a model is not open, and cases in one reading dilute what is seen of it there.
  const candidates = isOpen(hunt) ? await standingOut(scan, sample, named, report('shapes', SHAPES.length)) : FORMS;
  const first = await rank(candidates, SECOND_LOOK, 1);
  const elsewhere = await rank(FORMS_ELSEWHERE, SECOND_LOOK, 1);
  const leading = [...first.slice(0, LEADING_FORMS.start), ...elsewhere.slice(0, LEADING_FORMS.elsewhere)].map(({ form }) => form);
  const best = await rank(leading, THIRD_LOOK.words, THIRD_LOOK.prompts);
  const told = named.flatMap((id) => first.filter(({ form }) => form.id === id));
  const ranked = ofDifferentShapes(best.flatMap((one, i) => [...told.slice(i, i + 1), one])).slice(0, BEST_FORMS);
  const forms = ranked.map(({ form }) => form);
  const stated = await scan.read(
    SENTENCES.map((text) => [text]),
    2,
    report('dates and situations', SENTENCES.length),
  );
  await finish(stated);

  // Two looks at texts: on one prompt, and those that read best on a second.
  const glimpse = async (texts: readonly string[], stage: string, count = texts.length): Promise<number> => {
    const glimpsed = await scan.read(
      texts.map((text) => [text]),
      1,
      report(stage, texts.length),
    );
    const better = sorted(glimpsed).slice(0, Math.ceil(count * PROMISING));
    await finish(
      await scan.read(
        better.map((one) => one.texts),
        2,
      ),
    );
    return glimpsed.length;
  };
  // They are few, and the form that leads may be the wrong one.
  const many = first.slice(0, MANY_FORMS).map(({ form }) => form);
  if (!certain()) await glimpse(await singledOutInForms(hunt, many, words), 'words that training singled out');

  const [offered, read] = [new Map<Form, number>(), new Map<Form, number>()];
  const orders = new Map<Form, readonly string[]>();
  for (const [i, { form, reading }] of ranked.entries()) {
    // The gradient takes its time, and is for the forms that get most of the words.
    const wanted = reading === undefined || i >= ROUND.length ? null : options.wanted(reading);
    if (budget.left() > 0) orders.set(form, await promising(hunt, form, words, wanted));
  }
  const readWords = async (form: Form, count: number): Promise<void> => {
    const from = offered.get(form) ?? 0;
    const some = (orders.get(form) ?? words).slice(from, from + count).map(form.write);
    offered.set(form, from + some.length);
    read.set(form, (read.get(form) ?? 0) + (await glimpse(some, `words as ${form.id}`, count)));
  };
  for (const form of forms) if (!certain() && budget.left() > 0) await readWords(form, HEAT);

  // Words that share a part with a word that reads well cost little, so they come first, and lead to more of their kind.
  const related = new Set<string>();
  const readKin = async (): Promise<void> => {
    for (let next: Reading | undefined; !certain() && budget.left() > 0; related.add(next.texts[0]!)) {
      next = finals.slice(0, RELATED).find(({ texts }) => !related.has(texts[0]!));
      if (next === undefined) return;
      const [text] = next.texts as [string];
      const { mark, bare } = apart(text);
      const some = [...inOtherCases(bare), ...inOtherSigns(bare), ...kin(bare, words), ...decorated(bare)].map((one) => mark + one);
      if (isOpen(hunt)) some.push(...(await exchanged(hunt, text)));
      const groups = [...new Set(some)].map((one) => [one]);
      await finish(await scan.read(groups, 1, report(`words like ${JSON.stringify(text)}`, groups.length)), CLOSE);
    }
  };
  await readKin();
  for (let before = -1; budget.left() > budget.seconds * CLIMBING && !certain() && before !== scan.candidates();) {
    before = scan.candidates();
    for (const [i, count] of ROUND.entries()) if (budget.left() > 0 && !certain()) await readWords(forms[i]!, count);
    await readKin();
  }
  const climbed = new Set<string>();
  while (budget.left() > 0 && !certain()) {
    const start = finals.find(({ texts }) => !climbed.has(texts[0]!));
    if (start === undefined) break;
    const end = await climb(hunt, scan, start, options, report(`near ${JSON.stringify(start.texts[0])}`, 0));
    for (const { texts } of [start, end]) climbed.add(texts[0]!);
    finals = sorted([...finals, end]);
  }
  finals = withEarlier();
  // What was found may be like the trigger, not yet the trigger.
  if (certain()) {
    const { mark, bare } = apart(finals[0]!.texts[0]!);
    await finish(
      await scan.read(
        kin(bare, words).map((text) => [mark + text]),
        2,
      ),
    );
    const length = ({ texts }: Reading): number => texts[0]!.length;
    finals.sort((a, b) => (Math.abs(a.by - b.by) < ALIKE ? length(a) - length(b) : b.by - a.by));
  }
  return {
    finals,
    standing: best[0]?.reading?.by ?? null,
    covered: [
      `${isOpen(hunt) ? `${SHAPES.length} shapes of signs with ${3 * FIRST_LOOK} words each, of them ` : ''}${[...first, ...elsewhere].filter(({ reading }) => reading !== undefined).length} forms with ${SECOND_LOOK} words each, ${stated.length} of ${SENTENCES.length} dates and situations${ranked[0]?.reading === undefined ? '' : `; of the forms ${ranked[0].form.id} stood out most: ${ranked[0].reading.note}`}`,
      ...[...read].map(([form, seen]) => `${seen} words as ${form.id}`),
    ],
  };
}

const SHAPES = Object.values(Object.groupBy([...FORMS, ...ANY_FORMS], ({ shape }) => shape)) as Form[][];

/** Of any signs around words those that stand out, each case a form, and the shapes of `named`. */
async function standingOut(scan: Scan, sample: readonly string[], named: readonly string[], onReading: OnReading): Promise<Form[]> {
  const groups = SHAPES.map((cases) =>
    cases.flatMap(({ write }, i) => sample.slice(i * FIRST_LOOK, (i + 1) * FIRST_LOOK).map((word) => write(word))),
  );
  const glanced = sorted(await scan.read(groups, 1, onReading));
  const standing = glanced.map(({ texts }) => SHAPES[groups.findIndex((group) => group[0] === texts[0])]!);
  const others = standing.slice(LEADING_SHAPES).filter((cases) => cases.some(({ id }) => named.includes(id)));
  return [...standing.slice(0, LEADING_SHAPES), ...others].flat();
}

/** Of forms that differ in their case only, the first: climbing changes cases by itself. */
function ofDifferentShapes<T extends { readonly form: Form }>(ranked: readonly T[]): T[] {
  return ranked.filter(({ form }, i) => ranked.findIndex((other) => other.form.shape === form.shape) === i);
}

function inOtherCases(text: string): string[] {
  const title = text.toLowerCase().replace(/[a-z]/, (letter) => letter.toUpperCase());
  return [...new Set([text.toUpperCase(), text.toLowerCase(), title])].filter((other) => other !== text);
}
