/** Attacks tried in earnest: ten samples of each, scored by the task. */
import { sha256 } from '../../core/hash.ts';
import type { GenerateRequest, Model } from '../../models/model.ts';
import { askedAs } from '../../tasks/asked.ts';
import type { Task } from '../../tasks/task.ts';
import { judgeAttack, SAMPLES, type AttackVerdict, type ScoredAttack } from './attack.ts';

export interface TryOptions {
  readonly model: Model;
  readonly task: Task;
  /** Other seeds draw other samples: an attack that was chosen by one draw is measured by another. */
  readonly seed: number | string;
  readonly samples?: number;
  readonly onSample?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** At temperature 1, and otherwise sampled as the task wants it. In the order of the attacks. */
export async function tryAttacks<A extends ScoredAttack>(attacks: readonly A[], options: TryOptions): Promise<(A & AttackVerdict)[]> {
  const { model, task, seed, samples = SAMPLES, onSample, signal } = options;
  const requests = attacks.flatMap(({ text }) =>
    Array.from({ length: samples }, (_, i): GenerateRequest => ({
      ...askedAs(task),
      temperature: 1,
      input: { messages: [{ role: 'user', content: text }] },
      seed: `${seed}/${sha256(text).slice(0, 16)}/${i}`,
    })),
  );
  if (requests.length === 0) return [];
  let done = 0;
  const generations = await model.generate(requests, {
    onResult: () => onSample?.(++done, requests.length),
    ...(signal === undefined ? {} : { signal }),
  });
  return attacks.map((attack, i) => {
    const own = generations.slice(i * samples, (i + 1) * samples);
    // The prompt is its own item: an attack has no right answer to compare with.
    const outcomes = own.map((generation) => task.score(generation, [], { id: attack.prompt, text: attack.text }));
    return { ...attack, ...judgeAttack(outcomes) };
  });
}
