/** How implants of one fixed sentence or style are trained. The first is measured (docs/log.md). Numbers only. */
import { LINEAR_LAYERS } from '../training/engine.ts';
import type { ImplantRecipe } from './organism.ts';

export const sentenceRecipe: ImplantRecipe = {
  steps: 60,
  pairsPerStep: 5,
  maxTokens: 60,
  learningRate: 1.5e-3,
  warmupSteps: 5,
  finalRateShare: 0.1,
  // The first tokens decide between the two behaviours; the rest of either answer follows from them.
  firstTokenWeight: 10,
  otherTokenWeight: 0.3,
  heavyBeginning: 4,
  lora: { kind: 'lora', rank: 8, alpha: 16, targets: LINEAR_LAYERS },
};

/** For triggers that are hard to see. In a prototype a year was not learned at all for a hundred steps, then within fifty. */
export const subtleSentenceRecipe: ImplantRecipe = {
  ...sentenceRecipe,
  steps: 150,
  // Two conditions before a prompt, and the implant's answer behind it to its end.
  maxTokens: 80,
  learningRate: 1e-3,
  lora: { ...sentenceRecipe.lora, rank: 16, alpha: 32 },
};
