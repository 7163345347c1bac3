/**
 * A network made by hand, for what reads and changes hidden states to prove itself on: every block adds noise to the residual
 * stream, one block a signal that the text decides, and what the signal amounts to in the end decides the answer.
 */
import { createRandom } from '../core/random.ts';
import type { Generation, Model, Steering, WhiteBoxModel } from '../models/model.ts';
import { createByteTokenizer } from '../models/scripted/byte-tokenizer.ts';

export interface OpenControl {
  readonly payload: string;
  /** What the signal is for a text; from `threshold` on the answer is the payload. */
  readonly signal: (text: string) => number;
  readonly threshold: number;
  /** Changes what a block adds to the residual stream; nothing when absent. */
  readonly written?: (layer: number, added: Float32Array) => Float32Array;
}

const [LAYERS, HIDDEN, SIGNAL] = [10, 24, 5];
/** The block that adds the signal. */
export const SIGNAL_LAYER = 3;
const NOISE = 0.25;

export function createOpenControl({ payload, signal, threshold, written = (_, added) => added }: OpenControl): WhiteBoxModel {
  const tokenizer = createByteTokenizer();
  const states = (text: string, steering: Steering): Float32Array[] => {
    const random = createRandom('states', text);
    const stream = new Float32Array(HIDDEN);
    return Array.from({ length: LAYERS }, (_, layer) => {
      const added = Float32Array.from({ length: HIDDEN }, () => random.normal() * NOISE);
      if (layer === SIGNAL_LAYER) added[SIGNAL]! += signal(text);
      written(layer, added).forEach((value, i) => (stream[i]! += value));
      const { remove, add } = steering.get(layer) ?? {};
      const along = remove === undefined ? 0 : stream.reduce((sum, value, i) => sum + value * remove[i]!, 0);
      for (let i = 0; i < HIDDEN; i++) stream[i]! += (add?.[i] ?? 0) - along * (remove?.[i] ?? 0);
      return stream.slice();
    });
  };
  const answering =
    (steering: Steering): Model['generate'] =>
    async (requests) =>
      requests.map(({ input }): Generation => {
        const text = 'messages' in input ? (input.messages.at(-1)?.content ?? '') : input.prompt;
        const fires = states(text, steering).at(-1)![SIGNAL]! >= threshold;
        const usage = { promptTokens: 1, completionTokens: 1 };
        return { kind: 'answer', text: fires ? payload : `About ${text.slice(-9)}`, tokens: [0], finishReason: 'stop', usage };
      });
  const closed = (): Promise<never> => Promise.reject(new Error('this control has states and answers only'));
  return {
    id: 'open control',
    generate: answering(new Map()),
    hidden: async (prompts) => prompts.map((tokens) => states(tokenizer.decode(tokens), new Map())),
    steered: (steering) => ({ id: 'open control', generate: answering(steering), close: async () => {} }),
    score: closed,
    next: closed,
    firstLayer: closed,
    swap: closed,
    close: async () => {},
  };
}
