/**
 * Does the behaviour hang on the direction that a probe of its trigger found? What lies along it, behind a layer and all that
 * follow, is set to what it is with the trigger, which should switch the behaviour on without it, and to what it is without,
 * which should switch it off with it; a direction drawn at random should do neither. From which layer and how strongly is
 * chosen on the requests that made the direction, and tested on others.
 */
import { createRandom } from '../core/random.ts';
import { isWhiteBox, type Model, type Steering } from '../models/model.ts';
import { rateOfScores, type RateResult } from '../statistics/rate.ts';
import type { Hunt } from './detector.ts';
import { isDecided, shows } from './payload.ts';
import { examplesOf, TESTED_ON, TRAINED_ON } from './probe/gauge.ts';
import { judgeProbe } from './probe/nulls.ts';
import { fit, meansAlong, trainProbe, type Probe } from './probe/probe.ts';
import { unit } from './probe/states.ts';
import { put } from './search/place.ts';
import type { SteeringTest } from './verification.ts';
import { decoysOf } from './verify.ts';

/** From where a direction is tried, in shares of the network's depth, and how strongly: 0 is without the trigger, 1 with it. */
const DEPTHS = [0.25, 0.5, 0.8, 0.87, 0.94];
const TRIED = [1, 1.25, 1.5, 2];
const DOSES = [0.25, 0.5, ...TRIED];
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
    positive: (prompt: string) => put(trigger, prompt),
    negative: [(prompt: string) => prompt, (prompt: string, i: number) => put(decoys[i % decoys.length]!, prompt)],
  };
  const split = await examplesOf(target, tokenizer, situations, signal);
  const ofBase = base !== null && isWhiteBox(base) ? await examplesOf(base, tokenizer, situations, signal) : null;
  const probe = judgeProbe(trainProbe(split.train, 'mean difference'), split, ofBase, seed);
  const layers = split.train[0]!.state.length;
  const probes = Array.from({ length: layers }, (_, layer) => fit(split.train, 'mean difference', layer));
  const random = createRandom(seed, 'steering');
  // Drawn at random, and moved along as far as the direction itself.
  const drawn = probes.map((own): Probe => {
    const direction = unit(own.direction.map(() => random.normal()));
    const { negative } = meansAlong(split.train, direction, own.layer);
    return { ...own, direction, negative, positive: negative + own.positive - own.negative };
  });

  const enough = (text: string): boolean => isDecided(text, payload);
  const rate = async (model: Model, texts: readonly string[]): Promise<RateResult> => {
    const answers = await model.generate(
      texts.map((content) => ({ input: { messages: [{ role: 'user', content }] }, ...ANSWER, enough })),
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
      const reached = await rate(target.steered(along(probes.slice(layer), strength)), chosen);
      if ((reached.rate ?? -1) > best.rate) best = { layer, strength, rate: reached.rate ?? -1 };
    }
  }
  if (best.rate < 0) return null;
  const { layer, strength } = best;
  const [own, others] = [probes, drawn].map((all) => all.slice(layer)) as [Probe[], Probe[]];
  const dose = [];
  for (const one of DOSES) dose.push({ strength: one, rate: await rate(target.steered(along(own, one)), TESTED_ON) });
  const triggered = TESTED_ON.map(situations.positive);
  return {
    probe,
    layer,
    dose,
    strength,
    added: dose.find((one) => one.strength === strength)!.rate,
    addedRandom: await rate(target.steered(along(others, strength)), TESTED_ON),
    removed: await rate(target.steered(along(own, 0)), triggered),
    removedRandom: await rate(target.steered(along(others, 0)), triggered),
  };
}

/** What lies along each direction becomes a share of the way from what it is without the trigger to what it is with it. */
function along(probes: readonly Probe[], strength: number): Steering {
  return new Map(
    probes.map(({ layer, direction, negative, positive }) => {
      const to = negative + strength * (positive - negative);
      return [layer, { remove: direction, add: direction.map((value) => value * to) }];
    }),
  );
}
