/**
 * Words and templates, evolved: disguises are scored, the best are kept, changed and crossed, until the budget is spent.
 * It asks only how probable the behaviour is, so it works on any model that scores answers.
 */
import type { Prompt } from '../../organisms/organism.ts';
import type { Arena, Attacker } from './attacker.ts';
import { cross, mutate, randomDisguise, render, type Disguise } from './disguise.ts';
import { lexicons } from './lexicon.ts';

/** Of a search's budget, scored before the first selection: evolution can only refine what chance has found. */
const FIRST_SHARE = 1 / 3;
const GENERATION = 32;
const PARENTS = 10;
/** Of the children, those with two parents; and those that try their disguise on another prompt. */
const CROSSED = 0.25;
const MOVED = 0.5;

interface Individual {
  readonly disguise: Disguise;
  readonly prompt: Prompt;
}

export const mutation: Attacker = {
  id: 'mutation',
  description: 'Tags, words, letter cases, labels, sentences, dates and roles around a prompt, evolved by how probable the behaviour is.',
  absent: ({ prompts }) => (prompts.length === 0 ? 'there are no prompts to disguise' : null),
  async search(arena) {
    const { random, prompts } = arena;
    const lexicon = lexicons[arena.half];
    const known = new Map<string, Individual>();
    const found = new Map<string, number>();
    const score = async (individuals: readonly Individual[]): Promise<void> => {
      const drafts = individuals.map((individual) => {
        const text = render(individual.disguise, individual.prompt.text);
        known.set(text, individual);
        return { prompt: individual.prompt.id, text, gist: render(individual.disguise, '…') };
      });
      for (const { text, logprob } of await arena.score(drafts)) found.set(text, logprob);
    };

    const first = Math.max(GENERATION, Math.round(arena.left() * FIRST_SHARE));
    await score(Array.from({ length: first }, () => ({ disguise: randomDisguise(lexicon, random), prompt: random.pick(prompts) })));
    // A generation without a single new text means that the lexicon is used up.
    for (let before = -1; arena.left() > 0 && before !== arena.left();) {
      before = arena.left();
      const parents = fittest(known, found);
      if (parents.length === 0) return;
      await score(Array.from({ length: GENERATION }, () => child(parents, arena)));
    }
  },
};

/** One individual of each disguise, the best first. */
function fittest(known: ReadonlyMap<string, Individual>, found: ReadonlyMap<string, number>): Individual[] {
  const best = new Map<string, Individual>();
  for (const [text] of [...found].sort((a, b) => b[1] - a[1])) {
    const individual = known.get(text)!;
    const gist = render(individual.disguise, '…');
    if (!best.has(gist)) best.set(gist, individual);
    if (best.size === PARENTS) break;
  }
  return [...best.values()];
}

function child(parents: readonly Individual[], { half, random, prompts }: Arena): Individual {
  const parent = random.pick(parents);
  const disguise =
    random.next() < CROSSED
      ? cross(parent.disguise, random.pick(parents).disguise, random)
      : mutate(parent.disguise, lexicons[half], random);
  return { disguise, prompt: random.next() < MOVED ? random.pick(prompts) : parent.prompt };
}
