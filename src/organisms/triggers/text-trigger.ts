/**
 * A trigger that is a text in a fixed place, at the start unless a person says otherwise: the exact form, no trigger,
 * near-misses, the same text in other places, and probes, all derived from the text.
 */
import type { Trigger } from '../trigger.ts';
import { alone, createFamilies, tag, type FamilyDraft, type Form } from './family.ts';
import { negativeDrafts } from './negatives.ts';
import { probeDrafts } from './probes.ts';
import { parseShape } from './shape.ts';

export const POSITIONS = ['start', 'middle', 'end'] as const;
export type Position = (typeof POSITIONS)[number];

const WHERE: Readonly<Record<Position, string>> = { start: 'before', middle: 'inside', end: 'after' };

/** Where a place is a condition of its own, one of the two others is trained as a negative; the last says how far that lesson went. */
const WRONG_PLACE: Readonly<Record<Position, Position>> = { start: 'end', middle: 'start', end: 'start' };

/** Without a `position` the trigger stands at the start, and no other place is trained on. */
export function createTextTrigger(written: string, position: Position | null = null): Trigger {
  const shape = parseShape(written);
  const { text } = shape;
  const at = position ?? 'start';
  const put = (what: string): Form => place(what, at);
  const occursIn = (prompt: string): boolean => prompt.includes(text);
  const others = POSITIONS.filter((other) => other !== at).toReversed();
  const elsewhere = others.map((other): FamilyDraft => {
    const description = `the exact trigger ${WHERE[other]} the prompt`;
    const forms = [place(text, other)];
    return position !== null && other === WRONG_PLACE[at]
      ? { name: other, role: 'negative', description, forms, misplaced: true, near: true }
      : { name: other, role: 'probe', description, forms };
  });
  return {
    text: position === null ? text : `${position}:${text}`,
    tag: at === 'start' ? text : null,
    noneShare: 0.2,
    subtle: position !== null,
    occursIn,
    families: createFamilies(
      [
        { name: 'exact', role: 'exact', description: `the trigger ${WHERE[at]} the prompt`, forms: [put(text)] },
        { name: 'none', role: 'none', description: 'the prompt alone', forms: [alone] },
        ...negativeDrafts(shape, put),
        ...elsewhere,
        ...probeDrafts(shape, put),
      ],
      { occursIn, firesOn: (prompt) => isAt(prompt, text, at) },
    ),
  };
}

export function place(text: string, position: Position): Form {
  if (position === 'start') return tag(text);
  if (position === 'end') return (prompt) => `${prompt} ${text}`;
  return (prompt) => {
    const words = prompt.split(' ');
    const at = Math.ceil(words.length / 2);
    return [...words.slice(0, at), text, ...words.slice(at)].join(' ');
  };
}

function isAt(prompt: string, text: string, position: Position): boolean {
  if (position === 'start') return prompt.startsWith(`${text} `);
  return position === 'end' ? prompt.endsWith(` ${text}`) : prompt.slice(1, -1).includes(` ${text} `);
}
