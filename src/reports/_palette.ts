/**
 * Colours of page and figures, light and dark. Owns the heat ramp and the proof that text on it can be read
 * (WCAG contrast); the stylesheet only spells these values out.
 */

export interface Theme {
  readonly paper: string;
  readonly panel: string;
  readonly ink: string;
  readonly muted: string;
  readonly rule: string;
  readonly exact: string;
  readonly none: string;
  readonly negative: string;
  readonly probe: string;
  readonly good: string;
  readonly bad: string;
  /** Ends of the heat ramp. */
  readonly cold: string;
  readonly hot: string;
}

export const LIGHT: Theme = {
  paper: '#fcfbf8',
  panel: '#f4f1ea',
  ink: '#1f1c18',
  muted: '#655f56',
  rule: '#ddd7cc',
  exact: '#a92f1c',
  none: '#28618f',
  negative: '#8b8479',
  probe: '#8a6718',
  good: '#2c6a45',
  bad: '#a92f1c',
  cold: '#f3efe6',
  hot: '#8f2412',
};

export const DARK: Theme = {
  paper: '#171512',
  panel: '#211e1a',
  ink: '#ebe6dc',
  muted: '#a8a093',
  rule: '#3a352e',
  exact: '#f58a72',
  none: '#82b7e3',
  negative: '#8f887c',
  probe: '#d3ab58',
  good: '#7cc498',
  bad: '#f58a72',
  cold: '#26221d',
  hot: '#f08468',
};

export const HEAT_STEPS = 11;

export interface HeatStep {
  readonly fill: string;
  readonly text: string;
}

/** The ramp in equal steps of Oklab, each with whichever of black and white reads better on it. */
export function heatRamp(theme: Theme): HeatStep[] {
  const [cold, hot] = [toOklab(theme.cold), toOklab(theme.hot)];
  return Array.from({ length: HEAT_STEPS }, (_, step) => {
    const share = step / (HEAT_STEPS - 1);
    const fill = fromOklab(cold.map((value, axis) => value + (hot[axis]! - value) * share));
    return { fill, text: contrast(fill, '#000000') >= contrast(fill, '#ffffff') ? '#000000' : '#ffffff' };
  });
}

export function heatStep(rate: number): number {
  return Math.round(Math.min(Math.max(rate, 0), 1) * (HEAT_STEPS - 1));
}

/** WCAG 2 contrast ratio of two `#rrggbb` colours. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = linear(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function linear(colour: string): [number, number, number] {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

// Matrices of B. Ottosson, "A perceptual color space for image processing" (2020).
function toOklab(colour: string): number[] {
  const [r, g, b] = linear(colour);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab(lab: readonly number[]): string {
  const [L, a, b] = lab as [number, number, number];
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${channels.map((value) => encode(value)).join('')}`;
}

function encode(value: number): string {
  const clipped = Math.min(Math.max(value, 0), 1);
  const gamma = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
  return Math.round(gamma * 255)
    .toString(16)
    .padStart(2, '0');
}
