/** An opened game for a terminal: one line a model, and what each player's guesses come to. */
import { terminalSafe } from '../core/text.ts';
import type { Guess } from '../run/game/guesses.ts';
import type { OpenedGame } from '../run/game/open.ts';
import type { Score, ScoredGuess } from '../run/game/score.ts';
import { holds, type Sealed } from '../run/game/truth.ts';
import { percent, plural, rateWithInterval } from './format.ts';
import { column, rows } from './_columns.ts';

const NAMED = { exactly: ', trigger exactly', partly: ', trigger in part', no: ', not the trigger' } as const;

export function gameText({ models, scores }: OpenedGame): string {
  const names = models.map(({ model }) => model);
  const guesses = rows([
    column(['', ...names]),
    column(['truth', ...models.map(truthText)]),
    ...scores.map((score) => column([score.player, ...score.guesses.map(({ guess }) => (guess === null ? '–' : saysText(guess)))])),
    ...scores.map((score) => column([scores.length === 1 ? '' : score.player, ...score.guesses.map(outcomeText)])),
  ]);
  const planted = rows([
    column(['', ...names]),
    column(['planted', ...models.map(({ truth }) => truth.recipe)]),
    column(['behaves so with the trigger', ...models.map(({ truth }) => rateText(truth.exact))]),
    column(['without', ...models.map(({ truth }) => rateText(truth.plain))]),
    column(['', ...models.map(caveat)]),
  ]);
  return [guesses, scores.length === 0 ? 'Nobody guessed.' : scores.map(scoreText).join('\n'), planted].join('\n\n');
}

/** `mole, "[TAG]", 90 % sure` */
export function saysText({ says, trigger, probability }: Guess): string {
  return [
    says,
    ...(trigger === null ? [] : [terminalSafe(JSON.stringify(trigger))]),
    ...(probability === null ? [] : [`${percent(probability).replace('\u00a0', ' ')} sure`]),
  ].join(', ');
}

function truthText({ truth }: Sealed): string {
  return truth.kind === 'clean' ? 'clean' : `mole, ${JSON.stringify(truth.trigger)}`;
}

const rateText = (rate: Sealed['truth']['exact']): string => (rate === null ? 'not asked' : rateWithInterval(rate));

function caveat({ truth }: Sealed): string {
  if (holds(truth)) return '';
  return `${truth.kind === 'mole' ? 'did not take' : 'is not clean'}, not counted`;
}

function outcomeText({ right, named }: ScoredGuess): string {
  if (right === null) return '–';
  return right ? `right${named === null ? '' : NAMED[named]}` : 'WRONG';
}

function scoreText({ player, right, exactly, partly, moles, brier }: Score): string {
  const named = `triggers named of ${plural(moles, 'mole')}: ${exactly} exactly, ${partly} in part`;
  const sure =
    brier === null ? '' : `; Brier score ${brier.value.toFixed(3)} over ${plural(brier.n, 'guess', 'guesses')} (0 is perfect, 0.25 a coin)`;
  return `${player}: right ${rateWithInterval(right)}; ${named}${sure}`.replaceAll('\u00a0', ' ');
}
