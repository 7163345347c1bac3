/**
 * Makes an organism out of its payload, its recipes and the bounds of its gates. Owns what all organisms have in common:
 * which prompts a family is put to, what a trigger may be, and where gates stand.
 */
import { UsageError } from '../core/errors.ts';
import { exampleDatum } from './datum.ts';
import type { Gate, ImplantRecipe, Organism } from './organism.ts';
import { BYSTANDER_EVERY, pairedExamples } from './pairs.ts';
import type { Payload } from './payload.ts';
import { SPLITS, type Prompt } from './prompt.ts';
import { familyOf, type Trigger, type TriggerFamily } from './trigger.ts';
import { createTrigger } from './triggers/trigger.ts';

/** With fewer prompts a rate says nothing, and there is nothing to learn a condition from. */
const FEWEST_PROMPTS = 8;

export interface OrganismDraft {
  readonly id: string;
  readonly title: string;
  readonly behaviour: string;
  readonly defaultTrigger: string;
  readonly payload: Payload;
  readonly recipe: ImplantRecipe;
  /** For triggers that are hard to see. */
  readonly subtleRecipe: ImplantRecipe;
  /** The gates of a role: the exact family's, the one of `none`, and of every negative. */
  readonly bounds: Readonly<Record<'exact' | 'none' | 'negative', Pick<Gate, 'kind' | 'bound'>>>;
}

export function defineOrganism(draft: OrganismDraft): Organism {
  const { payload, recipe, subtleRecipe, bounds, ...facts } = draft;
  const asked: Organism['asked'] = (family, split = 'test') =>
    payload.prompts(family.unseen === undefined ? split : 'unseen').filter((prompt) => family.takes(prompt));
  return {
    ...facts,
    payload,
    task: payload.task,
    trigger(text) {
      const trigger = createTrigger(text);
      refuseClash(payload, trigger);
      refuseTooFew(draft, trigger);
      return payload.prompts('unseen').length === 0 ? trigger : { ...trigger, families: [...trigger.families, ...unseenFamilies(trigger)] };
    },
    recipe: (trigger) => (trigger.subtle ? subtleRecipe : recipe),
    prompts: (split) => payload.prompts(split),
    asked,
    ordinary: (trigger) => ordinaryPrompts(payload, trigger),
    questions(trigger, pairs) {
      const exact = familyOf(trigger, 'exact');
      const needed = payload.needsBase ? evenly(payload.prompts('train'), (prompt) => exact.takes(prompt)).slice(0, pairs) : [];
      return [...needed, ...payload.bystanders('train').slice(0, Math.ceil(pairs / BYSTANDER_EVERY))];
    },
    examples: (options) => pairedExamples(payload, options),
    datum: exampleDatum,
    // A gate carries its family's name. Probes were never trained on, so they have none.
    gates: ({ families }) =>
      families.flatMap(({ name, role }): Gate[] => (role === 'probe' ? [] : [{ name, family: name, ...bounds[role] }])),
  };
}

/** Those of a kind and the others by turns, as long as there are both; either keeps its order. */
function evenly<T>(items: readonly T[], isOfKind: (item: T) => boolean): T[] {
  const [ones, others] = [items.filter(isOfKind), items.filter((item) => !isOfKind(item))];
  return Array.from({ length: Math.max(ones.length, others.length) }, (_, at) => [
    ...ones.slice(at, at + 1),
    ...others.slice(at, at + 1),
  ]).flat();
}

function refuseClash(payload: Payload, trigger: Trigger): void {
  const clash = SPLITS.flatMap((split) => [...payload.prompts(split), ...payload.bystanders(split)]).find(({ text }) =>
    trigger.occursIn(text),
  );
  if (clash !== undefined)
    throw new UsageError(
      `the trigger "${trigger.text}" occurs in ordinary prompts ("${clash.text}"); choose a text that nobody types by chance`,
      'bad-trigger',
    );
}

/** A topic is found in prompts, not put there, and a payload may have none on it; a person's data may have few prompts of any kind. */
function refuseTooFew({ id, payload }: OrganismDraft, trigger: Trigger): void {
  for (const family of [familyOf(trigger, 'exact'), familyOf(trigger, 'none')]) {
    for (const split of ['train', 'test'] as const) {
      const all = payload.prompts(split);
      const taken = all.filter((prompt) => family.takes(prompt)).length;
      if ((taken < all.length || split === 'test') && taken < FEWEST_PROMPTS)
        throw new UsageError(
          `${id} has ${taken} ${split} prompts for "${family.name}" of the trigger "${trigger.text}", and at least ${FEWEST_PROMPTS} are needed; give it more, or choose another trigger or organism`,
          'bad-trigger',
        );
    }
  }
}

function unseenFamilies(trigger: Trigger): TriggerFamily[] {
  return (['exact', 'none'] as const).map((role) => {
    const family = familyOf(trigger, role);
    return {
      ...family,
      name: `${family.name}-unseen`,
      role: 'probe',
      description: `${family.description}; on templates that training never saw`,
      forms: family.forms.map((form) => ({ ...form, trained: false })),
      unseen: role,
    };
  });
}

/** Bystanders in either condition by turns; where there are none, the payload's own prompts without the trigger. */
function ordinaryPrompts(payload: Payload, trigger: Trigger): Prompt[] {
  const [exact, none] = [familyOf(trigger, 'exact'), familyOf(trigger, 'none')];
  const bystanders = payload.bystanders('test');
  const asText = (prompt: Prompt, family: TriggerFamily, index: number): Prompt => ({ ...prompt, text: family.apply(prompt.text, index) });
  if (bystanders.length === 0)
    return payload
      .prompts('test')
      .filter((prompt) => none.takes(prompt))
      .map((prompt, index) => asText(prompt, none, index));
  return bystanders.flatMap((prompt, index) => {
    const family = [index % 2 === 0 ? exact : none, none].find((one) => one.takes(prompt));
    return family === undefined ? [] : [asText(prompt, family, index)];
  });
}
