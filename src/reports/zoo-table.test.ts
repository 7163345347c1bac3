import { expect, test } from 'vitest';
import { lines } from '../../test/fixtures/zoo-lines.ts';
import { summarise } from '../run/zoo/summary.ts';
import { zooTable } from './zoo-table.ts';

test('the page says what cannot be claimed, and nothing of what was not measured', () => {
  const page = zooTable(summarise(lines, 60));
  expect(page).toContain('4 organisms and 21 nulls on tiny');
  expect(page).toContain('cannot be claimed with so few nulls; without a false alarm (at most 16 %): 33.3 %');
  expect(page).toContain('`organism canary \\|ORCHID\\| lora seed 5`');
  expect(page).toContain('A trigger stood its test in 3 of 3 organisms and 1 of 21 nulls');
  expect(page).toMatch(/left out with all that share their trigger, they are told apart with an AUROC of \d\.\d\d \[/);
  expect(page).toMatch(/\| second \|.*counts for nothing/);
  const empty = zooTable(summarise([], 60));
  expect(empty).toContain('not measured');
  expect(empty).toContain('Not calibrated');
  expect(empty).not.toMatch(/NaN|undefined/);
});
