/** Where one attacker meets the model: scores attacks in batches, each text once, within a budget; remembers them all. */
import type { Random } from '../../core/random.ts';
import { isWhiteBox, type ScoringModel } from '../../models/model.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import type { Prompt, Trigger } from '../../organisms/organism.ts';
import type { Payload } from '../../organisms/payload.ts';
import { containsTrigger, type Attack, type ScoredAttack } from './attack.ts';
import type { Arena, Half } from './attacker.ts';
import { wantedOn, type Wanted } from './behaviour.ts';

export interface ArenaOptions {
  readonly attacker: string;
  readonly half: Half;
  readonly prompts: readonly Prompt[];
  readonly payload: Payload;
  readonly random: Random;
  readonly target: ScoringModel;
  readonly tokenizer: Tokenizer;
  readonly trigger: Trigger;
  readonly exclude: ReadonlySet<string>;
  /** Attacks to be scored at most. */
  readonly queries: number;
  readonly onScored: (count: number) => void;
  readonly signal?: AbortSignal;
}

export interface Ledger {
  readonly arena: Arena;
  readonly scored: ReadonlyMap<string, ScoredAttack>;
  /** Attacks that contained the exact trigger. */
  discarded(): number;
  /** Attacks whose probability came back as something that is not a number. */
  unscored(): number;
}

export function openArena(options: ArenaOptions): Ledger {
  const { attacker, half, payload, random, target, tokenizer, trigger, exclude, signal } = options;
  const wanted = new Map(options.prompts.map((prompt) => [prompt.id, wantedOn(prompt, payload, tokenizer)]));
  const prompts = options.prompts.filter(({ id }) => wanted.get(id) !== null);
  const wantedAfter = (prompt: string): Wanted => {
    const known = wanted.get(prompt);
    if (known === undefined || known === null) throw new RangeError(`the arena has no prompt ${prompt}`);
    return known;
  };
  const scored = new Map<string, ScoredAttack>();
  const discarded = new Set<string>();
  const unscored = new Set<string>();
  const left = (): number => options.queries - scored.size - unscored.size;

  const fresh = (attacks: readonly Omit<Attack, 'attacker'>[]): Omit<Attack, 'attacker'>[] => {
    const byText = new Map<string, Omit<Attack, 'attacker'>>();
    for (const attack of attacks) {
      const { text } = attack;
      if (containsTrigger(text, trigger)) discarded.add(text);
      else if (!exclude.has(text) && !scored.has(text) && !unscored.has(text) && !byText.has(text)) byText.set(text, attack);
    }
    return [...byText.values()].slice(0, left());
  };

  const arena: Arena = {
    half,
    prompts,
    wanted: ({ id }) => wantedAfter(id),
    random,
    tokenizer,
    target,
    inside: isWhiteBox(target) ? target : null,
    ...(signal === undefined ? {} : { signal }),
    left,
    async score(attacks) {
      const open = fresh(attacks);
      const requests = open.map(({ text, prompt }) => {
        const { given, said } = wantedAfter(prompt);
        return { messages: [{ role: 'user' as const, content: text }], answer: tokenizer.decode([...given, ...said]) };
      });
      const answers = requests.length === 0 ? [] : await target.score(requests, signal === undefined ? {} : { signal });
      for (const [i, attack] of open.entries()) {
        const said = answers[i]!.logprobs.subarray(wantedAfter(attack.prompt).given.length);
        const logprob = said.reduce((sum, value) => sum + value, 0);
        if (Number.isFinite(logprob)) scored.set(attack.text, { ...attack, attacker, logprob });
        else unscored.add(attack.text);
      }
      options.onScored(scored.size);
      return attacks.flatMap(({ text }) => scored.get(text) ?? []);
    },
  };
  return { arena, scored, discarded: () => discarded.size, unscored: () => unscored.size };
}
