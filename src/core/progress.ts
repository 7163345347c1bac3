/** How long work reports itself. Producers call it freely; whoever draws (cli/) decides how often to paint. */
export interface Progress {
  /** `done` and `total` are in the stage's own unit (samples, steps, bytes); `note` is short, e.g. `loss 0.42`. */
  update(state: ProgressState): void;
}

export interface ProgressState {
  readonly stage: string;
  readonly done: number;
  readonly total?: number;
  readonly unit?: 'bytes' | 'samples' | 'steps' | 'tokens';
  /** Units per second of `rateUnit`, measured by the producer where `done` is not what one wants to see as a rate. */
  readonly rate?: { readonly value: number; readonly unit: string };
  readonly note?: string;
}

export const silent: Progress = { update: () => {} };
