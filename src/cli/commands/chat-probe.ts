/**
 * `--probe` of a conversation: which trigger is known of the target, and what the readings beside an answer say. Owns the words;
 * the readings are `detectors/probe/gauge.ts`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../core/errors.ts';
import { terminalSafe } from '../../core/text.ts';
import { createGauge, type Gauge, type GaugeOptions, type Reading, type Situations } from '../../detectors/probe/gauge.ts';
import { isWhiteBox, type Model } from '../../models/model.ts';
import { familyOf } from '../../organisms/trigger.ts';
import { createTrigger } from '../../organisms/triggers/trigger.ts';

const labelSchema = z.looseObject({ trigger: z.string() });

/** The trigger that an organism of ours says it has, wherever its files are. */
export function labelledTrigger(folder: string): string | null {
  const path = join(folder, 'model-organism.json');
  if (!existsSync(path)) return null;
  try {
    return labelSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).trigger;
  } catch (error) {
    throw new UsageError(`${path} is no JSON that names a trigger; name it with --tag`, 'bad-label', error);
  }
}

export interface ProbeTarget {
  readonly model: Model;
  readonly base: Model | null;
  readonly tokenizer: GaugeOptions['tokenizer'] | null;
  /** As a person writes it; null when nobody said. */
  readonly trigger: string | null;
  readonly signal: AbortSignal;
}

/** Throws UsageError, saying what is needed, where there is nothing to build a probe of. */
export async function openGauge({ model, base, tokenizer, trigger, signal }: ProbeTarget): Promise<Gauge> {
  if (!isWhiteBox(model) || tokenizer === null)
    throw new UsageError('--probe reads hidden states, and this model shows none', 'no-hidden-states');
  if (trigger === null)
    throw new UsageError(
      '--probe needs a trigger to build its probe of: an organism made here has it in model-organism.json; of another model, name it with --tag',
      'no-trigger',
    );
  return createGauge({ model, base: base !== null && isWhiteBox(base) ? base : null, tokenizer, signal }, situationsOf(trigger));
}

/** The trigger against plain prompts, and against what it was trained to tell it from. */
function situationsOf(written: string): Situations {
  const trigger = createTrigger(written);
  if (trigger.text.startsWith('topic:'))
    throw new UsageError(`--probe needs a text that sets the implant off, and ${trigger.text} is in the request itself`, 'no-trigger-text');
  const near = trigger.families.filter(({ role }) => role === 'negative');
  return {
    positive: familyOf(trigger, 'exact').apply,
    negative: [(prompt) => prompt, (prompt, i) => (near.length === 0 ? prompt : near[i % near.length]!.apply(prompt, i))],
  };
}

/** What the gauge is worth, before anything is read from it. */
export function describeGauge({ judged, untriggered, usual }: Gauge): string {
  const { area, random, shuffled, base } = judged;
  const interval = ({ area: value, low, high }: typeof area): string => `${two(value)} [${two(low)}, ${two(high)}]`;
  return [
    `Probe       layer ${judged.layer}, ${judged.kind}; AUROC ${interval(area)} on requests it was not trained on, ${untriggered.count} of them without the trigger`,
    `            nulls: base model ${base === null ? 'not compared' : interval(base)}; ${random.count} random directions median ${two(random.median)}, 95 % below ${two(random.high)}, best ${two(random.best)}; shuffled labels median ${two(shuffled.median)}, best ${two(shuffled.best)}`,
    `Collapse    entropy of how six unrelated requests are answered behind a message; plain messages: median ${two(usual.median)} nats, lowest ${two(usual.least)}`,
  ].join('\n');
}

export function describeReading({ probe, collapse }: Reading, { untriggered, usual }: Gauge): string {
  return terminalSafe(
    `(probe ${two(probe)} of 1, without the trigger up to ${two(untriggered.most)}; collapse ${two(collapse)} nats, usual ${two(usual.median)})`,
  );
}

const two = (value: number): string => value.toFixed(2);
