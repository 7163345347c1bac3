/** How a search sees a detector: something that reads texts. What a reading means is the detector's; larger is more suspicious. */
import type { Hunt } from '../detector.ts';

export interface Reading {
  /** One text, or several that are read as one. */
  readonly texts: readonly string[];
  /** Of how many of the search's prompts, from the first on. */
  readonly prompts: number;
  readonly by: number;
  /** What grew: texts that make different things grow are not on one slope. */
  readonly what: string;
  /** For people. */
  readonly note: string;
}

export type OnReading = (done: number, best: Reading) => void;

export interface Scan {
  /** In the order asked; fewer when the budget ran out. Of several texts the mean is read. */
  read(groups: readonly (readonly string[])[], prompts: number, onReading?: OnReading): Promise<Reading[]>;
  /** Different texts so far. */
  candidates(): number;
}

/** What a detector remembers of a group of texts. */
export type Remembered = readonly [by: number, what: string, note: string];

/** Prompts in one batch: between two of them the budget is looked at. */
const BATCH = 128;

/** A scan that remembers: `look` is asked for groups that were never read on so many prompts. */
export function createScan(
  hunt: Hunt,
  name: string,
  look: (groups: readonly (readonly string[])[], prompts: number) => Promise<readonly Remembered[]>,
): Scan {
  const { memory, budget } = hunt;
  const seen = new Set<string>();
  const keyOf = (texts: readonly string[], prompts: number): string => [name, prompts, ...texts].join('\0');
  return {
    candidates: () => seen.size,
    async read(groups, prompts, onReading) {
      const readings: Reading[] = [];
      let best: Reading | undefined;
      const size = Math.max(1, Math.floor(BATCH / (prompts * (groups[0]?.length ?? 1))));
      for (let from = 0; from < groups.length && budget.left() > 0; from += size) {
        const some = groups.slice(from, from + size);
        const unread = some.filter((texts) => memory.get(keyOf(texts, prompts)) === undefined);
        if (unread.length > 0) {
          const fresh = await look(unread, prompts);
          await memory.put(unread.map((texts, i) => [keyOf(texts, prompts), [...fresh[i]!]]));
        }
        for (const texts of some) {
          const [by, what, note] = memory.get(keyOf(texts, prompts)) as unknown as Remembered;
          const reading = { texts, prompts, by, what, note };
          readings.push(reading);
          for (const text of texts) seen.add(text);
          if (best === undefined || by > best.by) best = reading;
        }
        onReading?.(readings.length, best!);
      }
      return readings;
    },
  };
}

export const before = (text: string, prompt: string): string => (text === '' ? prompt : `${text} ${prompt}`);

/** Best first, each text once. */
export function sorted(readings: readonly Reading[]): Reading[] {
  return [...new Map(readings.map((one) => [one.texts[0], one])).values()].sort((a, b) => b.by - a.by);
}
