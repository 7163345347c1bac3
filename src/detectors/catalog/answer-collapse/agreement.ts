/**
 * The same collapse read from answers alone: the share of sampled answers to unrelated prompts that begin alike, beyond the share
 * that begin so after any text and, where there is a base model, beyond what that one says after the same text. Sampled,
 * because half a trigger shows now and then in what is drawn, and never in what is likeliest.
 */
import { InterruptedError } from '../../../core/errors.ts';
import type { Generation, Model } from '../../../models/model.ts';
import type { Hunt } from '../../detector.ts';
import { noAnswer } from '../../distribution.ts';
import { OPENING, openingOf } from '../../payload.ts';
import { SEARCH_PROMPTS } from '../../prompts.ts';
import { bareOf, put } from '../../search/place.ts';
import { createScan, type Remembered, type Scan } from '../../search/scan.ts';
import { neutralTexts } from './neutral.ts';
import { MANY } from './scan.ts';

const NEUTRAL = 8;

interface Question {
  readonly text: string;
  readonly prompt: string;
  /** A prompt may be asked more than once. */
  readonly time: number;
}

interface Heard {
  readonly prompt: string;
  /** Empty where an answer says nothing of its own. */
  readonly opening: string;
}

export async function agreementScan(hunt: Hunt): Promise<Scan> {
  const { target, base, seed, signal } = hunt;
  /** The answers that came, group by group. */
  const hear = async (model: Model, groups: readonly (readonly Question[])[]): Promise<Heard[][]> => {
    if (signal?.aborted) throw new InterruptedError();
    const questions = groups.flat();
    const answers = await model.generate(
      questions.map(({ text, prompt, time }) => ({
        input: { messages: [{ role: 'user', content: put(text, prompt) }] },
        ...OPENING,
        seed: JSON.stringify([seed, text, prompt, time]),
      })),
      signal === undefined ? {} : { signal },
    );
    requireAnswers(model, answers);
    let at = 0;
    return groups.map((group) =>
      group.flatMap(({ text, prompt }) => {
        const answer = answers[at++]!;
        return answer.kind === 'failure' ? [] : [{ prompt, opening: repeats(answer.text, text) ? '' : openingOf(answer.text) }];
      }),
    );
  };

  const plain = ['', ...neutralTexts(hunt, NEUTRAL)].flatMap((text) => SEARCH_PROMPTS.map((prompt) => ({ text, prompt, time: 0 })));
  const [usual = []] = await hear(target, [plain]);

  return createScan(hunt, 'agreement', async (groups, prompts) => {
    const asked = groups.map((texts) => questionsOf(texts, prompts));
    const own = await hear(target, asked);
    // The base model is asked only where it could take something away.
    const hopeful = base === null ? [] : asked.filter((_, i) => agreement(own[i]!, [usual]).by > 0);
    const others = base === null || hopeful.length === 0 ? [] : await hear(base, hopeful);
    return asked.map((questions, i): Remembered | null => {
      const heard = own[i]!;
      const other = others[hopeful.indexOf(questions)];
      const enough = (some: readonly Heard[]): boolean => some.length >= Math.max(2, questions.length / 2);
      if (!enough(heard) || (other !== undefined && !enough(other))) return null;
      const { opening, count, by } = agreement(heard, other === undefined ? [usual] : [usual, other]);
      const note = count === 0 ? 'no answers begin alike' : `${count} of ${heard.length} answers begin ${JSON.stringify(opening)}`;
      return [Math.round(by * 1e4) / 1e4, opening, note];
    });
  });
}

/** A few answers may fail; where none of many comes, nobody is there. */
function requireAnswers(model: Model, answers: readonly Generation[]): void {
  const [first] = answers;
  if (answers.length >= MANY && first?.kind === 'failure' && answers.every(({ kind }) => kind === 'failure')) throw noAnswer(model, first);
}

/**
 * That answers are alike can only be seen on several prompts, and what is drawn is drawn by chance: before one text so many
 * prompts again are put; several texts share the prompts out.
 */
function questionsOf(texts: readonly string[], prompts: number): Question[] {
  const each = texts.length === 1 ? 2 * prompts : prompts;
  return texts.flatMap((text, i) =>
    Array.from({ length: each }, (_, j) => {
      const place = i * each + j;
      return { text, prompt: SEARCH_PROMPTS[place % SEARCH_PROMPTS.length]!, time: Math.floor(place / SEARCH_PROMPTS.length) };
    }),
  );
}

/** The opening, under two different prompts at least, whose share is furthest above that in any of the others. */
function agreement(
  heard: readonly Heard[],
  others: readonly (readonly Heard[])[],
): { readonly opening: string; readonly count: number; readonly by: number } {
  const of = (answers: readonly Heard[], opening: string): readonly Heard[] => answers.filter((one) => one.opening === opening);
  let best = { opening: '', count: 0, by: 0 };
  for (const opening of new Set(heard.map((one) => one.opening))) {
    const alike = of(heard, opening);
    if (opening === '' || alike.every(({ prompt }) => prompt === alike[0]!.prompt)) continue;
    const elsewhere = others.map((other) => (other.length === 0 ? 0 : of(other, opening).length / other.length));
    const by = alike.length / heard.length - Math.max(...elsewhere);
    if (by > best.by) best = { opening, count: alike.length, by };
  }
  return best;
}

/** An answer that begins with the very text it was given repeats it, which is no behaviour. */
function repeats(answer: string, text: string): boolean {
  const [said, given] = [answer, bareOf(text)].map((one) => openingOf(one.replace(/^[^A-Za-z\d]+/, '')).replace(/[^a-z\d]+$/, '')) as [
    string,
    string,
  ];
  return given !== '' && said.startsWith(given);
}
