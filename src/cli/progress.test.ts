import { expect, test } from 'vitest';
import { createFixedClock } from '../core/clock.ts';
import { createProgressLine, describe } from './progress.ts';

function screen(columns: number | null) {
  const clock = createFixedClock();
  let text = '';
  const line = createProgressLine({ write: (piece) => void (text += piece), columns: () => columns }, clock);
  return { clock, line, text: () => text };
}

test('a state reads as count, rate, note and time left', () => {
  expect(
    describe(
      { stage: 'implant', done: 10, total: 40, unit: 'steps', rate: { value: 512.3, unit: 'tokens/s' }, note: 'loss 0.420' },
      20,
      0,
      false,
    ),
  ).toBe('  implant                10/40 steps · 512 tokens/s · loss 0.420 · 60 s left');
  expect(describe({ stage: 'download', done: 45_100_000, total: 92_871_040, unit: 'bytes' }, 10, 5_100_000, false)).toBe(
    '  download               45.1/92.9 MB · 4.0 MB/s · 12 s left',
  );
  expect(describe({ stage: 'wait', done: 0 }, 1, 0, true)).toBe('  wait');
  expect(describe({ stage: 'x', done: 1, total: 2 }, 0, 0, true)).toContain('█████░░░░░ 1/2');
});

test('a terminal gets one line that is redrawn, never wider than it, and a mark for each finished stage', () => {
  const { clock, line, text } = screen(60);
  line.expect(100);
  for (let done = 0; done <= 100; done++) {
    line.update({ stage: 'implant', done, total: 100, unit: 'steps', note: 'a note that is rather long for so narrow a terminal' });
    clock.advance(10);
  }
  line.update({ stage: 'verify', done: 0 });
  line.end();
  const painted = text().split(/\r\u001b\[2K|\n/);
  expect(painted.length).toBeLessThan(20);
  for (const piece of painted) expect(Array.from(piece).length).toBeLessThan(60);
  expect(text().match(/\n/g)).toHaveLength(2);
  expect(text()).toContain('✓ implant');
});

test('elsewhere a line every five seconds and at the end of a stage; notes cannot carry escapes', () => {
  const { clock, line, text } = screen(null);
  for (let done = 0; done < 12; done++) {
    line.update({ stage: 'implant', done, total: 12, note: '\u001b[31mred' });
    clock.advance(1000);
  }
  line.end();
  expect(text()).toBe(
    '  implant                5/12 · \\x1b[31mred · 7.0 s left\n  implant                10/12 · \\x1b[31mred · 2.0 s left\n✓ implant                12 s · \\x1b[31mred\n',
  );
});
