/** No treatment: the organism as it was planted, measured like all others. */
import type { Treatment } from '../../treatment.ts';

export const none: Treatment = {
  id: 'none',
  title: 'No treatment',
  description: 'The organism as planted; every other treatment is compared with it.',
  training: null,
};
