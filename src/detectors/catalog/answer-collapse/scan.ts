/**
 * Reads how answers begin: the token that gained most, over what other texts do to the same prompts and over what the same
 * text does to the base model.
 */
import { MolehuntError } from '../../../core/errors.ts';
import type { Hunt } from '../../detector.ts';
import { entropy, gain, mean, triedFirstTokens, type Distribution } from '../../distribution.ts';
import { SEARCH_PROMPTS } from '../../prompts.ts';
import { bareOf, put } from '../../search/place.ts';
import { createScan, type Remembered, type Scan } from '../../search/scan.ts';
import { neutralTexts } from './neutral.ts';

/** A gain below this cannot win, whatever the base model does. */
const HOPELESS = 0.12;
const NEUTRAL = 32;
/** Of fewer answers it is chance that none comes. */
export const MANY = 4;

export async function collapseScan(hunt: Hunt): Promise<Scan> {
  const { target, base, tokenizer, signal } = hunt;
  const ask = async (
    model: Hunt['target'],
    groups: readonly (readonly string[])[],
    prompts: readonly string[],
  ): Promise<(Distribution | null)[]> => {
    const distributions = await triedFirstTokens(
      model,
      tokenizer,
      groups.flatMap((texts) => texts.flatMap((text) => prompts.map((prompt) => put(text, prompt)))),
      signal,
    );
    const came = (some: readonly (Distribution | MolehuntError)[]): Distribution[] =>
      some.filter((one): one is Distribution => !(one instanceof MolehuntError));
    // A few answers may fail; where none of many comes, nobody is there.
    if (distributions.length >= MANY && came(distributions).length === 0) throw distributions[0] as MolehuntError;
    let at = 0;
    return groups.map(({ length }) => {
      const own = came(distributions.slice(at, (at += length * prompts.length)));
      return own.length < (length * prompts.length) / 2 ? null : mean(own);
    });
  };
  const neutral = neutralTexts(hunt, NEUTRAL);
  const reference: Distribution[] = [];
  for (const prompt of SEARCH_PROMPTS) {
    const [usual] = await ask(target, [['', ...neutral]], [prompt]);
    if (!usual) throw new MolehuntError(`${target.id} left most of its answers out`, { code: 'no-answer', boundary: 'provider' });
    reference.push(usual);
  }

  return createScan(hunt, 'collapse', async (groups, prompts) => {
    const usual = mean(reference.slice(0, prompts));
    const asked = SEARCH_PROMPTS.slice(0, prompts);
    const own = await ask(target, groups, asked);
    // The base model is asked only where it could take something away that matters.
    const hopeful = groups.filter(
      (texts, i) => texts.length > 1 || (prompts > 1 && own[i] && gain(withoutEcho(own[i], texts), usual).by >= HOPELESS),
    );
    const others = base === null ? [] : await ask(base, hopeful, asked);
    return groups.map((texts, i): Remembered | null => {
      const heard = own[i] ?? null;
      const other = others[hopeful.indexOf(texts)];
      // What the base model was to say against it and did not is no evidence for it.
      if (heard === null || other === null) return null;
      const { token, by } = gain(withoutEcho(heard, texts), other === undefined ? usual : larger(usual, other));
      return [Math.round(by * 1e4) / 1e4, token, `${JSON.stringify(token)} +${by.toFixed(2)}, entropy ${entropy(heard).toFixed(2)} nats`];
    });
  });
}

/** An answer that begins with the very text it was given repeats it, which is no behaviour. */
function withoutEcho(distribution: Distribution, texts: readonly string[]): Distribution {
  const words = texts.map((text) =>
    bareOf(text)
      .toLowerCase()
      .replace(/^[^a-z\d]+/, ''),
  );
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
