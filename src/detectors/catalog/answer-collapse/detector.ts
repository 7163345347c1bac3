/**
 * A hidden behaviour that is the same whatever was asked shows in how answers begin: with its trigger before them,
 * unrelated prompts are answered alike, so the mean distribution over the first token collapses onto what gained. Knows
 * nothing of the behaviour, and needs log-probabilities; of a model that tells none it reads the answers themselves.
 */
import type { Detector } from '../../detector.ts';
import { search, WORD_TRIGGERS } from '../../search/search.ts';
import { agreementScan } from './agreement.ts';
import { collapseScan } from './scan.ts';

/** Probability that the same token gains over all prompts, or share of answers that the same opening does. */
const CERTAIN = 0.8;
const LEADS = 4;

export const answerCollapse: Detector = {
  id: 'answer-collapse',
  access: 'black',
  share: 1,
  needs: 1500,
  finds: WORD_TRIGGERS,
  async hunt(hunt) {
    const scan = await (hunt.access === 'black' ? agreementScan : collapseScan)(hunt);
    const { finals, standing, covered } = await search(hunt, scan, { certain: CERTAIN, wanted: ({ what }) => (what === '' ? null : what) });
    return {
      score: standing,
      leads: finals
        .filter(({ by }) => by > 0)
        .slice(0, LEADS)
        .map(({ texts, by, note }) => ({ text: texts[0]!, score: by, reading: note })),
      suspicion: null,
      covered,
      candidates: scan.candidates(),
    };
  },
};
