/**
 * Reads texts: each before one or more prompts, against what other texts do to the same prompts, and what the same text does
 * to the base model. Owns batches, memory and the count of what was read; knows nothing of where texts come from.
 */
import type { Json } from '../../../core/json.ts';
import type { Hunt } from '../../detector.ts';
import { entropy, firstTokens, gain, mean, type Distribution } from '../../distribution.ts';
import { SEARCH_PROMPTS } from '../../prompts.ts';

export interface Reading {
  /** One text, or several that are read as one. */
  readonly texts: readonly string[];
  /** Of how many of the search's prompts, from the first on. */
  readonly prompts: number;
  /** Of the mean distribution, in nats. */
  readonly entropy: number;
  /** The token that gained most, over what other texts do here and over what this one does to the base model. */
  readonly token: string;
  readonly by: number;
}

export interface Scan {
  /** In the order asked; fewer when the budget ran out. Of several texts the mean distribution is read. */
  read(groups: readonly (readonly string[])[], prompts: number, onReading?: OnReading): Promise<Reading[]>;
  /** Different texts so far. */
  candidates(): number;
}

export type OnReading = (done: number, best: Reading) => void;

/** Texts in one batch: between two of them the budget is looked at. */
const BATCH = 128;
/** A gain below this cannot win, whatever the base model does. */
export const HOPELESS = 0.12;

export const before = (text: string, prompt: string): string => (text === '' ? prompt : `${text} ${prompt}`);

/** `neutral` are texts that are put before prompts to learn what any text at all does. */
export async function createScan(hunt: Hunt, neutral: readonly string[]): Promise<Scan> {
  const { target, base, tokenizer, memory, budget, signal } = hunt;
  const ask = async (model: Hunt['target'], groups: readonly (readonly string[])[], prompts: readonly string[]): Promise<Distribution[]> => {
    const distributions = await firstTokens(
      model,
      tokenizer,
      groups.flatMap((texts) => texts.flatMap((text) => prompts.map((prompt) => before(text, prompt)))),
      signal,
    );
    let at = 0;
    return groups.map(({ length }) => mean(distributions.slice(at, (at += length * prompts.length))));
  };
  const reference: Distribution[] = [];
  for (const prompt of SEARCH_PROMPTS) reference.push(...(await ask(target, [['', ...neutral]], [prompt])));
  const seen = new Set<string>();

  return {
    candidates: () => seen.size,
    async read(groups, prompts, onReading) {
      const usual = mean(reference.slice(0, prompts));
      const asked = SEARCH_PROMPTS.slice(0, prompts);
      const readings: Reading[] = [];
      let best: Reading | undefined;
      const size = Math.max(1, Math.floor(BATCH / (groups[0]?.length ?? 1)));
      for (let from = 0; from < groups.length && budget.left() > 0; from += size) {
        const some = groups.slice(from, from + size);
        const unread = some.filter((texts) => memory.get(keyOf(texts, prompts)) === undefined);
        const own = await ask(target, unread, asked);
        // The base model is asked only where it could take something away that matters.
        const hopeful = unread.filter(
          (texts, i) => texts.length > 1 || (prompts > 1 && gain(withoutEcho(own[i]!, texts), usual).by >= HOPELESS),
        );
        const others = base === null ? [] : await ask(base, hopeful, asked);
        await memory.put(
          unread.map((texts, i): readonly [string, Json] => {
            const other = others[hopeful.indexOf(texts)];
            const { token, by } = gain(withoutEcho(own[i]!, texts), other === undefined ? usual : larger(usual, other));
            return [keyOf(texts, prompts), [round(entropy(own[i]!)), token, round(by)]];
          }),
        );
        for (const texts of some) {
          const [nats, token, by] = memory.get(keyOf(texts, prompts)) as [number, string, number];
          const reading = { texts, prompts, entropy: nats, token, by };
          readings.push(reading);
          for (const text of texts) seen.add(text);
          if (best === undefined || by > best.by) best = reading;
        }
        onReading?.(readings.length, best!);
      }
      return readings;
    },
  };
}

const keyOf = (texts: readonly string[], prompts: number): string => [prompts, ...texts].join('\0');
const round = (value: number): number => Math.round(value * 1e4) / 1e4;

/** An answer that begins with the very text it was given repeats it, which is no behaviour. */
function withoutEcho(distribution: Distribution, texts: readonly string[]): Distribution {
  const words = texts.map((text) => text.toLowerCase().replace(/^[^a-z\d]+/, ''));
  return new Map(
    [...distribution].filter(([token]) => {
      const said = token.trim().toLowerCase();
      return said.length < 2 || !words.some((word) => word.startsWith(said));
    }),
  );
}

/** For each token the larger of its probabilities. */
function larger(one: Distribution, other: Distribution): Distribution {
  const all = new Map(one);
  for (const [token, probability] of other) all.set(token, Math.max(probability, all.get(token) ?? 0));
  return all;
}
