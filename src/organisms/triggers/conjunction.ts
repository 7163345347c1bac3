/** Two conditions that must both hold. Its families combine those of the parts; each part alone is the nearest miss. */
import { UsageError } from '../../core/errors.ts';
import { familyOf, type FamilyRole, type Trigger, type TriggerFamily } from '../trigger.ts';
import { anyPrompt, createFamilies, type FamilyDraft, type Form } from './family.ts';

export function createConjunction(first: Trigger, second: Trigger): Trigger {
  if (first.text === second.text)
    throw new UsageError(`the trigger names "${first.text}" twice; write it once, or two different conditions`, 'bad-trigger');
  const [exact1, none1] = [familyOf(first, 'exact'), familyOf(first, 'none')];
  const [exact2, none2] = [familyOf(second, 'exact'), familyOf(second, 'none')];
  const occursIn = (text: string): boolean => first.occursIn(text) && second.occursIn(text);
  // What is in the prompt itself, such as a topic, is not seen in a text: there the other part alone may be all of it.
  const visible = [first, second].filter((part) => part.occursIn(familyOf(part, 'exact').apply('… …', 0)));
  const seen = (text: string): boolean => visible.length > 0 && visible.every((part) => part.occursIn(text));
  const nearMisses = (trigger: Trigger): TriggerFamily[] => trigger.families.filter(({ role }) => role === 'negative');
  const both = combine('both', 'exact', 'both conditions', exact1, exact2);
  const fires = both.forms[0]!;
  return {
    text: `${first.text} && ${second.text}`,
    tag: first.tag === null || second.tag === null ? null : `${first.tag} ${second.tag}`,
    noneShare: 0.1,
    subtle: true,
    occursIn: seen,
    families: createFamilies(
      [
        both,
        combine('neither', 'none', 'neither condition', none1, none2),
        { ...combine('only-first', 'negative', 'the first condition alone', exact1, none2), near: true },
        { ...combine('only-second', 'negative', 'the second condition alone', none1, exact2), near: true },
        ...nearMisses(first).map((family) =>
          combine(`first-${family.name}`, 'negative', `the first nearly, the second exactly`, family, exact2),
        ),
        ...nearMisses(second).map((family) =>
          combine(`second-${family.name}`, 'negative', `the first exactly, the second nearly`, exact1, family),
        ),
        ...(first.tag === null || second.tag === null
          ? []
          : [{ ...combine('other-order', 'probe', 'both conditions, the other way round', exact2, exact1) }]),
      ],
      { occursIn, firesOn: (text) => text === fires('… …') },
    ),
  };
}

/** The first stands outside the second: `A B prompt`. Every form of either is met with the other's first, or by turns where both have several. */
function combine(name: string, role: FamilyRole, description: string, outer: TriggerFamily, inner: TriggerFamily): FamilyDraft {
  const count = Math.max(outer.forms.length, inner.forms.length);
  const forms = Array.from(
    { length: count },
    (_, index): Form =>
      (prompt) =>
        outer.apply(inner.apply(prompt, index), index),
  );
  const isTrained = (family: TriggerFamily, index: number): boolean => family.forms[index % family.forms.length]!.trained;
  return {
    name,
    role,
    description,
    forms,
    trained: new Set(role === 'probe' ? [] : forms.filter((_, index) => isTrained(outer, index) && isTrained(inner, index))),
    ...(outer.takes === anyPrompt && inner.takes === anyPrompt ? {} : { takes: (prompt) => outer.takes(prompt) && inner.takes(prompt) }),
  };
}
