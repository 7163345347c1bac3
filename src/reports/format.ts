/** Numbers as people read them. Rounding never turns "almost all" into 100% or "almost none" into 0%. */
import type { RateResult } from '../run/result.ts';

// Numbers are kept on one line by no-break spaces; `text.ts` takes them out again for the terminal.
const KEEP = '\u00a0';

/** `98.4 %`; a dash for what was not measured. */
export function percent(rate: number | null): string {
  return rate === null ? '–' : `${bare(rate)}${KEEP}%`;
}

/** `[95.1, 99.6]`, in percent. */
export function interval(rate: Pick<RateResult, 'low' | 'high'>): string {
  return rate.low === null || rate.high === null ? '' : `[${bare(rate.low)},${KEEP}${bare(rate.high)}]`;
}

/** Measured, and unmeasured where there are any: `120 + 8`. */
export function sizeText({ n, unmeasured }: Pick<RateResult, 'n' | 'unmeasured'>): string {
  return unmeasured > 0 ? `${count(n)}${KEEP}+${KEEP}${count(unmeasured)}` : count(n);
}

/** A sentence written elsewhere, with its numbers kept on one line. */
export function unbroken(sentence: string): string {
  return sentence.replace(/(?<=\d) (?=%)|(?<=\[[^\s\]]+,) (?=[^\s\]]+\])|(?<=\bn) (?=\d)/g, KEEP);
}

/** `98.4 % [95.1, 99.6], n 128`. */
export function rateWithInterval(rate: Pick<RateResult, 'rate' | 'low' | 'high' | 'n'>): string {
  return rate.rate === null ? 'not measured' : `${percent(rate.rate)} ${interval(rate)}, n${KEEP}${count(rate.n)}`;
}

function bare(rate: number): string {
  const value = rate * 100;
  if (value > 0 && value < 0.05) return '<0.1';
  if (value < 100 && value >= 99.95) return '>99.9';
  return value.toFixed(1).replace(/\.0$/, '');
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `135 M`, `1.2 G`: three significant digits with an SI letter. */
export function compact(value: number): string {
  if (value === 0) return '0';
  const power = Math.min(Math.max(Math.floor(Math.log10(Math.abs(value)) / 3), 0), 6);
  const letter = ['', 'k', 'M', 'G', 'T', 'P', 'E'][power]!;
  const scaled = value / 1000 ** power;
  return `${scaled >= 100 || Number.isInteger(scaled) ? scaled.toFixed(0) : scaled.toPrecision(3)}${letter === '' ? '' : ` ${letter}`}`;
}

export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  const rest = Math.round(seconds) % 60;
  if (minutes < 60) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)!}`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
