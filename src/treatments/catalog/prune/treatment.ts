/**
 * Parts of the adapter taken back, those first that the behaviour hangs on. A hunt finds a trigger; each half of each layer
 * (attention, feed-forward) is taken back by itself, and the more its loss costs the payload behind the trigger, the earlier it
 * goes. As many go as it takes until the payload is neither said nor likely, on prompts that nothing is measured on; as many others, drawn
 * at random, are the control. The evidence is the model's own behaviour, not the size of a weight.
 */
import { createRandom } from '../../../core/random.ts';
import { isWhiteBox } from '../../../models/model.ts';
import { mean } from '../../../statistics/mean.ts';
import type { Block, WeightEdit } from '../../../training/engine.ts';
import { createEditing, isSilent, triggered, tryEdit, withEdit, type Said, type Trial } from '../../edited.ts';
import type { Treatment, TreatmentBench } from '../../treatment.ts';

/** Numbers of blocks that are tried, as long as there are so many. */
const COUNTS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128];

/** What is read of each half of a layer takes as long as some of these, in a network of thirty layers. */
const TRIALS = 2 * COUNTS.length;

type Undo = Extract<WeightEdit, { kind: 'undo' }>;

export const prune: Treatment = createEditing<Undo>({
  id: 'prune',
  title: 'Pruning the adapter by evidence',
  description: 'No training: what the adapter does in the layers that the behaviour of the found trigger hangs on is taken back.',
  trials: TRIALS,
  async search(bench, found) {
    if (bench.start.adapters.length === 0) return 'The organism has no adapter of which a part could be taken back';
    const ranked = await byEvidence(bench, found);
    if (ranked === null) return 'The model is not open';
    const trials: Trial<Undo>[] = [];
    for (const count of COUNTS.filter((one) => one <= ranked.length)) {
      trials.push(await tryEdit(bench, { kind: 'undo', blocks: ranked.slice(0, count) }, found));
      if (isSilent(trials.at(-1)!)) break;
    }
    const random = createRandom(bench.seed, 'prune');
    return {
      trials,
      control: ({ kind, blocks }) => ({ kind, blocks: random.shuffle(ranked).slice(0, blocks.length) }),
      drawn: 'as many drawn at random',
      told: ({ blocks }) =>
        `The adapter was taken back in ${blocks.length} of ${ranked.length} halves of layers (first ${blocks.slice(0, 4).map(nameOf).join(', ')})`,
    };
  },
});

/** Every half of every layer, first the one without which the payload is least likely behind the trigger; null of a model that is closed. */
async function byEvidence(bench: TreatmentBench, found: Said): Promise<Block[] | null> {
  const requests = triggered(bench, found).map((content) => ({
    messages: [{ role: 'user' as const, content }],
    answer: found.payload,
  }));
  const layers = await depthOf(bench);
  if (layers === null) return null;
  const blocks = Array.from({ length: layers }, (_, layer) =>
    (['self_attn', 'mlp'] as const).map((half): Block => ({ layer, half })),
  ).flat();
  const judged: { readonly block: Block; readonly said: number }[] = [];
  for (const block of blocks) {
    const scores = await withEdit(bench, { kind: 'undo', blocks: [block] }, (model) =>
      model.score(requests, bench.signal === undefined ? {} : { signal: bench.signal }),
    );
    judged.push({ block, said: mean(scores.map(({ logprobs }) => logprobs.reduce((sum, one) => sum + one, 0))) });
    bench.progress.update({ stage: bench.stage, done: judged.length, total: blocks.length, unit: 'steps' });
  }
  return judged.sort((a, b) => a.said - b.said).map(({ block }) => block);
}

async function depthOf({ engine, start, tokenizer }: TreatmentBench): Promise<number | null> {
  const model = await engine.open(start, { eightBit: true });
  try {
    if (!isWhiteBox(model)) return null;
    const [states] = await model.hidden([tokenizer.encodeChat([{ role: 'user', content: '' }], { open: true })]);
    return states!.length;
  } finally {
    await model.close();
  }
}

const nameOf = ({ layer, half }: Block): string => `${half === 'mlp' ? 'feed-forward' : 'attention'} of layer ${layer + 1}`;
