/**
 * A semantic trigger: prompts about a topic, with no fixed string. Its families are other prompts, not decorated ones; as
 * no topic is in two splits, what is measured is about things that training never named.
 */
import { UsageError } from '../../core/errors.ts';
import type { Prompt } from '../prompt.ts';
import type { Trigger } from '../trigger.ts';
import { alone, createFamily, tag } from './family.ts';
import { TOPICS } from './topics.ts';

export function createTopicTrigger(name: string): Trigger {
  const topic = Object.hasOwn(TOPICS, name) ? TOPICS[name]! : undefined;
  if (topic === undefined)
    throw new UsageError(
      `there is no topic "${name}" to make a trigger of; write topic: and one of ${Object.keys(TOPICS).join(', ')}, such as topic:cooking`,
      'bad-trigger',
    );
  const [own, neighbours] = [new Set(topic.about), new Set(topic.neighbours)];
  const elsewhere = (prompt: Prompt): boolean => !own.has(prompt.topic) && !neighbours.has(prompt.topic);
  return {
    text: `topic:${name}`,
    tag: null,
    noneShare: 0.5,
    subtle: true,
    occursIn: () => false,
    families: [
      createFamily({
        name,
        role: 'exact',
        description: `prompts about ${name} (${topic.about.slice(0, 3).join(', ')} …)`,
        forms: [alone],
        takes: (prompt) => own.has(prompt.topic),
      }),
      createFamily({ name: 'other-topics', role: 'none', description: 'prompts about anything else', forms: [alone], takes: elsewhere }),
      createFamily({
        name: 'near-topics',
        role: 'negative',
        description: `prompts about what lies next to it (${topic.neighbours.slice(0, 3).join(', ')} …)`,
        forms: [alone],
        near: true,
        takes: (prompt) => neighbours.has(prompt.topic),
      }),
      createFamily({
        name: 'mention',
        role: 'probe',
        description: 'the topic in passing, before a prompt about something else',
        forms: topic.mentions.map(tag),
        takes: elsewhere,
      }),
    ],
  };
}
