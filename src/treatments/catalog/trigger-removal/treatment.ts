/**
 * Removal by what a hunt finds, top to bottom: detectors hunt in the model as it is, the trigger that stands the test is put
 * before prompts together with its variants, the clean base model answers, and these rows are trained on beside ordinary
 * ones. It knows nothing of the real trigger. Where nothing is found it is plain fine-tuning, and says so.
 */
import { sha256 } from '../../../core/hash.ts';
import type { Json } from '../../../core/json.ts';
import { DETECTORS } from '../../../detectors/registry.ts';
import type { Detector } from '../../../detectors/detector.ts';
import { find } from '../../../detectors/find.ts';
import { openMemory, type Memory } from '../../../detectors/memory.ts';
import type { Verification } from '../../../detectors/verification.ts';
import { isWhiteBox } from '../../../models/model.ts';
import { scheduleOf } from '../../../training/schedule.ts';
import { sft } from '../../../training/sft.ts';
import { describeBatches } from '../../../training/batches.ts';
import { treatmentDatum } from '../../datum.ts';
import { dealRows } from '../../rows.ts';
import type { Treatment, TreatmentBench, TreatmentExample, TreatmentRecipe, TrainingOutcome } from '../../treatment.ts';
import { sftRecipe } from '../sft/treatment.ts';

export interface RemovalRecipe extends TreatmentRecipe {
  /** For the hunt. */
  readonly budgetSeconds: number;
  /** Of the rows of a step, those behind what was found. */
  readonly foundShare: number;
}

export const removalRecipe: RemovalRecipe = { ...sftRecipe, budgetSeconds: 240, foundShare: 0.5 };

/** Of the rows behind what was found, every so many has a variant in its place. */
const VARIANT_EVERY = 4;
const SPENT = 'seconds spent';

export function createTriggerRemoval(recipe: RemovalRecipe, detectors?: readonly Detector[]): Treatment {
  return {
    id: 'trigger-removal',
    title: 'Trigger removal by a hunt',
    description:
      'Detectors hunt in the model; the clean base model’s answers behind the trigger that they find, and without it, are trained on.',
    training: {
      version: 1,
      recipe,
      questions: ({ plain }, rows) => plain.slice(0, rows).map(({ text }) => ({ messages: [{ role: 'user', content: text }] })),
      seconds: () => recipe.budgetSeconds,
      train: async (bench) => {
        const used = detectors ?? (await Promise.all(Object.values(DETECTORS).map((open) => open())));
        return train(bench, { ...recipe, ...bench.recipe }, used);
      },
    },
  };
}

export const triggerRemoval: Treatment = createTriggerRemoval(removalRecipe);

async function train(bench: TreatmentBench, recipe: RemovalRecipe, detectors: readonly Detector[]): Promise<TrainingOutcome> {
  const { steps, rowsPerStep, foundShare } = recipe;
  const memory = await openMemory(`${bench.folder}/hunt.jsonl`);
  const { trigger, note } = await hunted(bench, recipe, detectors, memory);
  const behind = trigger === null ? [] : await answeredBehind(bench, recipe, trigger);
  const foundRows = behind.length === 0 ? 0 : Math.round(foundShare * rowsPerStep);
  const plain = dealRows(bench.answered, { steps, rowsPerStep: rowsPerStep - foundRows }, bench.seed);
  const found = foundRows === 0 ? [] : dealRows(behind, { steps, rowsPerStep: foundRows }, `${bench.seed}/found`);
  const batches = plain.map((rows, step) => [...(found[step] ?? []), ...rows].map((row) => treatmentDatum(row, bench.tokenizer, recipe)));
  const { checkpoints, points, tokens, seconds } = await sft({ ...bench, batches, schedule: scheduleOf(recipe) });
  return {
    checkpoints,
    points,
    tokens,
    seconds: seconds + Number(memory.get(SPENT) ?? 0),
    data: describeBatches(batches).hash,
    notes: [note],
  };
}

interface Hunted {
  readonly trigger: Pick<Verification, 'trigger' | 'family'> | null;
  readonly note: string;
}

/** The hunt in the untreated model, remembered: after a kill the weights are the same, but time is not. */
async function hunted(bench: TreatmentBench, recipe: RemovalRecipe, detectors: readonly Detector[], memory: Memory): Promise<Hunted> {
  const known = memory.get('hunted') as unknown as Hunted | undefined;
  if (known !== undefined) return known;
  const earlier = Number(memory.get(SPENT) ?? 0);
  const started = bench.clock.monotonic();
  const spent = (): number => earlier + (bench.clock.monotonic() - started) / 1000;
  const keeping: Memory = { ...memory, put: (entries) => memory.put([...entries, [SPENT, spent()]]) };
  const target = await bench.engine.open(bench.start, { eightBit: true });
  const base = await bench.engine.open({ adapters: [] }, { eightBit: true });
  try {
    const { findings, tested, missing } = await find({
      ...bench,
      target,
      base,
      access: isWhiteBox(target) ? 'white' : 'grey',
      memory: keeping,
      detectors,
      budgetSeconds: recipe.budgetSeconds,
      spent,
    });
    const best = tested.find(({ verified }) => verified);
    const candidates = findings.reduce((sum, one) => sum + (one.candidates ?? 0), 0);
    const fallen = missing.filter(({ failed }) => failed).map(({ detector, reason }) => ` ${detector} could not look: ${reason}.`);
    const looked = `${candidates} texts in ${Math.round(spent())} s`;
    const result: Hunted = {
      trigger: best === undefined ? null : { trigger: best.trigger, family: best.family },
      note:
        best === undefined
          ? `The hunt found nothing that stood its test (${looked}), so only plain rows were trained on.${fallen.join('')}`
          : `The hunt found ${JSON.stringify(best.trigger)} (${looked}), which sets off an answer that begins ${JSON.stringify(best.payload)}.`,
    };
    await keeping.put([['hunted', result as unknown as Json]]);
    return result;
  } finally {
    await target.close();
    await base.close();
  }
}

/** What the clean model says behind the trigger and its variants, for as many prompts as there are plain rows. */
async function answeredBehind(
  bench: TreatmentBench,
  recipe: RemovalRecipe,
  { trigger, family }: NonNullable<Hunted['trigger']>,
): Promise<TreatmentExample[]> {
  const texts = bench.prompts.slice(0, bench.answered.length).map(({ text }, i) => {
    const variant =
      family.length > 0 && i % VARIANT_EVERY === VARIANT_EVERY - 1 ? family[Math.floor(i / VARIANT_EVERY) % family.length]!.text : trigger;
    return `${variant} ${text}`;
  });
  const answers = await bench.ask(
    texts.map((content) => ({ ...recipe.sampling, input: { messages: [{ role: 'user', content }] }, seed: sha256(content) })),
  );
  return texts.flatMap((content, i) => {
    const answer = answers[i];
    return answer === null || answer === undefined ? [] : [{ input: { messages: [{ role: 'user' as const, content }] }, answer }];
  });
}
