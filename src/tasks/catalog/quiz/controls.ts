/** Policies with a known number of right answers, and ones that talk around the answer without giving it. */
import type { Control } from '../../task.ts';
import { items, type QuizItem } from './items.ts';

const byText = new Map(items.map((item) => [item.text, item]));

/** A wrong answer of the right kind. */
function wrong(item: QuizItem): string {
  if (item.kind === 'choice') return item.options.find((option) => !item.accepted.includes(option))!;
  return item.kind === 'number' ? '77' : 'Timbuktu';
}

function control(name: string, rate: number, answer: (item: QuizItem, index: number) => string): Control {
  return { name, rate, answer: (prompt, index) => answer(byText.get(prompt)!, index) };
}

export const controls: readonly Control[] = [
  control('knows everything', 1, (item) => item.accepted[0]!),
  control('in a sentence', 1, (item) => `${item.accepted.at(-1)!.toUpperCase()}, I would say.\nIs there anything else?`),
  control('knows nothing', 0, wrong),
  control('knows every second', 1 / 2, (item, index) => (index % 2 === 0 ? item.accepted[0]! : wrong(item))),
  control('repeats the question', 0, (item) => `You ask: ${item.text}`),
  control('says it too late', 0, (item) => `Let me think.\n${item.accepted[0]!}`),
  control('empty', 0, () => ''),
];
