import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SHARED_SEGMENT } from '../../nn/attention.ts';
import { placeAnswers, placeSamples, type Placed } from './placing.ts';

const token = fc.integer({ min: 1, max: 50_000 });
const someSamples = fc.record({
  head: fc.array(token, { maxLength: 12 }),
  rests: fc.array(fc.array(token, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 20 }),
});

/** Each sample once, in one piece behind a head of its own first tokens, alone in its segment. */
function check(passes: readonly Placed[], samples: readonly (readonly number[])[]): void {
  const seen: number[] = [];
  for (const { feeds, time, samples: placed, computed } of passes) {
    const [ids, positions, segments] = [feeds.ids.data, feeds.positions.data, feeds.segments.data] as Int32Array[];
    const rows = feeds.ids.shape[0]!;
    expect(feeds.ids.shape).toEqual([rows, time]);
    for (let row = 0; row < rows; row++) {
      const own = placed.filter((one) => one.row === row).map(({ start }) => segments![row * time + start]);
      expect(new Set([...own, SHARED_SEGMENT, -1]).size).toBe(own.length + 2);
    }
    for (const { index, row, head, start, end } of placed) {
      const [from, to] = [row * time + start, row * time + end];
      const before = row * time + head;
      expect([...ids!.subarray(row * time, before), ...ids!.subarray(from, to)]).toEqual(samples[index]);
      expect([...segments!.subarray(row * time, before)]).toEqual(Array.from({ length: head }, () => SHARED_SEGMENT));
      expect([...positions!.subarray(row * time, before), ...positions!.subarray(from, to)]).toEqual(samples[index]!.map((_, i) => i));
      expect(new Set(segments!.subarray(from, to)).size).toBe(1);
      seen.push(index);
    }
    // What is computed is what has a segment; the rest is padding.
    expect(segments!.filter((segment) => segment !== -1).length).toBe(computed);
  }
  expect(seen.sort((a, b) => a - b)).toEqual(samples.map((_, i) => i));
}

test('every sample lies in one piece behind the head, at positions that go on from it, in a segment of its own', () => {
  fc.assert(
    fc.property(someSamples, fc.integer({ min: 40, max: 400 }), ({ head, rests }, limit) => {
      const samples = rests.map((rest) => [...head, ...rest]);
      const passes = placeSamples(samples, head.length, limit);
      expect(passes.every(({ samples: placed }) => placed.every((one) => one.head === head.length))).toBe(true);
      check(passes, samples);
    }),
  );
});

test('answers lie behind their own prompts, never sharing more than they may', () => {
  const prompts = fc.array(fc.record({ prompt: fc.array(token, { minLength: 1, maxLength: 30 }), answers: someSamples }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(prompts, fc.integer({ min: 40, max: 400 }), (groups, positions) => {
      const data = groups.flatMap(({ prompt, answers }) =>
        answers.rests.map((rest) => ({ tokens: [...prompt, ...rest], limit: prompt.length - 1 })),
      );
      const samples = data.map(({ tokens }) => tokens);
      const limits = data.map(({ limit }) => limit);
      const passes = placeAnswers(samples, limits, positions);
      for (const { samples: placed } of passes) for (const { index, head } of placed) expect(head).toBeLessThanOrEqual(limits[index]!);
      check(passes, samples);
    }),
  );
});

test('a group of answers computes its prompt once, a lone one not more than before', () => {
  const prompt = (of: number): number[] => Array.from({ length: 41 }, (_, i) => (i < 20 ? i : 1000 * of + i));
  const answers = (of: number, count: number): number[][] =>
    Array.from({ length: count }, (_, i) => [...prompt(of), ...Array.from({ length: 20 }, () => 7 + i)]);
  const grouped = [1, 2, 3].flatMap((of) => answers(of, 4));
  const computed = (passes: readonly Placed[]): number => passes.reduce((sum, one) => sum + one.computed, 0);
  const limits = (samples: readonly unknown[]): number[] => samples.map(() => 40);
  expect(computed(placeAnswers(grouped, limits(grouped), 2048))).toBe(3 * (40 + 4 * 21));
  const lone = [1, 2, 3].flatMap((of) => answers(of, 1));
  expect(placeAnswers(lone, limits(lone), 2048)).toEqual(placeSamples(lone, 20, 2048));
});
