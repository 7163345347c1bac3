/**
 * The direction of what a hunt found, taken out of the model without training. What tells prompts with the found trigger from
 * prompts without it is a direction behind each layer; the layers from some depth on no longer write along the first few of
 * them, which is what steering a model at inference does, written into its weights (Arditi et al. 2024). From which depth
 * and how many is chosen on prompts that nothing is measured on; directions drawn at random are the control.
 */
import { createRandom } from '../../../core/random.ts';
import { examplesOf } from '../../../detectors/probe/gauge.ts';
import { fit, type Example } from '../../../detectors/probe/probe.ts';
import { dot, unit } from '../../../detectors/probe/states.ts';
import { put } from '../../../detectors/search/place.ts';
import { decoysOf } from '../../../detectors/verify.ts';
import { isWhiteBox } from '../../../models/model.ts';
import { mean } from '../../../statistics/mean.ts';
import type { WeightEdit } from '../../../training/engine.ts';
import { createEditing, tryEdit, type Said, type Trial } from '../../edited.ts';
import type { Treatment, TreatmentBench } from '../../treatment.ts';

/** In shares of the network's depth, and directions that are taken out. */
const DEPTHS = [0, 0.25, 0.5, 0.75];
const COUNTS = [1, 2, 4, 8];

type Silence = Extract<WeightEdit, { kind: 'silence' }>;

export const steerOut: Treatment = createEditing<Silence>({
  id: 'steer-out',
  title: 'Steering out what a hunt found',
  description: 'No training: the layers no longer write along the direction in which the trigger that a hunt found moves the model.',
  trials: DEPTHS.length * COUNTS.length + 2,
  async search(bench, found) {
    const { progress, stage, seed } = bench;
    const directions = await directionsOf(bench, found);
    if (directions === null) return 'The model is not open';
    const edits = DEPTHS.flatMap((depth) => {
      const from = Math.floor(depth * directions.length);
      const basis = orthonormal(directions.slice(from), Math.max(...COUNTS));
      return COUNTS.filter((one) => one <= basis.length).map((one): Silence => ({
        kind: 'silence',
        from,
        directions: basis.slice(0, one),
      }));
    });
    const trials: Trial<Silence>[] = [];
    for (const edit of edits) {
      trials.push(await tryEdit(bench, edit, found));
      progress.update({ stage, done: trials.length, total: edits.length, unit: 'steps' });
    }
    const random = createRandom(seed, 'steer-out');
    return {
      trials,
      control: (edit) => {
        const vectors = edit.directions.map((one) => one.map(() => random.normal()));
        return { ...edit, directions: orthonormal(vectors, vectors.length) };
      },
      drawn: 'as many directions drawn at random',
      told: ({ from, directions: chosen }) =>
        `Layers ${from + 1} to ${directions.length} no longer write along ${chosen.length} direction${chosen.length === 1 ? '' : 's'}`,
    };
  },
});

/**
 * Behind each layer, from prompts without the trigger (or with other words in its place) to the same with it, as long as it
 * tells the two apart; null of a model that is closed.
 */
async function directionsOf({ engine, start, tokenizer, seed, signal }: TreatmentBench, { trigger }: Said): Promise<Float32Array[] | null> {
  const model = await engine.open(start, { eightBit: true });
  try {
    if (!isWhiteBox(model)) return null;
    const decoys = decoysOf({ tokenizer, seed }, trigger);
    const situations = {
      positive: (prompt: string) => put(trigger, prompt),
      negative: [(prompt: string) => prompt, (prompt: string, i: number) => put(decoys[i % decoys.length]!, prompt)],
    };
    const { train: examples } = await examplesOf(model, tokenizer, situations, signal);
    return examples[0]!.state.map((_, layer) => {
      const { direction } = fit(examples, 'mean difference', layer);
      const apart = separation(examples, direction, layer);
      return direction.map((value) => value * apart);
    });
  } finally {
    await model.close();
  }
}

/** Distance between the two kinds' means along a direction, in standard deviations within a kind. Later layers are larger in everything. */
function separation(examples: readonly Example[], direction: Float32Array, layer: number): number {
  const along = (wanted: boolean): number[] =>
    examples.filter(({ positive }) => positive === wanted).map(({ state }) => dot(direction, state[layer]!));
  const [one, other] = [along(true), along(false)];
  const spread = (values: readonly number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));
  const within = Math.sqrt((spread(one) + spread(other)) / 2);
  return within === 0 ? 0 : (mean(one) - mean(other)) / within;
}

/** At most `most` orthonormal vectors of what these span: first the one that the others leave most of, and so on. */
export function orthonormal(vectors: readonly Float32Array[], most: number): Float32Array[] {
  const basis: Float32Array[] = [];
  let rest = vectors.map((vector) => vector.slice());
  while (basis.length < most) {
    const sizes = rest.map((vector) => dot(vector, vector));
    const largest = Math.max(...sizes);
    // What rounding leaves of a vector that is spanned already is no direction.
    if (!(largest > 1e-6)) break;
    const next = unit(rest[sizes.indexOf(largest)]!);
    basis.push(next);
    rest = rest.map((vector) => {
      const along = dot(vector, next);
      return vector.map((value, i) => value - along * next[i]!);
    });
  }
  return basis;
}
