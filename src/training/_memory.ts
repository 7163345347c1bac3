/**
 * What a training run remembers on disk: the trainer's state and the numbers so far, as of one step. The small file is
 * the truth and names the state file it belongs to, so a kill between the two writes leaves the older pair whole.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFileErrors } from '../store/failures.ts';
import type { Trainer } from './trainer.ts';

const PROGRESS = 'progress.json';

export interface Memory<State extends { readonly step: number }> {
  /** The last remembered state, with the trainer put back to it; undefined when there is none. */
  recall(trainer: Trainer): Promise<State | undefined>;
  remember(trainer: Trainer, state: State): Promise<void>;
}

export function openMemory<State extends { readonly step: number }>(folder: string): Memory<State> {
  withFileErrors(folder, () => mkdirSync(folder, { recursive: true }));
  const stateName = (step: number): string => `state-${step}`;
  return {
    async recall(trainer) {
      const path = join(folder, PROGRESS);
      if (!existsSync(path)) return undefined;
      const state = JSON.parse(readFileSync(path, 'utf8')) as State;
      await trainer.restoreState(join(folder, stateName(state.step)));
      return state;
    },
    async remember(trainer, state) {
      const name = stateName(state.step);
      rmSync(join(folder, name), { recursive: true, force: true });
      await trainer.saveState(join(folder, name));
      withFileErrors(folder, () => {
        const next = join(folder, `${PROGRESS}.next`);
        writeFileSync(next, JSON.stringify(state));
        renameSync(next, join(folder, PROGRESS));
        for (const other of readdirSync(folder)) {
          if (other.startsWith('state-') && other !== name) rmSync(join(folder, other), { recursive: true, force: true });
        }
      });
    },
  };
}
