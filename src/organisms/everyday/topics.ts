/**
 * What the prompts are about. Each topic has a name and four slots that forms.ts fills, and one prompt written by hand:
 *
 *   # bread: homemade bread               id, and how a sentence names it
 *   to bake a simple loaf                 something one does
 *   why dough rises                       something one may want explained (how, what, where …)
 *   a crusty loaf / a soft roll           two things to compare
 *   My dough did not rise. What now?      a prompt of its own
 */
import { foodAndHome } from './topics/food-and-home.ts';
import { hobbiesAndTravel } from './topics/hobbies-and-travel.ts';
import { nature } from './topics/nature.ts';
import { science } from './topics/science.ts';
import { workAndPeople } from './topics/work-and-people.ts';

export interface Topic {
  readonly id: string;
  readonly about: string;
  /** Follows "to". */
  readonly task: string;
  /** A clause: `why dough rises`. */
  readonly clause: string;
  readonly pair: readonly [string, string];
  readonly own: string;
}

export const topics: readonly Topic[] = [foodAndHome, nature, science, hobbiesAndTravel, workAndPeople].flatMap((text) =>
  text
    .trim()
    .split(/\n\s*\n/)
    .map(parseTopic),
);

function parseTopic(block: string): Topic {
  const parsed = /^# ([a-z-]+): (.+)\nto (.+)\n((?:how|why|what|where) .+)\n(.+) \/ (.+)\n(.+)$/.exec(block);
  if (parsed === null) throw new TypeError(`this topic does not follow the notation:\n${block}`);
  const [, id, about, task, clause, one, other, own] = parsed as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return { id, about, task, clause, pair: [one, other], own };
}
