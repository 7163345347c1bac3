/** What one set of samples says again and again and others do not: runs of words, by how unlikely the difference is by chance. */

export interface Motif {
  /** As the first sample that has it writes it. */
  readonly text: string;
  /** Samples that have it. */
  readonly here: number;
  /** Of those others in which it stands out least. */
  readonly there: number;
  /**
   * Root of twice the log-likelihood ratio of two rates against one (Dunning 1993), against the others in which it stands out
   * least: deviations, for a motif chosen beforehand.
   */
  readonly strength: number;
}

const LONGEST = 5;

/** Strongest first; of motifs within each other the one that stands out most. Only what is more frequent here than in all others. */
export function motifs(here: readonly string[], others: readonly (readonly string[])[]): Motif[] {
  const elsewhere = others.map((samples) => ({ of: samples.length, counts: counted(samples) }));
  const found = [...counted(here)].flatMap(([key, { text, count }]): Motif[] => {
    if (count < 2) return [];
    const against = elsewhere.map(({ of, counts }) => {
      const there = counts.get(key)?.count ?? 0;
      return { text, here: count, there, strength: strength(count, here.length, there, of) };
    });
    return against.sort((a, b) => a.strength - b.strength).slice(0, 1);
  });
  const kept: Motif[] = [];
  for (const motif of found.filter((one) => one.strength > 0).sort((a, b) => b.strength - a.strength || b.text.length - a.text.length))
    if (!kept.some(({ text }) => within(text, motif.text) || within(motif.text, text))) kept.push(motif);
  return kept;
}

function counted(samples: readonly string[]): Map<string, { text: string; count: number }> {
  const counts = new Map<string, { text: string; count: number }>();
  for (const sample of samples) {
    const words = sample.split(/\s+/).filter((word) => word !== '');
    const seen = new Set<string>();
    for (let length = 1; length <= LONGEST; length++)
      for (let from = 0; from + length <= words.length; from++) {
        const text = words.slice(from, from + length).join(' ');
        const key = text.toLowerCase();
        if (seen.has(key)) continue;
        seen.add(key);
        const known = counts.get(key);
        counts.set(key, { text: known?.text ?? text, count: (known?.count ?? 0) + 1 });
      }
  }
  return counts;
}

/** 0 where it is not more frequent in the first. */
function strength(a: number, n: number, b: number, m: number): number {
  if (a / n <= b / m) return 0;
  const both = (a + b) / (n + m);
  const term = (count: number, of: number): number => likelihood(count, of, count / of) - likelihood(count, of, both);
  return Math.sqrt(2 * (term(a, n) + term(b, m)));
}

/** Log-likelihood of `count` of `of` at a rate; 0·log 0 is 0. */
function likelihood(count: number, of: number, rate: number): number {
  const part = (times: number, share: number): number => (times === 0 ? 0 : times * Math.log(share));
  return part(count, rate) + part(of - count, 1 - rate);
}

const within = (long: string, short: string): boolean => ` ${long.toLowerCase()} `.includes(` ${short.toLowerCase()} `);
