/**
 * What our own contenders share: the model opened from the same file as the peers', and the line that `bench/run.ts` reads.
 */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { openModelFiles } from '../../src/models/registry/resolve.ts';
import type { Engine } from '../../src/training/engine.ts';
import { openLocalEngine } from '../../src/training/local/engine.ts';
import { ENVIRONMENT } from '../environment.ts';
import { median, type ContenderReport } from '../report.ts';

/** As many as every peer is given. */
export const THREADS: number = Math.min(2, availableParallelism());

export interface OpenedEngine {
  readonly engine: Engine;
  readonly openSeconds: number;
}

export async function openEngine(): Promise<OpenedEngine> {
  const start = performance.now();
  const cache = path.join(path.dirname(ENVIRONMENT.gguf), 'cache');
  const files = await openModelFiles(ENVIRONMENT.gguf, { cache, env: process.env });
  const engine = await openLocalEngine(files, { threads: THREADS });
  return { engine, openSeconds: (performance.now() - start) / 1000 };
}

/** Seconds of each of `repetitions` runs, after one that warms up (kept in front: the peers print theirs too). */
export async function timed(repetitions: number, run: (repetition: number) => Promise<void>): Promise<number[]> {
  const seconds: number[] = [];
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    const start = performance.now();
    await run(repetition);
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds;
}

/** Prints the line. `tokens` is what one run makes. */
export function report(tokens: number, seconds: readonly number[], openSeconds: number): void {
  const line: ContenderReport = {
    tokensPerSecond: tokens / median(seconds.slice(1)),
    seconds,
    openSeconds,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    versions: { node: process.versions.node },
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
