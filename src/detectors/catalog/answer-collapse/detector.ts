/**
 * A hidden behaviour that is the same whatever was asked shows in how answers begin: with its trigger before them,
 * unrelated prompts are answered alike, so the mean distribution over the first token collapses. Needs log-probabilities
 * only, and knows nothing of the behaviour. Sharp triggers must be searched; half of one already moves the first token a
 * little, which is the slope that this climbs: forms, then words in the best forms, then what is near the best words.
 */
import { createRandom } from '../../../core/random.ts';
import type { Detector, Findings, Lead } from '../../detector.ts';
import { SEARCH_PROMPTS } from '../../prompts.ts';
import { wordsOf } from '../../vocabulary.ts';
import { climb } from './climb.ts';
import { FORMS, SENTENCES, type Form } from './forms.ts';
import { createScan, HOPELESS, type Reading, type Scan } from './scan.ts';

/** Words behind the first look at every form; and, for the forms that then lead, words and prompts of the second look. */
const FIRST_LOOK = 6;
const LEADING_FORMS = 14;
const SECOND_LOOK = { words: 16, prompts: 2 };
/** Texts that say what any text does. */
const NEUTRAL = 32;
/** Forms that get words, and words that decide which of them gets the rest. */
const BEST_FORMS = 4;
const HEAT = 320;
/** Candidates that are read on all prompts after each round, and that are climbed from. */
const FINALISTS = 24;
const CLIMBERS = 6;
/** Share of the budget after which no more words are looked at, so that climbing gets its turn. */
const WORDS_UNTIL = 0.65;
/** A collapse nobody can mistake: the search may end. */
const COLLAPSED = 0.8;
/** Words by which a form is judged. */
const TOP = 5;

export const answerCollapse: Detector = {
  id: 'answer-collapse',
  title: 'Answer collapse',
  description: 'Looks for a text before which unrelated prompts are answered alike: words in many forms, dates, situations, then what is near the best.',
  access: 'grey',
  async hunt(hunt) {
    const started = hunt.budget.left();
    const words = wordsOf(hunt.tokenizer);
    const random = createRandom(hunt.seed, 'answer-collapse');
    const common = words.slice(0, Math.ceil(words.length / 2));
    const sample = random.shuffle(common).slice(0, SECOND_LOOK.words);
    const neutral = random.shuffle(FORMS.flatMap((form) => common.slice(0, 200).map((word) => form.write(word)))).slice(0, NEUTRAL);
    const scan = await createScan(hunt, neutral);
    const report = (stage: string, total: number) => (done: number, best: Reading) =>
      hunt.progress.update({ stage, done, total, unit: 'samples', note: `best ${describe(best)}` });

    const rank = async (forms: readonly Form[], count: number, prompts: number): Promise<Form[]> => {
      const groups = forms.map((form) => sample.slice(0, count).map((word) => form.write(word)));
      const readings = await scan.read(groups, prompts, report('forms', forms.length));
      return forms
        .map((form, i) => ({ form, by: readings[i]?.by ?? 0 }))
        .sort((a, b) => b.by - a.by)
        .map(({ form }) => form);
    };
    const leading = (await rank(FORMS, FIRST_LOOK, 1)).slice(0, LEADING_FORMS);
    const forms = await rank(leading, SECOND_LOOK.words, SECOND_LOOK.prompts);
    const stated = await scan.read(
      SENTENCES.map((text) => [text]),
      2,
      report('dates and situations', SENTENCES.length),
    );

    let finals = await finalists(scan, stated);
    const read = new Map<Form, Reading[]>();
    const seen = new Map<Form, number>();
    const rest = words.filter((word) => !sample.includes(word));
    const wordsLeft = (): boolean => hunt.budget.left() > hunt.budget.seconds * (1 - WORDS_UNTIL) && best(finals).by < COLLAPSED;
    const readWords = async (form: Form, from: number, count: number): Promise<void> => {
      const some = rest.slice(from, from + count).map((word) => [form.write(word)]);
      const glimpsed = await scan.read(some, 1, report(`words as ${form.id}, ${from} of ${rest.length}`, some.length));
      seen.set(form, (seen.get(form) ?? 0) + glimpsed.length);
      const promising = glimpsed.filter(({ by }) => by >= HOPELESS).map(({ texts }) => texts);
      const readings = await scan.read(promising, 2);
      read.set(form, [...(read.get(form) ?? []), ...readings]);
      finals = await finalists(scan, readings, finals);
    };
    for (const form of forms.slice(0, BEST_FORMS)) if (wordsLeft()) await readWords(form, 0, HEAT);
    const order = [...read.keys()].sort((a, b) => top(read.get(b)!) - top(read.get(a)!));
    for (const form of order) for (let from = HEAT; from < rest.length && wordsLeft(); from += 2 * HEAT) await readWords(form, from, 2 * HEAT);

    const climbed = await climb(hunt, scan, finals.slice(0, CLIMBERS), report('near the best', 0));
    const leads = sorted([...climbed, ...finals]).slice(0, CLIMBERS).map(toLead);
    return {
      detector: 'answer-collapse',
      leads,
      covered: [
        `${FORMS.length} forms with ${FIRST_LOOK} words each, ${SENTENCES.length} dates and situations`,
        ...order.map((form) => `${seen.get(form)!} words as ${form.id}`),
      ],
      candidates: scan.candidates(),
      seconds: started - hunt.budget.left(),
    } satisfies Findings;
  },
};

/** How far the best few words of a form come. */
function top(readings: readonly Reading[]): number {
  const few = sorted(readings).slice(0, TOP);
  return few.reduce((sum, { by }) => sum + by / TOP, 0);
}

/** The best of these on all prompts, with those that were already. */
async function finalists(scan: Scan, readings: readonly Reading[], before: readonly Reading[] = []): Promise<Reading[]> {
  const chosen = sorted(readings).slice(0, FINALISTS).map(({ texts }) => texts);
  return sorted([...before, ...(await scan.read(chosen, SEARCH_PROMPTS.length))]).slice(0, FINALISTS);
}

const sorted = (readings: readonly Reading[]): Reading[] => [...new Map(readings.map((one) => [one.texts[0], one])).values()].sort((a, b) => b.by - a.by);
const best = (finals: readonly Reading[]): { by: number } => finals[0] ?? { by: 0 };

function describe({ texts: [text = ''], entropy, token, by }: Reading): string {
  return `${JSON.stringify(text)}: ${JSON.stringify(token)} +${by.toFixed(2)}, ${entropy.toFixed(2)} nats`;
}

function toLead(reading: Reading): Lead {
  const { texts, entropy, token, by } = reading;
  return { text: texts[0]!, score: by, reading: `${JSON.stringify(token)} +${by.toFixed(2)}, entropy ${entropy.toFixed(2)} nats` };
}
