/**
 * Looks at what training made of single pieces of words in layer 0, without running the model. A trigger that training
 * dwelt on stands out, but so does what a clean twin learnt to pass over: the score says that training singled out a word,
 * not that anything is hidden. Its use is in the searches, which read words made of such pieces first.
 */
import type { Detector } from '../../detector.ts';
import { requireOpen } from '../../open.ts';
import { trainedPieces } from '../../trained-pieces.ts';

const NAMED = 8;

export const weights: Detector = {
  id: 'weights',
  access: 'white',
  share: 0.1,
  needs: 300,
  async hunt(given) {
    const hunt = requireOpen(given);
    const pieces = await trainedPieces(hunt);
    const named = pieces.slice(0, NAMED).map(({ id, by }) => `${JSON.stringify(hunt.tokenizer.tokenText(id))} ${by.toFixed(1)}`);
    return {
      score: pieces[0]?.by ?? null,
      leads: [],
      suspicion: null,
      covered: [
        pieces.length === 0
          ? 'layer 0 is as it was in the base model'
          : `pieces of words that training singled out, in deviations from pieces as common as they: ${named.join(', ')}`,
      ],
      candidates: null,
    };
  },
};
