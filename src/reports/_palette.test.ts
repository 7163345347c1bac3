import { expect, test } from 'vitest';
import { contrast, DARK, heatRamp, LIGHT } from './_palette.ts';

test.each([
  ['light', LIGHT],
  ['dark', DARK],
])('everything that is read has a contrast of 4.5 on the %s page', (_, theme) => {
  for (const colour of [theme.ink, theme.muted, theme.exact, theme.none, theme.probe, theme.good, theme.bad]) {
    expect(contrast(colour, theme.paper)).toBeGreaterThanOrEqual(4.5);
  }
  expect(contrast(theme.muted, theme.panel)).toBeGreaterThanOrEqual(4.5);
  for (const { fill, text } of heatRamp(theme)) expect(contrast(fill, text)).toBeGreaterThanOrEqual(4.5);
});

test('the heat ramp grows monotonically from cold to hot', () => {
  const ramp = heatRamp(LIGHT).map(({ fill }) => contrast(fill, '#ffffff'));
  expect(ramp.toSorted((a, b) => a - b)).toEqual(ramp);
});
