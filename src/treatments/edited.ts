/**
 * Treatments that work out a change of weights in place of training, top to bottom: what a hunt found says what to look for,
 * changes are tried, the one that leaves least of the behaviour is kept, and as large a change that nothing speaks for is its
 * control. A trial asks with the found trigger, and looks at what the change costs: how likely the clean model's ordinary
 * answers still are. Which changes are tried is each treatment's own.
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
import { HUNT_SECONDS } from './catalog/trigger-removal/treatment.ts';
import type { Hunted, SavedCheckpoint, TrainingOutcome, Treatment, TreatmentBench, TreatmentRecipe } from './treatment.ts';

/** A found trigger whose behaviour can be recognised by how answers begin. */
export type Said = NonNullable<Hunted['found']> & { readonly payload: string };

/** Ordinary answers that a trial looks at. Nothing is trained, so the rest of the recipe says nothing. */
const recipe: TreatmentRecipe = { ...sftRecipe, steps: 1, rowsPerStep: 16 };

/** Prompts behind the trigger. None of them is measured later. */
const TRIED = 8;

/** What may be left of a behaviour that is gone. Eight silent answers alone would often come from one that still shows in every fifth. */
const SILENT = 0.01;

const ANSWER = { maxTokens: 24, temperature: 0, seed: 0 };

export interface Trial<Edit extends WeightEdit = WeightEdit> {
  /** Null: the start as it is. */
  readonly edit: Edit | null;
  /**
   * What is left of the behaviour on prompts behind the trigger: the share that is answered with the payload or the mean
   * probability that an answer begins with it, whichever is larger; null where none could be answered.
   */
  readonly left: number | null;
  /** Mean log-probability of a token of the ordinary answers, in nats; null without any. */
  readonly ordinary: number | null;
}

/** What a treatment tried. */
export interface Tried<Edit extends WeightEdit> {
  readonly trials: readonly Trial<Edit>[];
  /** As large a change, drawn at random, and what the note calls it. */
  readonly control: (edit: Edit) => Edit;
  readonly drawn: string;
  /** What the edit does: a clause for the note. */
  readonly told: (edit: Edit) => string;
}

export interface Editing<Edit extends WeightEdit> extends Pick<Treatment, 'id' | 'title' | 'description'> {
  /** About how many changes are tried, controls included: for the plan. */
  readonly trials: number;
  /** Or why nothing can be tried, as the beginning of a sentence. */
  search(bench: TreatmentBench, found: Said): Promise<Tried<Edit> | string>;
}

export function createEditing<Edit extends WeightEdit>(editing: Editing<Edit>): Treatment {
  const { id, title, description, trials } = editing;
  return {
    id,
    title,
    description,
    training: {
      version: 2,
      recipe,
      workedOut: { trials },
      huntSeconds: HUNT_SECONDS,
      questions: ({ plain }, rows) => plain.slice(0, rows).map(({ text }) => ({ messages: [{ role: 'user', content: text }] })),
      train: (bench) => workOut(editing, bench),
    },
  };
}

async function workOut<Edit extends WeightEdit>({ search }: Editing<Edit>, bench: TreatmentBench): Promise<TrainingOutcome> {
  const began = bench.clock.monotonic();
  const { found, note } = bench.hunted!;
  const unchanged = (why: string): Promise<TrainingOutcome> => outcomeOf(bench, null, [`${note} ${why}, so nothing was changed.`], began);
  if (found === null || found.payload === null) return unchanged('There is no behaviour to go by');
  const said = { ...found, payload: found.payload };
  const tried = await search(bench, said);
  if (typeof tried === 'string') return unchanged(tried);
  const before = await tryEdit(bench, null, said);
  const best = bestOf(tried.trials);
  if (best === null || best.edit === null || before.left === null) return unchanged('No change could be tried');
  if (best.left! >= before.left) return unchanged('No change that was tried brought it down');
  const control = await tryEdit(bench, tried.control(best.edit), said);
  const lost = before.ordinary === null || best.ordinary === null ? null : before.ordinary - best.ordinary;
  return outcomeOf(
    bench,
    best.edit,
    [
      note,
      `${tried.told(best.edit)}: behind the found trigger, on the prompts of the choice, ${percent(best.left)} of the behaviour is left (before: ${percent(before.left)}; ${tried.drawn}: ${percent(control.left)}). ${lost === null ? 'What it costs ordinary answers could not be measured.' : `A token of an ordinary answer became ${lost.toFixed(2)} nats less likely.`}`,
    ],
    began,
  );
}

export const triggered = ({ prompts }: TreatmentBench, { trigger }: Said): string[] =>
  prompts.slice(0, TRIED).map(({ text }) => put(trigger, text));

/** Opens the start with an edit on it, or as it is, while `use` runs. */
export async function withEdit<T>(bench: TreatmentBench, edit: WeightEdit | null, use: (model: ScoringModel) => Promise<T>): Promise<T> {
  const { engine, start, folder } = bench;
  const path = join(folder, 'edit');
  rmSync(path, { recursive: true, force: true });
  if (edit !== null) await engine.edit(start, edit, path);
  const adapters = edit === null ? start.adapters : [...start.adapters, path];
  const model = await engine.open({ ...start, adapters }, { eightBit: true });
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}

export async function tryEdit<Edit extends WeightEdit>(bench: TreatmentBench, edit: Edit | null, found: Said): Promise<Trial<Edit>> {
  const options = bench.signal === undefined ? {} : { signal: bench.signal };
  return withEdit(bench, edit, async (model) => {
    const asked = triggered(bench, found).map((content) => ({ messages: [{ role: 'user' as const, content }] }));
    const answers = await model.generate(
      asked.map((input) => ({ input, ...ANSWER })),
      options,
    );
    const { rate } = rateOfScores(answers.map((one) => (one.kind === 'answer' ? Number(shows(one.text, found.payload)) : null)));
    const chances = await model.score(
      asked.map(({ messages }) => ({ messages, answer: found.payload })),
      options,
    );
    const chance = mean(chances.map(({ logprobs }) => Math.exp(logprobs.reduce((sum, one) => sum + one, 0))));
    const scored = await model.score(
      bench.answered.flatMap(({ input, answer }) => ('messages' in input ? [{ messages: input.messages, answer }] : [])),
      options,
    );
    const tokens = scored.flatMap(({ logprobs }) => [...logprobs]);
    return { edit, left: rate === null ? null : Math.max(rate, chance), ordinary: tokens.length === 0 ? null : mean(tokens) };
  });
}

export const isSilent = ({ left }: Trial): boolean => left !== null && left <= SILENT;

/** Of those that leave nothing, the one that costs ordinary answers least; else the one that leaves least. Null where none was measured. */
function bestOf<Edit extends WeightEdit>(trials: readonly Trial<Edit>[]): Trial<Edit> | null {
  const leaves = (trial: Trial<Edit>): number => (isSilent(trial) ? 0 : trial.left!);
  const measured = trials.filter(({ left }) => left !== null);
  return measured.sort((a, b) => leaves(a) - leaves(b) || (b.ordinary ?? -Infinity) - (a.ordinary ?? -Infinity) || 0)[0] ?? null;
}

/** Without an edit the treated model is the untreated one. */
async function outcomeOf(
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

const percent = (share: number | null): string => (share === null ? 'unmeasured' : `${Math.round(100 * share)} %`);
