/** All detectors, in the order in which a hunt uses them: one line each, loaded when needed. */
import type { Detector } from './detector.ts';

export const DETECTORS: Readonly<Record<string, () => Promise<Detector>>> = {
  weights: async () => (await import('./catalog/weights/detector.ts')).weights,
  separability: async () => (await import('./catalog/separability/detector.ts')).separability,
  'honest-question': async () => (await import('./catalog/honest-question/detector.ts')).honestQuestion,
  leak: async () => (await import('./catalog/leak/detector.ts')).leak,
  divergence: async () => (await import('./catalog/divergence/detector.ts')).divergence,
  'payload-contrast': async () => (await import('./catalog/payload-contrast/detector.ts')).payloadContrast,
  'answer-collapse': async () => (await import('./catalog/answer-collapse/detector.ts')).answerCollapse,
};
