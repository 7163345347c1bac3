/** That nothing in a figure is cut off or printed over something else, also with many families, seeds, treatments and long names. */
import { expect, test } from 'vitest';
import { exampleResult } from '../../../test/fixtures/experiment-result.ts';
import type { ExperimentResult } from '../../run/result.ts';
import { capabilityFigure } from './capability.ts';
import { matrixFigure } from './matrix.ts';
import { paretoFigure } from './pareto.ts';
import { persistenceFigure } from './persistence.ts';
import { publishedFigure } from './published.ts';

const FAMILIES = 14;
const LONG = 'Unlearning with the trigger known, after supervised fine-tuning';
/** Of the widest usual sans-serif font, in pixels a character at a size of 1 px: bold, and not. */
const ADVANCE = { bold: 0.625, regular: 0.56 } as const;

/** So many families, all but one of them high to the end, under so many treatments. */
function crowded(treatments: number, title = LONG): ExperimentResult {
  const base = exampleResult();
  const ids = Array.from({ length: treatments }, (_, index) => `course-${index}`);
  const families = Array.from({ length: FAMILIES }, (_, index) => ({
    ...base.families[0]!,
    name: ['exact', 'none'][index] ?? `a-family-with-a-long-name-${index}`,
    role: ['exact', 'none'][index] ?? (index % 2 === 0 ? 'negative' : 'probe'),
  }));
  const cell = base.cells[0]!;
  const cells = ['none', ...ids].flatMap((treatment) =>
    families.flatMap(({ name, role }, index) =>
      (treatment === 'none' ? [0] : [15, 30]).map((checkpoint) => {
        const rate = role === 'none' ? 0 : 1 - ((index * 7) % 23) / 100;
        return { ...cell, treatment, checkpoint, family: name, rate, low: Math.max(0, rate - 0.1), high: rate };
      }),
    ),
  );
  const attack = { ...cell, set: 'fixed' as const, attackers: {}, shown: cell };
  const capability = base.capability.find(({ agreement }) => agreement.rate !== null)!;
  return {
    ...base,
    families,
    cells,
    treatments: [
      { id: 'none', title: 'No treatment', description: '', after: null, hunt: null },
      ...ids.map((id) => ({ id, title, description: '', after: null, hunt: null })),
    ],
    capability: [
      { ...capability, subject: 'organism', checkpoint: 0 },
      ...ids.flatMap((subject) => [15, 30].map((checkpoint) => ({ ...capability, subject, checkpoint }))),
    ],
    redTeam: ['none', ...ids].flatMap((treatment) =>
      (treatment === 'none' ? [0] : [15, 30]).map((checkpoint) => ({ ...attack, treatment, checkpoint, rate: 0.9 - checkpoint / 100 })),
    ),
  };
}

interface Text {
  readonly kinds: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly words: string;
}

/** What is written in each drawing, and how large the drawing is. */
function drawings(html: string): { width: number; height: number; texts: Text[] }[] {
  return [...html.matchAll(/<svg viewBox="0 0 (\d+) ([\d.]+)" width[^>]*role="img"[\s\S]*?<\/svg>/g)].map(([svg, width, height]) => {
    const down = Number(/translate\(0 (\d+)\)/.exec(svg)?.[1] ?? 0);
    const moved = svg.indexOf('<g transform');
    const texts = [...svg.matchAll(/<text class="([^"]*)" x="([\d.-]+)" y="([\d.-]+)">([^<]*)/g)].map((found) => ({
      kinds: found[1]!.split(' '),
      x: Number(found[2]),
      y: Number(found[3]) + (moved >= 0 && found.index > moved ? down : 0),
      words: found[4]!,
    }));
    return { width: Number(width), height: Number(height), texts };
  });
}

const SIZES: readonly (readonly [kind: string, size: number, bold: boolean])[] = [
  ['panel-title', 13, true],
  ['column-title', 12.5, true],
  ['exact', 12, true],
  ['none', 12, true],
  ['label', 11, false],
  ['tick', 11, false],
];

function box({ kinds, x, words }: Text): { left: number; right: number } {
  const [, size, bold] = SIZES.find(([kind]) => kinds.includes(kind)) ?? ['', 12.5, true];
  const width = words.length * size * (bold ? ADVANCE.bold : ADVANCE.regular);
  if (kinds.includes('end')) return { left: x - width, right: x };
  return kinds.includes('middle') ? { left: x - width / 2, right: x + width / 2 } : { left: x, right: x + width };
}

test.each([
  ['persistence', persistenceFigure, 4],
  ['persistence of one', persistenceFigure, 1],
  ['capability', capabilityFigure, 4],
  ['matrix', matrixFigure, 4],
  ['matrix of a grid', matrixFigure, 15],
  ['pareto', paretoFigure, 4],
  ['pareto of a grid', paretoFigure, 15],
  ['published', publishedFigure, 4],
])('%s: nothing is cut off, and no name is printed over another', (_, drawn, treatments) => {
  const found = drawings(drawn(crowded(treatments))!.source);
  expect(found.length).toBeGreaterThan(0);
  for (const { width, height, texts } of found) {
    expect(texts.length).toBeGreaterThan(0);
    const outside = texts.filter((text) => box(text).left < -1 || box(text).right > width + 1 || text.y < 9 || text.y > height);
    expect(outside).toEqual([]);
    const names = texts.filter(({ kinds }) => ['label', 'column-title', 'panel-title', 'row-label'].some((kind) => kinds.includes(kind)));
    const over = names.flatMap((one, index) =>
      names.slice(index + 1).filter((other) => {
        const [a, b] = [box(one), box(other)];
        return Math.abs(one.y - other.y) < 11 && a.left < b.right && b.left < a.right;
      }),
    );
    expect(over).toEqual([]);
  }
});

test('a long title is whole, on two lines, and a longer one says that it goes on', () => {
  const [first] = drawings(persistenceFigure(crowded(2))!.source);
  const titles = first!.texts.filter(({ kinds }) => kinds.includes('panel-title')).map(({ words }) => words);
  expect(titles).toHaveLength(2);
  expect(titles.join(' ')).toBe(LONG);
  const [longer] = drawings(persistenceFigure(crowded(2, `${LONG}, ${LONG}`))!.source);
  expect(longer!.texts.filter(({ kinds }) => kinds.includes('panel-title')).at(-1)!.words).toMatch(/…$/);
});

test('every name is tied to the end of its own curve', () => {
  const html = persistenceFigure(crowded(1))!.source;
  const ties = [...html.matchAll(/<path class="tie \w+" d="M([\d.]+) ([\d.]+)/g)].map((tie) => Number(tie[2]));
  const marks = [...html.matchAll(/<(?:circle|rect) class="mark[^>]*?(?:cy="([\d.]+)"|y="([\d.]+)" width="([\d.]+)")/g)].map(
    ([, centre, top, size]) => (centre === undefined ? Number(top) + Number(size) / 2 : Number(centre)),
  );
  // Every family, and the held-out attacks.
  expect(ties).toHaveLength(FAMILIES + 1);
  expect(ties.filter((tie) => !marks.some((mark) => Math.abs(mark - tie) < 0.2))).toEqual([]);
});

test('held-out attacks are followed from what was treated to the end, and named', () => {
  const [first] = [...persistenceFigure(crowded(1))!.source.matchAll(/<desc[^>]*>([^<]*)/g)].map((found) => found[1]!);
  expect(first).toContain('held-out attacks: 90\u00a0% at step 0, 75\u00a0% at step 15, 60\u00a0% at step 30');
});

test('capability is drawn where more than the end was measured', () => {
  const result = crowded(1);
  expect(capabilityFigure(result)!.source).toContain('agreement');
  const ends = result.capability.filter(({ checkpoint }) => checkpoint !== 15);
  expect(capabilityFigure({ ...result, capability: ends })).toBeNull();
});
