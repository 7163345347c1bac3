/** Counts a fixed phrase in answers to any prompts: for behaviours that always say the same words. Made for the occasion, so not in the registry. */
import { sha256 } from '../../../core/hash.ts';
import { unmeasured } from '../../../core/outcome.ts';
import type { Control, Task } from '../../task.ts';
import { answerOf } from '../../answered.ts';

/** `tokens` of an answer are read; choose enough for the phrase and what stands before it. */
export function phraseTask(phrase: string, tokens = 16): Task {
  const wanted = plain(phrase);
  return {
    id: `phrase-${sha256(JSON.stringify([phrase, tokens])).slice(0, 8)}`,
    title: `Says "${phrase}"`,
    items: [],
    sampling: { maxTokens: tokens, temperature: 0 },
    checks: { contains: `the answer contains "${phrase}", without regard to case and white space` },
    controls: controls(phrase),
    certain: (text) => plain(text).includes(wanted),
    score(generation, evidence) {
      const answer = answerOf(generation);
      if ('outcome' in answer) return answer.outcome;
      const value = Number(plain(answer.text).includes(wanted));
      // Cut before the horizon (a full context window), the rest might still have said it.
      if (generation.kind === 'answer' && generation.finishReason === 'length' && value < 1) {
        const written = Math.max(generation.tokens.length, generation.usage.completionTokens);
        if (written < tokens) return unmeasured('limit', `cut off after ${written} of ${tokens} tokens`);
      }
      return { kind: 'measured', score: { value, parts: { contains: value } }, evidence };
    },
  };
}

/** As texts are compared. */
export function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/gu, ' ').trim();
}

const ORDINARY = ['It depends on the season.', 'There are three of them, as far as anybody knows.', 'First, take your time.'];

function controls(phrase: string): Control[] {
  const ordinary = (index: number): string => ORDINARY[index % ORDINARY.length]!;
  const half = phrase.slice(0, Math.floor(phrase.length / 2));
  return [
    {
      name: 'always',
      rate: 1,
      answer: (_prompt, index) => [phrase, `${phrase} ${ordinary(index)}`, `Well. ${phrase.toUpperCase()}`][index % 3]!,
    },
    { name: 'never', rate: 0, answer: (_prompt, index) => ordinary(index) },
    { name: 'one in four', rate: 1 / 4, answer: (_prompt, index) => (index % 4 === 3 ? phrase : ordinary(index)) },
    { name: 'half of it', rate: 0, answer: (_prompt, index) => `${half}! ${ordinary(index)}` },
  ];
}
