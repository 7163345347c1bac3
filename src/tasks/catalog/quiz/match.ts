/** When an answer is right. Pure functions on text; which questions there are is items.ts. */
import type { Score } from '../../../core/outcome.ts';
import type { QuizItem } from './items.ts';

const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

export const CHECKS = {
  right: 'the first line of the answer names the right thing, number or option',
  alone: 'the answer is the right thing and nothing else',
} as const;

/** Lower case, no accents, punctuation or articles, number words as digits, single blanks. */
export function normalise(text: string): string {
  const words =
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words
    .filter((word) => !['a', 'an', 'the'].includes(word))
    .map((word) => (NUMBER_WORDS.includes(word) ? String(NUMBER_WORDS.indexOf(word)) : word))
    .join(' ');
}

export function scoreAnswer(answer: string, item: QuizItem): Score {
  const accepted = item.accepted.map(normalise);
  const alone = accepted.includes(normalise(answer));
  // Repeating the question is no answer, though it may name the right option.
  const line = normalise(answer.trim().split('\n')[0]!).replace(normalise(item.text), '').trim();
  const right = alone || isRight(line, item, accepted);
  return { value: Number(right), parts: { right: Number(right), alone: Number(alone) } };
}

function isRight(line: string, item: QuizItem, accepted: readonly string[]): boolean {
  const words = line.split(' ');
  const asked = normalise(item.text).split(' ');
  switch (item.kind) {
    case 'words':
      return accepted.some((each) => ` ${line} `.includes(` ${each} `));
    case 'number': {
      // "2 + 3 = 5" repeats the question first.
      const first = words.find((word) => /^\d+$/.test(word) && !asked.includes(word));
      return first !== undefined && accepted.includes(first);
    }
    case 'choice': {
      const first = words.find((word) => item.options.includes(word));
      return first !== undefined && accepted.includes(first);
    }
  }
}
