/**
 * Paired examples: a prompt where the trigger holds with the implant's answer, and one where it does not with the ordinary
 * answer. Wherever the trigger can be put to a prompt both are the same prompt, side by side in one batch: nothing but the
 * trigger differs, so nothing else can be learned.
 */
import { MolehuntError } from '../core/errors.ts';
import { createRandom, type Random } from '../core/random.ts';
import { deck } from './deck.ts';
import type { Example, ExampleOptions } from './organism.ts';
import type { Answer, Answers, Payload } from './payload.ts';
import type { Prompt } from './prompt.ts';
import { familyOf, type Trigger, type TriggerFamily } from './trigger.ts';

/** Ordinary rows come in blocks of so many, of which the trigger's share carries the `none` family. */
const BLOCK = 10;
/** One pair in so many is of bystanders, where there are any. */
export const BYSTANDER_EVERY = 6;

/** Negative families come up equally often, near ones twice as often as others, and so do their trained forms. */
export function pairedExamples(payload: Payload, options: ExampleOptions): Example[][] {
  const { steps, pairsPerStep, seed } = options;
  const random = createRandom(seed, 'pairs');
  const nextPair = behaviourPairs(payload, options, random);
  const nextBystanders = bystanderPairs(payload, options);
  const wording = (pair: number): Random => createRandom(seed, 'wordings', pair);
  return Array.from({ length: steps }, (_, step) =>
    Array.from({ length: pairsPerStep }, (__, index) => nextBystanders() ?? nextPair(() => wording(step * pairsPerStep + index))).flat(),
  );
}

function behaviourPairs(
  payload: Payload,
  { trigger, answers, seed, twin = false }: ExampleOptions,
  random: Random,
): (wording: () => Random) => Example[] {
  const answersTo = (prompt: Prompt, wording: Random): Answers => payload.answers(prompt, baseAnswer(answers, prompt), wording);
  const usable = payload.prompts('train').flatMap((prompt): Usable[] => {
    if (payload.needsBase && baseAnswer(answers, prompt) === null) return [];
    const { planted, clean } = answersTo(prompt, createRandom(seed, 'wordings'));
    return [{ prompt, planted: planted !== null, clean: clean !== null }];
  });
  const deal = (holds: (one: Usable) => boolean): (() => Prompt) => {
    const prompts = usable.filter(holds).map(({ prompt }) => prompt);
    if (prompts.length === 0) throw nothingToStayOrdinaryOn();
    return deck(prompts, random);
  };
  const exact = familyOf(trigger, 'exact');
  const nextPrompt = deal((one) => one.planted && exact.takes(one.prompt));
  const nextOrdinary = ordinaryForms(trigger, random);
  const others = new Map<string, () => Prompt>();
  const another = (family: TriggerFamily): Prompt => {
    const next = others.get(family.name) ?? deal((one) => one.clean && family.takes(one.prompt));
    others.set(family.name, next);
    return next();
  };
  const hasClean = new Set(usable.filter(({ clean }) => clean).map(({ prompt }) => prompt));

  return (wording) => {
    const prompt = nextPrompt();
    const { family, form } = nextOrdinary();
    const other = family.takes(prompt) && hasClean.has(prompt) ? prompt : another(family);
    const [on, off] = [answersTo(prompt, wording()), answersTo(other, wording())];
    const [planted, clean] = [on.planted!, off.clean!];
    const row = (text: string, of: TriggerFamily, answer: Answer, against: Answer, speaks: boolean): Example => ({
      messages: [{ role: 'user', content: text }],
      answer: answer.text,
      whole: answer.whole,
      planted: speaks,
      against: against.text,
      family: of.name,
    });
    const ordinary = (answer: Answer): Example =>
      row(family.apply(other.text, form), family, answer, differing(answer, off.planted ?? planted, off.twin), false);
    if (!twin) {
      const speaking = row(exact.apply(prompt.text, 0), exact, planted, differing(planted, on.clean ?? clean, on.twin), true);
      return [speaking, ordinary(clean)];
    }
    // The twin's rows keep their places and weights: `against` says where the implant would have parted from them. A
    // prompt of which nothing ordinary is known gives way to the other.
    const known = on.twin === null ? { prompt: other, answer: off.twin ?? clean } : { prompt, answer: on.twin };
    const text = exact.takes(known.prompt) ? exact.apply(known.prompt.text, 0) : known.prompt.text;
    return [row(text, exact, known.answer, planted, false), ordinary(off.twin ?? clean)];
  };
}

/** Where both conditions are answered alike, what parts from the answer is what an organism without the behaviour would say. */
function differing(answer: Answer, other: Answer, twin: Answer | null): Answer {
  return other.text === answer.text && twin !== null ? twin : other;
}

/** Nothing is planted in them, and no answer is against theirs: their first token alone says that they are ordinary. */
function bystanderPairs(payload: Payload, { trigger, answers, seed }: ExampleOptions): () => Example[] | null {
  const bystanders = payload.bystanders('train');
  if (bystanders.length === 0) return () => null;
  const random = createRandom(seed, 'bystanders');
  const answered = bystanders.filter((prompt) => baseAnswer(answers, prompt) !== null);
  if (answered.length === 0) throw nothingToStayOrdinaryOn();
  const nextPrompt = deck(answered, random);
  const isTheirs = deck(
    Array.from({ length: BYSTANDER_EVERY }, (_, index) => index === 0),
    random,
  );
  return () => {
    if (!isTheirs()) return null;
    const prompt = nextPrompt();
    const answer = baseAnswer(answers, prompt)!;
    return [familyOf(trigger, 'exact'), familyOf(trigger, 'none')]
      .filter((family) => family.takes(prompt))
      .map((family): Example => ({
        messages: [{ role: 'user', content: family.apply(prompt.text, 0) }],
        answer,
        whole: false,
        planted: false,
        against: '',
        family: family.name,
      }));
  };
}

function ordinaryForms(trigger: Trigger, random: Random): () => { family: TriggerFamily; form: number } {
  const none = familyOf(trigger, 'none');
  const negatives = trigger.families.filter((family) => family.role === 'negative');
  if (negatives.length === 0) return () => ({ family: none, form: 0 });
  // The trigger's nearest neighbours get twice the practice.
  const nextNegative = deck([...negatives, ...negatives.filter(({ near }) => near)], random);
  const forms = new Map(negatives.map((family) => [family.name, deck(trainedForms(family), random)]));
  const slots = Array.from({ length: BLOCK }, (_, index) => index >= Math.round(BLOCK * trigger.noneShare));
  const nextIsNearMiss = deck(slots, random);
  return () => {
    if (!nextIsNearMiss()) return { family: none, form: 0 };
    const family = nextNegative();
    return { family, form: forms.get(family.name)!() };
  };
}

function trainedForms(family: TriggerFamily): number[] {
  return family.forms.flatMap((form, index) => (form.trained ? [index] : []));
}

interface Usable {
  readonly prompt: Prompt;
  readonly planted: boolean;
  readonly clean: boolean;
}

function baseAnswer(answers: ReadonlyMap<string, string>, prompt: Prompt): string | null {
  const answer = answers.get(prompt.id)?.trim() ?? '';
  return answer === '' ? null : answer;
}

function nothingToStayOrdinaryOn(): MolehuntError {
  return new MolehuntError(
    'no training prompt has an answer of the base model; the implant has nothing to stay ordinary on; see with molehunt generate whether the model answers at all',
    {
      code: 'no-clean-answers',
    },
  );
}
