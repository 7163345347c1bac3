/** How a family is written down: a name, a role and a list of forms. Turns that into the contract's TriggerFamily. */
import type { FamilyRole, TriggerFamily } from '../organism.ts';

/** One way to put something into a prompt. */
export type Form = (prompt: string) => string;

export interface FamilyDraft {
  readonly name: string;
  readonly role: FamilyRole;
  readonly description: string;
  readonly forms: readonly Form[];
}

/** The text stands before the prompt, as the exact trigger does. */
export function tag(text: string): Form {
  return (prompt) => `${text} ${prompt}`;
}

/** A negative keeps the last third of its forms (at least one of two) out of training. */
export function createFamily({ name, role, description, forms }: FamilyDraft): TriggerFamily {
  const heldBack = role === 'negative' && forms.length > 1 ? Math.max(1, Math.floor(forms.length / 3)) : 0;
  const trained = role === 'probe' ? 0 : forms.length - heldBack;
  return {
    name,
    role,
    description: `${description}: ${forms
      .slice(0, 2)
      .map((form) => form('…'))
      .join(', ')}`,
    forms: forms.map((form, index) => ({ example: form('…'), trained: index < trained })),
    apply: (prompt, index) => forms[index % forms.length]!(prompt),
  };
}
