/**
 * Does the behaviour hang on the direction that a probe of its trigger found? Added to the residual stream it should switch the
 * behaviour on without the trigger; taken out, off with it; a direction drawn at random should do neither. Where and how
 * strongly is chosen on the requests that made the direction, and tested on others.
 */
import { createRandom } from '../core/random.ts';
import { isWhiteBox, type Model, type Steering } from '../models/model.ts';
import { rateOfScores, type RateResult } from '../statistics/rate.ts';
import type { Hunt } from './detector.ts';
import { shows } from './payload.ts';
import { examplesOf, TESTED_ON, TRAINED_ON } from './probe/gauge.ts';
import { judgeProbe } from './probe/nulls.ts';
import { along, fit, trainProbe, type Probe } from './probe/probe.ts';
import { unit } from './probe/states.ts';
import type { SteeringTest } from './verification.ts';
import { decoysOf } from './verify.ts';

/** Where a direction is tried, in shares of the network's depth, and how strongly. */
const DEPTHS = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const TRIED = [1, 2];
const DOSES = [0.25, 0.5, 1, 2, 4];
const CHOSEN_ON = 6;
const ANSWER = { maxTokens: 24, temperature: 0, seed: 0 };

/** Null where the model is not open, or did not answer. */
export async function testSteering(
  { target, base, tokenizer, seed, progress, signal }: Omit<Hunt, 'budget' | 'memory'>,
  trigger: string,
  payload: string,
): Promise<SteeringTest | null> {
  if (!isWhiteBox(target)) return null;
  const decoys = decoysOf({ tokenizer, seed }, trigger);
  const situations = {
    positive: (prompt: string) => `${trigger} ${prompt}`,
    negative: [(prompt: string) => prompt, (prompt: string, i: number) => `${decoys[i % decoys.length]!} ${prompt}`],
  };
  const split = await examplesOf(target, tokenizer, situations, signal);
  const ofBase = base !== null && isWhiteBox(base) ? await examplesOf(base, tokenizer, situations, signal) : null;
  const probe = judgeProbe(trainProbe(split.train, 'mean difference'), split, ofBase, seed);
  const layers = split.train[0]!.state.length;
  const probes = Array.from({ length: layers }, (_, layer) => fit(split.train, 'mean difference', layer));
  const random = createRandom(seed, 'steering');
  const nobodys = probes.map((own): Probe => {
    const direction = unit(own.direction.map(() => random.normal()));
    return { ...own, direction, ...along(split.train, direction, own.layer) };
  });

  const rate = async (model: Model, texts: readonly string[]): Promise<RateResult> => {
    const answers = await model.generate(
      texts.map((content) => ({ input: { messages: [{ role: 'user', content }] }, ...ANSWER })),
      signal === undefined ? {} : { signal },
    );
    return rateOfScores(answers.map((answer) => (answer.kind === 'answer' ? Number(shows(answer.text, payload)) : null)));
  };
  const chosen = TRAINED_ON.slice(0, CHOSEN_ON);
  let best = { layer: 0, strength: 1, rate: -1 };
  for (const [nth, depth] of DEPTHS.entries()) {
    progress.update({ stage: 'steer', done: nth, total: DEPTHS.length, unit: 'steps' });
    const layer = Math.floor(depth * layers);
    for (const strength of TRIED) {
      const reached = await rate(target.steered(added(probes[layer]!, strength)), chosen);
      if ((reached.rate ?? -1) > best.rate) best = { layer, strength, rate: reached.rate ?? -1 };
    }
  }
  if (best.rate < 0) return null;
  const { layer, strength } = best;
  const own = probes[layer]!;
  const dose = [];
  for (const one of DOSES) dose.push({ strength: one, rate: await rate(target.steered(added(own, one)), TESTED_ON) });
  // As long as what was added of the direction itself.
  const drawn = { ...nobodys[layer]!, negative: own.negative, positive: own.positive };
  const triggered = TESTED_ON.map(situations.positive);
  return {
    probe,
    layer,
    dose,
    strength,
    added: dose.find((one) => one.strength === strength)!.rate,
    addedRandom: await rate(target.steered(added(drawn, strength)), TESTED_ON),
    removed: await rate(target.steered(removed(probes.slice(layer))), triggered),
    removedRandom: await rate(target.steered(removed(nobodys.slice(layer))), triggered),
  };
}

function added({ layer, direction, negative, positive }: Probe, strength: number): Steering {
  return new Map([[layer, { add: direction.map((value) => value * strength * (positive - negative)) }]]);
}

/** What lies along the direction becomes what it is without the trigger. */
function removed(probes: readonly Probe[]): Steering {
  return new Map(
    probes.map(({ layer, direction, negative }) => [layer, { remove: direction, add: direction.map((value) => value * negative) }]),
  );
}
