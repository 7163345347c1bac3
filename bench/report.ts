/**
 * What a race is, and how its runs become a table and a JSON file. Owns medians and ratios; starts nothing.
 */

/** The line that a contender's process prints last. */
export interface ContenderReport {
  readonly tokensPerSecond: number;
  /** Of each run in the process, the warm-up first. */
  readonly seconds: readonly number[];
  readonly peakRssBytes: number;
  /** Ours only: from files to an engine. */
  readonly openSeconds?: number;
  readonly versions: Readonly<Record<string, string>>;
}

export interface Contender {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** Times the contender's rate that ours should reach (issue of the engine, section on speed). */
  readonly target?: number;
}

export interface Race {
  readonly kind: 'train' | 'eight-bit' | 'generate';
  readonly name: string;
  readonly what: string;
  /** Ours first. */
  readonly contenders: readonly Contender[];
  /** Peak memory that ours should stay under. */
  readonly memoryTargetBytes?: number;
}

export interface Standing {
  readonly contender: string;
  readonly tokensPerSecond: number;
  readonly lowest: number;
  readonly highest: number;
  readonly peakRssBytes: number;
  /** Ours over the contender's, of the same round: median, lowest, highest. Absent on our own row. */
  readonly ratio?: { readonly median: number; readonly lowest: number; readonly highest: number };
  readonly target?: number;
  readonly rounds: readonly ContenderReport[];
}

export interface RaceResult {
  readonly name: string;
  readonly what: string;
  readonly memoryTargetBytes?: number;
  readonly standings: readonly Standing[];
}

/** @param rounds for each round, one report per contender in the race's order */
export function settle(race: Race, rounds: readonly (readonly ContenderReport[])[]): RaceResult {
  const standings = race.contenders.map(({ name, target }, index): Standing => {
    const own = rounds.map((round) => round[index]!);
    const rates = own.map((run) => run.tokensPerSecond);
    const ratios = rounds.map((round) => round[0]!.tokensPerSecond / round[index]!.tokensPerSecond);
    return {
      contender: name,
      tokensPerSecond: median(rates),
      lowest: Math.min(...rates),
      highest: Math.max(...rates),
      peakRssBytes: Math.max(...own.map((run) => run.peakRssBytes)),
      ...(index === 0 ? {} : { ratio: { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) } }),
      ...(target === undefined ? {} : { target }),
      rounds: own,
    };
  });
  const { name, what, memoryTargetBytes } = race;
  return { name, what, ...(memoryTargetBytes === undefined ? {} : { memoryTargetBytes }), standings };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

/** The race as lines of plain text. */
export function table(result: RaceResult): string[] {
  const rows = result.standings.map((standing, index) => [
    standing.contender,
    `${standing.tokensPerSecond.toFixed(0)}`,
    `${standing.lowest.toFixed(0)}–${standing.highest.toFixed(0)}`,
    gigabytes(standing.peakRssBytes) +
      (index === 0
        ? verdict(
            result.memoryTargetBytes,
            (limit) => standing.peakRssBytes <= limit,
            (limit) => `≤ ${gigabytes(limit)}`,
          )
        : ''),
    ratioCell(standing),
  ]);
  const head = ['contender', 'tokens/s', 'range', 'peak memory', 'ours ÷ theirs'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string => `  ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd();
  return [`${result.name}: ${result.what}`, line(head), ...rows.map(line)];
}

function ratioCell({ ratio, target }: Standing): string {
  if (ratio === undefined) return '';
  const value = `${ratio.median.toFixed(2)} (${ratio.lowest.toFixed(2)}–${ratio.highest.toFixed(2)})`;
  return (
    value +
    verdict(
      target,
      (least) => ratio.median >= least,
      (least) => `≥ ${least}`,
    )
  );
}

function verdict(target: number | undefined, met: (target: number) => boolean, show: (target: number) => string): string {
  return target === undefined ? '' : `  ${show(target)} ${met(target) ? 'met' : 'missed'}`;
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
