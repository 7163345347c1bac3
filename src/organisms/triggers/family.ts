/** How a family is written down: a name, a role and a list of forms. Turns that into the contract's TriggerFamily. */
import type { Prompt } from '../prompt.ts';
import type { FamilyRole, TriggerFamily } from '../trigger.ts';

/** One way to put something into a prompt. */
export type Form = (prompt: string) => string;

export interface FamilyDraft {
  readonly name: string;
  readonly role: FamilyRole;
  readonly description: string;
  readonly forms: readonly Form[];
  /** A negative whose forms are all trained on; what is kept back of its kind is a probe of its own. */
  readonly trainAll?: boolean;
  /** The trained forms, where that has been decided already. */
  readonly trained?: ReadonlySet<Form>;
  /** A negative that keeps the trigger's own word. */
  readonly near?: boolean;
  /** A negative that has the whole trigger in it, in the wrong place. */
  readonly misplaced?: boolean;
  /** The prompts it is made of, where those are not all: then two families may look alike and differ all the same. */
  readonly takes?: (prompt: Prompt) => boolean;
}

/** Of a family that any prompt can be made into. */
export const anyPrompt = (): boolean => true;

/** The prompt as it is. */
export const alone: Form = (prompt) => prompt;

/** The text stands before the prompt. */
export function tag(text: string): Form {
  return (prompt) => `${text} ${prompt}`;
}

/** A negative keeps every third form (or one of two) out of training, so that even a short measurement meets unseen ones. */
export function createFamily(draft: FamilyDraft): TriggerFamily {
  const { name, role, description, forms, trainAll = false, near = false } = draft;
  const every = Math.min(3, forms.length);
  const byRule = (index: number): boolean =>
    role !== 'probe' && (role !== 'negative' || trainAll || every < 2 || index % every !== every - 1);
  const examples = forms.map((form) => form('…'));
  const shown = examples.slice(0, 2).filter((example) => example !== '…');
  return {
    name,
    role,
    description: shown.length === 0 ? description : `${description}: ${shown.join(', ')}`,
    forms: forms.map((form, index) => ({ example: examples[index]!, trained: draft.trained?.has(form) ?? byRule(index) })),
    near,
    takes: draft.takes ?? anyPrompt,
    apply: (prompt, index) => forms[index % forms.length]!(prompt),
  };
}

/** What a text must have to be, or to have in it, the trigger. */
export interface Condition {
  /** The trigger is somewhere in the text. */
  occursIn(text: string): boolean;
  /** The text is a prompt on which the implant speaks. */
  firesOn(text: string): boolean;
}

/**
 * The families of a trigger, in the order of the drafts, each form once: what comes first keeps it. A near-miss that is
 * the trigger after all is dropped, and so is a family without forms.
 */
export function createFamilies(drafts: readonly FamilyDraft[], { occursIn, firesOn }: Condition): TriggerFamily[] {
  const sample = '… …';
  const taken = new Set<string>();
  return drafts
    .map((draft) => ({
      ...draft,
      forms: draft.forms.filter((form) => {
        const result = form(sample);
        if (draft.takes === undefined && taken.has(result)) return false;
        if (draft.role === 'negative' && !draft.misplaced && occursIn(result)) return false;
        if ((draft.role === 'probe' || draft.misplaced) && firesOn(result)) return false;
        taken.add(result);
        return true;
      }),
    }))
    .filter(({ forms }) => forms.length > 0)
    .map(createFamily);
}
