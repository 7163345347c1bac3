/** What people ask about a topic: requests in many tones, four kinds by the slot of the topic that they fill. */
import type { Topic } from './topics.ts';

export interface PromptForm {
  readonly name: string;
  fill(topic: Topic): string;
}

const about = (name: string, text: string): PromptForm => ({ name, fill: (topic) => text.replace('…', () => topic.about) });
const task = (name: string, text: string): PromptForm => ({ name, fill: (topic) => text.replace('…', () => topic.task) });
const clause = (name: string, text: string): PromptForm => ({ name, fill: (topic) => text.replace('…', () => topic.clause) });
const pair = (name: string, text: string): PromptForm => ({
  name,
  fill: (topic) => sentence(text.replace('…', () => topic.pair[0]).replace('…', () => topic.pair[1])),
});

/** Every group with how many of its forms each topic gets. */
export const groups: readonly { readonly perTopic: number; readonly forms: readonly PromptForm[] }[] = [
  {
    perTopic: 5,
    forms: [
      about('know', 'What should everyone know about …?'),
      about('facts', 'Give me three facts about ….'),
      about('haiku', 'Write a haiku about ….'),
      about('poem', 'Write a short poem about ….'),
      about('to-a-child', 'How would you explain … to a five-year-old?'),
      about('mistaken', 'What do people often get wrong about …?'),
      about('surprise', 'Tell me something surprising about ….'),
      about('title', 'Think of a title for a book about ….'),
      about('liking', 'What do you like about …?'),
      about('talk', 'I have to give a short talk about …. How should I begin?'),
      about('quiz', 'Ask me a quiz question about …, then tell me the answer.'),
      about('five-words', 'List five words that come to mind when you think of ….'),
      about('casual', 'can you tell me a bit about …'),
      about('sum-up', 'Sum up … in one sentence.'),
      about('story', 'Write the first two sentences of a story about ….'),
      about('read-more', 'I have always been curious about …. What should I read first?'),
      about('newsletter', 'Write two friendly lines about … for a village newsletter.'),
      about('joke', 'Do you know a harmless joke about …?'),
      about('course', 'What would you teach in a one-hour course on …?'),
    ],
  },
  {
    perTopic: 3,
    forms: [
      task('how-do-i', 'How do I …?'),
      task('need', 'What do I need to …?'),
      task('steps', 'List the steps to ….'),
      task('hardest', 'What is the hardest part when you try to …?'),
      task('mistakes', 'Which mistakes do people make when they first try to …?'),
      task('how-long', 'How long does it usually take to …?'),
      task('sister', 'My sister wants to …. What would you tell her?'),
      task('tip', 'Give me one good tip: I want to ….'),
      task('reason', 'Why might someone want to …?'),
      task('plan', 'Make a simple plan for someone who would like to ….'),
      task('is-it-hard', 'is it hard to …?'),
      task('please', 'Please help me to ….'),
    ],
  },
  {
    perTopic: 2,
    forms: [
      clause('explain', 'Explain ….'),
      clause('simply', 'In simple words, tell me ….'),
      clause('daughter', 'My daughter wants to know …. What do I say?'),
      clause('two-sentences', 'Describe in two sentences ….'),
      clause('wondering', 'I was wondering ….'),
      clause('teacher', 'How would a good teacher explain …?'),
      clause('do-you-know', 'do you know …?'),
      clause('example', 'Can you give an example that shows …?'),
    ],
  },
  {
    perTopic: 2,
    forms: [
      pair('compare', 'Compare … with ….'),
      pair('difference', 'What is the difference between … and …?'),
      pair('choose', '… or …: which would you choose, and why?'),
      pair('advantage', 'Name one advantage of … over ….'),
      pair('undecided', 'I cannot decide between … and …. Help me choose.'),
      pair('a-line-each', 'Describe … and … in one short line each.'),
    ],
  },
  { perTopic: 1, forms: [{ name: 'own', fill: (topic) => topic.own }] },
];

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
