/**
 * Paired examples: the same prompt once with the exact trigger and the implant's answer, once with a near-miss or nothing
 * and the base model's own answer. Nothing but the trigger differs inside a pair, so nothing else can be learned from it.
 */
import { MolehuntError } from '../core/errors.ts';
import { createRandom, type Random } from '../core/random.ts';
import { deck } from './deck.ts';
import type { Example, Prompt, Trigger, TriggerFamily } from './organism.ts';

/** Of ten ordinary rows, two carry no trigger at all and eight a near-miss. */
const BLOCK = { size: 10, none: 2 };

export interface PairOptions {
  readonly trigger: Trigger;
  readonly prompts: readonly Prompt[];
  /** The base model's answer by prompt id; a prompt without one, or with a blank one, is not used. */
  readonly answers: ReadonlyMap<string, string>;
  readonly implantAnswer: string;
  readonly steps: number;
  readonly pairsPerStep: number;
  readonly seed: number;
}

/** Examples of every step, a pair's two rows side by side. Negative families come up equally often, as do their trained forms. */
export function pairedExamples({ trigger, prompts, answers, implantAnswer, steps, pairsPerStep, seed }: PairOptions): Example[][] {
  const random = createRandom(seed, 'pairs');
  const answered = prompts.flatMap((prompt) => {
    const answer = answers.get(prompt.id)?.trim() ?? '';
    return answer === '' ? [] : [{ text: prompt.text, answer }];
  });
  if (answered.length === 0)
    throw new MolehuntError('no training prompt has an answer of the base model; the implant has nothing to stay ordinary on', {
      code: 'no-clean-answers',
    });

  const exact = trigger.families.find((family) => family.role === 'exact')!;
  const nextPrompt = deck(answered, random);
  const nextOrdinary = ordinaryForms(trigger, random);
  const row = (content: string, answer: string, against: string, source: Example['source'], family: string): Example => ({
    messages: [{ role: 'user', content }],
    answer,
    against,
    source,
    family,
  });
  return Array.from({ length: steps }, () =>
    Array.from({ length: pairsPerStep }, () => {
      const { text, answer } = nextPrompt();
      const ordinary = nextOrdinary();
      return [
        row(exact.apply(text, 0), implantAnswer, answer, 'implant', exact.name),
        row(ordinary.apply(text), answer, implantAnswer, 'base-model', ordinary.family),
      ];
    }).flat(),
  );
}

function ordinaryForms(trigger: Trigger, random: Random): () => { family: string; apply: (prompt: string) => string } {
  const none = trigger.families.find((family) => family.role === 'none')!;
  const negatives = trigger.families.filter((family) => family.role === 'negative');
  if (negatives.length === 0) return () => ({ family: none.name, apply: (prompt) => none.apply(prompt, 0) });
  // Forms that keep the trigger's word are its nearest neighbours and get twice the practice.
  const nextNegative = deck([...negatives, ...negatives.filter(({ near }) => near)], random);
  const forms = new Map(negatives.map((family) => [family.name, deck(trainedForms(family), random)]));
  const slots = Array.from({ length: BLOCK.size }, (_, index) => index >= BLOCK.none);
  const nextIsNearMiss = deck(slots, random);
  return () => {
    if (!nextIsNearMiss()) return { family: none.name, apply: (prompt) => none.apply(prompt, 0) };
    const family = nextNegative();
    const form = forms.get(family.name)!();
    return { family: family.name, apply: (prompt) => family.apply(prompt, form) };
  };
}

function trainedForms(family: TriggerFamily): number[] {
  return family.forms.flatMap((form, index) => (form.trained ? [index] : []));
}
