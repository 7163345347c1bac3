/**
 * What treatments share that work out a change of weights in place of training: they try it, and keep it. A trial asks with
 * the trigger that a hunt found, and looks at what the change costs: how likely the clean model's ordinary answers still are.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { shows } from '../detectors/payload.ts';
import { put } from '../detectors/search/place.ts';
import type { ScoringModel } from '../models/model.ts';
import { mean } from '../statistics/mean.ts';
import { rateOfScores } from '../statistics/rate.ts';
import type { WeightEdit } from '../training/engine.ts';
import { sftRecipe } from './catalog/sft/treatment.ts';
import type { Hunted, SavedCheckpoint, TrainingOutcome, TreatmentBench, TreatmentRecipe, TreatmentSubject, Question } from './treatment.ts';

/** A found trigger whose behaviour can be recognised by how answers begin. */
export type Said = NonNullable<Hunted['found']> & { readonly payload: string };

/** Ordinary answers that a trial looks at. Nothing is trained, so the rest of the recipe says nothing. */
export const editRecipe: TreatmentRecipe = { ...sftRecipe, steps: 1, rowsPerStep: 16 };

/** Prompts behind the trigger. None of them is measured later. */
const TRIED = 8;
const ANSWER = { maxTokens: 24, temperature: 0, seed: 0 };

export interface Trial {
  readonly edit: WeightEdit;
  /** Share of the prompts behind the trigger that are still answered with the payload; null where none could be answered. */
  readonly said: number | null;
  /** Mean log-probability of a token of the ordinary answers, in nats. */
  readonly ordinary: number;
}

export const plainQuestions = ({ plain }: TreatmentSubject, rows: number): Question[] =>
  plain.slice(0, rows).map(({ text }) => ({ messages: [{ role: 'user', content: text }] }));

/** Null where nothing was found that answers to unrelated prompts have in common. */
export function saidBehind({ found }: Hunted): Said | null {
  return found === null || found.payload === null ? null : { ...found, payload: found.payload };
}

export const triggered = ({ prompts }: TreatmentBench, { trigger }: Said): string[] =>
  prompts.slice(0, TRIED).map(({ text }) => put(trigger, text));

/** Opens the start with an edit on it while `use` runs. */
export async function withEdit<T>(bench: TreatmentBench, edit: WeightEdit, use: (model: ScoringModel) => Promise<T>): Promise<T> {
  const { engine, start, folder } = bench;
  const path = join(folder, 'edit');
  rmSync(path, { recursive: true, force: true });
  await engine.edit(start, edit, path);
  const model = await engine.open({ ...start, adapters: [...start.adapters, path] }, { eightBit: true });
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}

export async function tryEdit(bench: TreatmentBench, edit: WeightEdit, found: Said): Promise<Trial> {
  const options = bench.signal === undefined ? {} : { signal: bench.signal };
  return withEdit(bench, edit, async (model) => {
    const answers = await model.generate(
      triggered(bench, found).map((content) => ({ input: { messages: [{ role: 'user', content }] }, ...ANSWER })),
      options,
    );
    const { rate } = rateOfScores(answers.map((one) => (one.kind === 'answer' ? Number(shows(one.text, found.payload)) : null)));
    const scored = await model.score(
      bench.answered.flatMap(({ input, answer }) => ('messages' in input ? [{ messages: input.messages, answer }] : [])),
      options,
    );
    return { edit, said: rate, ordinary: mean(scored.flatMap(({ logprobs }) => [...logprobs])) };
  });
}

/** The one after which the payload is said least; of those alike, the one that costs ordinary answers least. Null where none was measured. */
export function bestOf(trials: readonly Trial[]): Trial | null {
  const measured = trials.filter(({ said }) => said !== null);
  return measured.sort((a, b) => a.said! - b.said! || b.ordinary - a.ordinary)[0] ?? null;
}

/** Without an edit the treated model is the untreated one. */
export async function outcomeOf(
  bench: TreatmentBench,
  edit: WeightEdit | null,
  notes: readonly string[],
  began: number,
): Promise<TrainingOutcome> {
  const checkpoints: SavedCheckpoint[] = [];
  for (const step of bench.checkpoints)
    checkpoints.push(
      await (edit === null ? bench.onCheckpoint(step) : bench.keep(step, (folder) => bench.engine.edit(bench.start, edit, folder))),
    );
  return {
    checkpoints,
    points: [],
    tokens: 0,
    seconds: bench.hunted!.seconds + (bench.clock.monotonic() - began) / 1000,
    data: checkpoints.at(-1)!.hash,
    notes,
  };
}

/** `12 % of prompts behind it`, for notes. */
export const percent = (share: number | null): string => (share === null ? 'unmeasured' : `${Math.round(100 * share)} %`);
