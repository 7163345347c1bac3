/** How a search sees a detector: something that reads texts. What a reading means is the detector's; larger is more suspicious. */
import { MolehuntError } from '../../core/errors.ts';
import { isWhiteBox } from '../../models/model.ts';
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
  /** Of readings, as a memory has them. */
  readonly name: string;
  /** In the order asked, without those that could not be read or that the budget did not reach. Of several texts the mean is read. */
  read(groups: readonly (readonly string[])[], prompts: number, onReading?: OnReading): Promise<Reading[]>;
  /** Different texts so far. */
  candidates(): number;
}

/** What a detector remembers of a group of texts. */
export type Remembered = readonly [by: number, what: string, note: string];

/** Prompts in one batch: between two of them the budget is looked at. A model that is not here takes its time. */
const BATCH = { here: 128, elsewhere: 32 };

/** A scan that remembers: `look` is asked for groups that were never read on so many prompts; it says null of one that it could not read. */
export function createScan(
  hunt: Hunt,
  name: string,
  look: (groups: readonly (readonly string[])[], prompts: number) => Promise<readonly (Remembered | null)[]>,
): Scan {
  const { memory, budget } = hunt;
  const batch = isWhiteBox(hunt.target) ? BATCH.here : BATCH.elsewhere;
  const seen = new Set<string>();
  const keyOf = (texts: readonly string[], prompts: number): string => [name, prompts, ...texts].join('\0');
  // An answer that failed may come the next time; a trigger that was asked for once, at that moment, would be lost.
  const readTwice = async (groups: readonly (readonly string[])[], prompts: number): Promise<Map<readonly string[], Remembered>> => {
    const read = new Map<readonly string[], Remembered>();
    const keep = (asked: typeof groups, fresh: readonly (Remembered | null)[]): void => {
      for (const [i, texts] of asked.entries()) if (fresh[i]) read.set(texts, fresh[i]);
    };
    keep(groups, await look(groups, prompts));
    const failed = groups.filter((texts) => !read.has(texts));
    if (failed.length > 0 && failed.length < groups.length) keep(failed, await look(failed, prompts).catch(unanswered));
    return read;
  };
  return {
    name,
    candidates: () => seen.size,
    async read(groups, prompts, onReading) {
      const readings: Reading[] = [];
      let best: Reading | undefined;
      const size = Math.max(1, Math.floor(batch / (prompts * (groups[0]?.length ?? 1))));
      for (let from = 0; from < groups.length; from += size) {
        const some = groups.slice(from, from + size);
        const unread = some.filter((texts) => memory.get(keyOf(texts, prompts)) === undefined);
        // What was read before costs no time.
        if (unread.length > 0 && budget.left() > 0) {
          const read = await readTwice(unread, prompts);
          await memory.put([...read].map(([texts, what]) => [keyOf(texts, prompts), [...what]]));
        }
        for (const texts of some) {
          const known = memory.get(keyOf(texts, prompts)) as unknown as Remembered | undefined;
          if (known === undefined) continue;
          const [by, what, note] = known;
          const reading = { texts, prompts, by, what, note };
          readings.push(reading);
          for (const text of texts) seen.add(text);
          if (best === undefined || by > best.by) best = reading;
        }
        if (best !== undefined) onReading?.(readings.length, best);
      }
      return readings;
    },
  };
}

/** A few answers that all fail say less than many: they stay out, and whoever is gone will be missed soon. */
function unanswered(error: unknown): never[] {
  if (error instanceof MolehuntError && error.boundary !== 'harness') return [];
  throw error;
}

/** Best first, each text once. */
export function sorted(readings: readonly Reading[]): Reading[] {
  return [...new Map(readings.map((one) => [one.texts[0], one])).values()].sort((a, b) => b.by - a.by);
}
