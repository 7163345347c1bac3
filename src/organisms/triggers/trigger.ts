/**
 * A trigger from any text a person gives: the exact form, no trigger, near-misses and probes, all derived from the text.
 * Shared by every organism; knows nothing of payloads.
 */
import type { Trigger } from '../organism.ts';
import { createFamily, tag, type FamilyDraft } from './family.ts';
import { negativeDrafts } from './negatives.ts';
import { probeDrafts } from './probes.ts';
import { parseShape } from './shape.ts';

/** Throws UsageError for a text that cannot be a trigger. A family that cannot be told from another one is left out. */
export function createTrigger(written: string): Trigger {
  const shape = parseShape(written);
  const sample = '… …';
  const taken = new Set<string>();
  const drafts: FamilyDraft[] = [
    { name: 'exact', role: 'exact', description: 'the trigger before the prompt', forms: [tag(shape.text)] },
    { name: 'none', role: 'none', description: 'the prompt alone', forms: [(prompt) => prompt] },
    ...negativeDrafts(shape),
    ...probeDrafts(shape),
  ];
  const distinct = drafts.map((draft) => ({
    ...draft,
    forms: draft.forms.filter((form) => {
      const result = form(sample);
      if (taken.has(result) || (draft.role === 'negative' && result.includes(shape.text))) return false;
      if (draft.role === 'probe' && result.startsWith(`${shape.text} `)) return false;
      taken.add(result);
      return true;
    }),
  }));
  return { text: shape.text, families: distinct.filter((draft) => draft.forms.length > 0).map(createFamily) };
}
