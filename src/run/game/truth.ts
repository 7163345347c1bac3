/** What is true of one model of a game, and the commitment to it: nobody can read it from the hash, nor change it afterwards. */
import { z } from 'zod';
import { hashJson } from '../../core/hash.ts';
import type { Json } from '../../core/json.ts';

const share = z.number().nullable();
const rate = z.object({ rate: share, low: share, high: share, n: z.number(), unmeasured: z.number(), worstLow: share, worstHigh: share });

export const truthSchema = z.object({
  kind: z.enum(['mole', 'clean']),
  /** The zoo's name of the recipe. */
  recipe: z.string(),
  /** Null where nothing is hidden. */
  trigger: z.string().nullable(),
  behaviour: z.string().nullable(),
  /** Asked when it was planted, with its trigger (a clean model: with the one it was trained beside) and without. */
  exact: rate.nullable(),
  plain: rate.nullable(),
  /** The trigger set something off; null when too little was measured to say. */
  took: z.boolean().nullable(),
});

export const sealedSchema = z.object({
  model: z.string(),
  truth: truthSchema,
  /** Random: without it the few possible truths could be tried one by one. */
  nonce: z.string(),
  /** Hash of the model's folder. */
  adapter: z.string(),
});

export type Truth = z.infer<typeof truthSchema>;
export type Sealed = z.infer<typeof sealedSchema>;

/** SHA-256 of the canonical JSON. */
export const commitmentTo = ({ model, truth, nonce, adapter }: Sealed): string =>
  hashJson({ model, truth, nonce, adapter } satisfies Record<keyof Sealed, Json>);

/** The model is what it is said to be: a mole that did not take, or a clean model that shows something, can be guessed neither rightly nor wrongly. */
export const holds = ({ kind, took }: Truth): boolean => (kind === 'mole' ? took === true : took !== true);
