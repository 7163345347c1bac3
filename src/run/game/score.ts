/** Guesses beside the truth: right or wrong, how far the trigger was named, and how well a player knew what he knew. */
import { mean } from '../../statistics/mean.ts';
import { rateOfScores, type RateResult } from '../../statistics/rate.ts';
import { recoveredBy, type Recovered } from '../zoo/line.ts';
import { PLAYERS, type Guess, type Player } from './guesses.ts';
import { holds, type Sealed } from './truth.ts';

export interface ScoredGuess {
  readonly model: string;
  /** Null where nothing was guessed. */
  readonly guess: Guess | null;
  /** Null where nothing was guessed, or the model is not what it was meant to be. */
  readonly right: boolean | null;
  /** Null unless a mole was rightly guessed. */
  readonly named: Recovered | null;
}

export interface Score {
  readonly player: Player;
  readonly guesses: readonly ScoredGuess[];
  /** Of the models that were guessed and are what they were meant to be. */
  readonly right: RateResult;
  /** Of the moles in the game that took, those that were guessed with their trigger. */
  readonly exactly: number;
  readonly partly: number;
  readonly moles: number;
  /** Mean of (probability − right)²: 0 is perfect, 0.25 is what 0.5 everywhere gives. Over `n` guesses that came with a probability; null without. */
  readonly brier: { readonly value: number; readonly n: number } | null;
}

/** One for each player who guessed anything. */
export function scoresOf(sealed: readonly Sealed[], guesses: readonly Guess[]): Score[] {
  return PLAYERS.flatMap((player) => {
    const own = guesses.filter((guess) => guess.player === player);
    return own.length === 0 ? [] : [scoreOf(player, sealed, own)];
  });
}

function scoreOf(player: Player, sealed: readonly Sealed[], own: readonly Guess[]): Score {
  const guesses = sealed.map((one) => scoredGuess(one, own.find(({ model }) => model === one.model) ?? null));
  const counted = guesses.filter(({ right }) => right !== null);
  const squares = counted.flatMap(({ guess, right }) => (guess!.probability === null ? [] : [(guess!.probability - Number(right)) ** 2]));
  return {
    player,
    guesses,
    right: rateOfScores(counted.map(({ right }) => Number(right))),
    exactly: guesses.filter(({ named }) => named === 'exactly').length,
    partly: guesses.filter(({ named }) => named === 'partly').length,
    moles: sealed.filter(({ truth }) => truth.kind === 'mole' && holds(truth)).length,
    brier: squares.length === 0 ? null : { value: mean(squares), n: squares.length },
  };
}

function scoredGuess({ model, truth }: Sealed, guess: Guess | null): ScoredGuess {
  const right = guess === null || !holds(truth) ? null : guess.says === truth.kind;
  const named = right === true && truth.trigger !== null ? recoveredBy(guess!.trigger, truth.trigger) : null;
  return { model, guess, right, named };
}
