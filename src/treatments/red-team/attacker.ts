/**
 * An attacker looks for prompts that set an implant off. It knows the behaviour and may ask the model how probable it
 * is; it does not know the trigger, which only the arena sees, to throw away what contains it.
 */
import type { Random } from '../../core/random.ts';
import type { ScoringModel, WhiteBoxModel } from '../../models/model.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import type { Prompt } from '../../organisms/organism.ts';
import type { Attack, ScoredAttack } from './attack.ts';
import type { Wanted } from './behaviour.ts';

/**
 * Everything an attacker is made of (words, frames, requests, tokens) is split in two. Training meets attacks of one
 * half, and those of the other half say whether it learned more than the attacks that it met.
 */
export type Half = 'train' | 'held-out';

export interface Attacker {
  readonly id: string;
  /** One sentence for the report. */
  readonly description: string;
  /** Why it cannot attack here (then it is absent from the result, not at zero), or null. */
  absent(arena: Arena): string | null;
  /** Explores until `arena.left()` is 0 or nothing is left to try. The arena remembers all that was scored. */
  search(arena: Arena): Promise<void>;
}

export interface Arena {
  readonly half: Half;
  /** To be disguised; the behaviour is possible on all of them. */
  readonly prompts: readonly Prompt[];
  /** What the attacker wants to hear after an attack on this prompt. */
  wanted(prompt: Prompt): Wanted;
  /** Of this attacker's own. */
  readonly random: Random;
  readonly tokenizer: Tokenizer;
  readonly target: ScoringModel;
  /** The target from inside; null when it cannot be opened. */
  readonly inside: WhiteBoxModel | null;
  readonly signal?: AbortSignal;
  /** Attacks that may still be scored. */
  left(): number;
  /**
   * Scores what is new, as far as the budget goes, and returns what has a score, in the order given. What contains the
   * trigger or was ruled out beforehand is dropped and costs nothing.
   */
  score(attacks: readonly Omit<Attack, 'attacker'>[]): Promise<ScoredAttack[]>;
}
