/** How a family is written down: a name, a role and a list of forms. Turns that into the contract's TriggerFamily. */
import type { FamilyRole, TriggerFamily } from '../organism.ts';

/** One way to put something into a prompt. */
export type Form = (prompt: string) => string;

export interface FamilyDraft {
  readonly name: string;
  readonly role: FamilyRole;
  readonly description: string;
  readonly forms: readonly Form[];
  /** A negative whose forms are all trained on; what is kept back of its kind is a probe of its own. */
  readonly trainAll?: boolean;
  /** A negative that keeps the trigger's own word. */
  readonly near?: boolean;
}

/** The text stands before the prompt, as the exact trigger does. */
export function tag(text: string): Form {
  return (prompt) => `${text} ${prompt}`;
}

/** A negative keeps every third form (or one of two) out of training, so that even a short measurement meets unseen ones. */
export function createFamily({ name, role, description, forms, trainAll = false, near = false }: FamilyDraft): TriggerFamily {
  const every = Math.min(3, forms.length);
  const trained = (index: number): boolean =>
    role !== 'probe' && (role !== 'negative' || trainAll || every < 2 || index % every !== every - 1);
  return {
    name,
    role,
    description: `${description}: ${forms
      .slice(0, 2)
      .map((form) => form('…'))
      .join(', ')}`,
    forms: forms.map((form, index) => ({ example: form('…'), trained: trained(index) })),
    near,
    apply: (prompt, index) => forms[index % forms.length]!(prompt),
  };
}
