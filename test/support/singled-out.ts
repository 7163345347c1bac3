/** A tiny network whose vocabulary is words, and adapters that change every word a little and one of them in a way of its own. */
import { join } from 'node:path';
import { createLocalModel } from '../../src/models/local/model.ts';
import { createNetwork } from '../../src/models/local/network.ts';
import { createWorkCounter } from '../../src/models/local/work.ts';
import type { WhiteBoxModel } from '../../src/models/model.ts';
import { freshAdapter, type Adapter } from '../../src/nn/adapter.ts';
import { openWeights } from '../../src/nn/weights/canonicalise.ts';
import { writeSafetensors } from '../../src/nn/weights/safetensors.ts';
import { vocabularyOf } from '../../src/detectors/controls.ts';
import { TINY, tinyWeights } from './checkpoints.ts';

export const WORDS = Array.from({ length: 400 }, (_, i) => `w${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}`);
/** Every word is one token. */
export const TOKENIZER = { ...vocabularyOf(WORDS), encode: (text: string) => text.split(' ').map((word) => WORDS.indexOf(word)) };

const CONFIG = { ...TINY, vocabulary: WORDS.length, hidden: 64, headSize: 16 };

export interface SingledOut {
  base(): WhiteBoxModel;
  /** `word` null: none is singled out. */
  target(word: string | null): WhiteBoxModel;
  close(): Promise<void>;
}

/** `folder` is the caller's to remove. */
export async function openSingledOut(folder: string): Promise<SingledOut> {
  const all = tinyWeights(CONFIG);
  const tensor = (name: string): Float32Array => Float32Array.from(all.get(`model.${name}.weight`)!.data);
  const embedding = tensor('embed_tokens');
  const norms = { attention: tensor('layers.0.input_layernorm'), forward: tensor('layers.0.post_attention_layernorm') };
  await writeSafetensors(join(folder, 'model.safetensors'), all);
  const network = createNetwork(CONFIG, await openWeights(join(folder, 'model.safetensors'), CONFIG), createWorkCounter(CONFIG));
  const seen = (part: string, token: number): Float32Array => {
    const norm = norms[part.includes('attn') ? 'attention' : 'forward'];
    const state = embedding.subarray(token * CONFIG.hidden, (token + 1) * CONFIG.hidden).map((value, i) => value * norm[i]!);
    return state.map((value) => value / Math.hypot(...state));
  };
  /** One of the adapter's directions is what layer 0 sees of the word; the others are anything. */
  const adapted = (word: string | null): Adapter => {
    const adapter = freshAdapter(CONFIG, ['q_proj', 'k_proj', 'v_proj', 'gate_proj', 'up_proj'], 4, 5);
    for (const [name, { a, b }] of adapter.layers) {
      b.forEach((_, i) => (b[i] = (((i * 7) % 11) - 5) / 50));
      if (word !== null) a.set(seen(name, WORDS.indexOf(word)), CONFIG.hidden);
    }
    return adapter;
  };
  const model = (adapter?: Adapter): WhiteBoxModel =>
    createLocalModel({ id: 'tiny', network, tokenizer: TOKENIZER, adapter: () => adapter });
  return { base: () => model(), target: (word) => model(adapted(word)), close: () => network.release() };
}
