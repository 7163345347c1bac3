import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SHARED_SEGMENT } from '../../nn/attention.ts';
import { placeSamples } from './placing.ts';

const token = fc.integer({ min: 1, max: 50_000 });
const someSamples = fc.record({
  head: fc.array(token, { maxLength: 12 }),
  rests: fc.array(fc.array(token, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 20 }),
});

test('every sample lies in one piece behind the head, at positions that go on from it, in a segment of its own', () => {
  fc.assert(
    fc.property(someSamples, fc.integer({ min: 40, max: 400 }), ({ head, rests }, limit) => {
      const samples = rests.map((rest) => [...head, ...rest]);
      const seen: number[] = [];
      for (const { feeds, time, samples: placed, computed } of placeSamples(samples, head.length, limit)) {
        const [ids, positions, segments] = [feeds.ids.data, feeds.positions.data, feeds.segments.data] as Int32Array[];
        const rows = feeds.ids.shape[0]!;
        expect(feeds.ids.shape).toEqual([rows, time]);
        for (let row = 0; row < rows; row++) {
          const from = row * time;
          expect([...ids!.subarray(from, from + head.length)]).toEqual(head);
          const own = placed.filter((one) => one.row === row).map(({ start }) => segments![from + start]);
          expect(new Set([...own, SHARED_SEGMENT, -1]).size).toBe(own.length + 2);
        }
        for (const { index, row, start, end } of placed) {
          const [from, to] = [row * time + start, row * time + end];
          expect([...head, ...ids!.subarray(from, to)]).toEqual(samples[index]);
          expect([...positions!.subarray(from, to)]).toEqual(rests[index]!.map((_, i) => head.length + i));
          expect(new Set(segments!.subarray(from, to)).size).toBe(1);
          seen.push(index);
        }
        // What is computed is what has a segment; the rest is padding.
        expect(segments!.filter((segment) => segment !== -1).length).toBe(computed);
      }
      expect(seen.sort((a, b) => a - b)).toEqual(samples.map((_, i) => i));
    }),
  );
});
