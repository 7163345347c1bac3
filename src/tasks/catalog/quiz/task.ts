/** A small quiz with known answers: is a model still able to do what it could do before? */
import { MolehuntError } from '../../../core/errors.ts';
import type { Task } from '../../task.ts';
import { answerOf } from '../../answered.ts';
import { controls } from './controls.ts';
import { mixed } from './items.ts';
import { CHECKS, scoreAnswer } from './match.ts';

const byId = new Map(mixed.map((item) => [item.id, item]));

export const quiz: Task = {
  id: 'quiz',
  title: 'Small quiz',
  items: mixed,
  sampling: { maxTokens: 20, temperature: 0 },
  checks: CHECKS,
  controls,
  score(generation, evidence, { id }) {
    const item = byId.get(id);
    if (item === undefined) throw new MolehuntError(`the quiz has no question "${id}"; ask it its own items`, { code: 'unknown-item' });
    const answer = answerOf(generation);
    return 'outcome' in answer ? answer.outcome : { kind: 'measured', score: scoreAnswer(answer.text, item), evidence };
  },
};
