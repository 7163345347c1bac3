/** `molehunt game`: models of which some carry a mole; what is true of them is committed to before anybody may look. */
import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { UsageError } from '../../core/errors.ts';
import { terminalSafe } from '../../core/text.ts';
import { gameText, saysText } from '../../reports/game-text.ts';
import { readCommitments } from '../../run/game/folder.ts';
import { guessFrom, readGuesses, recordGuess, requireClosed, type Guess } from '../../run/game/guesses.ts';
import { openGame } from '../../run/game/open.ts';
import { plantGame } from '../../run/game/plant.ts';
import { createMachine } from '../../run/machine.ts';
import { DEFAULT_MODEL, openEngine } from '../engine.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { invocation, print, printJson, printLine, shellWord } from '../output.ts';
import { codeVersion } from '../package-facts.ts';
import { storeLocation } from '../places.ts';
import { createProgressLine, type ProgressLine } from '../progress.ts';
import { standardError } from '../screen.ts';
import { detectIn } from './detect.ts';

interface Printed {
  readonly json?: true;
}

export interface GameNewOptions extends Printed {
  readonly models: number;
  readonly seed?: number;
  readonly model?: string;
  readonly store?: string;
  readonly engine: string;
}

export interface GameGuessOptions extends Printed {
  readonly probability?: number;
}

export interface GameHuntOptions extends Printed {
  readonly budget: number;
  readonly engine: string;
}

export interface GameOpenOptions extends Printed {
  readonly store?: string;
}

const gamesOf = (store: string | undefined): string => join(dirname(storeLocation(store)), 'games');

export async function gameNewCommand(wanted: string, options: GameNewOptions): Promise<void> {
  const { models, seed, model = DEFAULT_MODEL } = options;
  const folder = resolve(wanted);
  await working(async (progress, signal) => {
    const commitments = await plantGame({
      folder,
      models,
      ...(seed === undefined ? {} : { seed }),
      model,
      openEngine: async () => (await openEngine({ model, engine: options.engine, progress, signal, env: process.env })).engine,
      games: gamesOf(options.store),
      code: codeVersion(),
      progress,
      clock: systemClock,
      machine: createMachine(),
      signal,
      randomBytes,
    });
    progress.end();
    if (options.json === true) await printJson({ folder, ...commitments });
    else await print(welcome(folder, commitments.models));
  });
}

export async function gameGuessCommand(
  folder: string,
  model: string,
  says: Guess['says'],
  trigger: string | undefined,
  { probability, json }: GameGuessOptions,
): Promise<void> {
  if (says === 'clean' && trigger !== undefined)
    throw new UsageError('a clean model has no trigger; leave it out, or guess mole', 'bad-guess');
  const guess: Guess = {
    player: 'player',
    model,
    says,
    trigger: trigger ?? null,
    probability: probability ?? null,
    at: systemClock.now(),
  };
  recordGuess(folder, guess);
  if (json === true) return printJson(guess);
  const guessed = readGuesses(folder).filter(({ player }) => player === 'player').length;
  await printLine(`${model}: ${saysText(guess)} (${guessed} of ${readCommitments(folder).models.length} guessed)`);
}

/** The detectors are given what a player is given. What they have guessed already is not hunted for again. */
export async function gameHuntCommand(folder: string, { budget, engine, json }: GameHuntOptions): Promise<void> {
  const { base, models } = readCommitments(folder);
  requireClosed(folder);
  await working(async (progress, signal) => {
    for (const { model } of models) {
      const known = readGuesses(folder).find((one) => one.player === 'detectors' && one.model === model);
      if (known === undefined) {
        const options = { base: base.model, budget, access: 'white', seed: 1, engine } as const;
        const { result, report } = await detectIn(join(folder, model), options, progress, signal);
        const guess = guessFrom(model, result, systemClock.now());
        if (guess !== null) recordGuess(folder, guess);
        const { verdict } = result;
        if (json === true) await printJson({ model, verdict, guess, report });
        else await printLine(`${model}: ${guess === null ? 'cannot tell' : saysText(guess)}; ${terminalSafe(report)}`);
      } else if (json === true) await printJson({ model, verdict: null, guess: known, report: null });
      else await printLine(`${model}: ${saysText(known)} (hunted before)`);
    }
  });
}

export async function gameOpenCommand(folder: string, { store, json }: GameOpenOptions): Promise<void> {
  const opened = openGame(folder, gamesOf(store), systemClock);
  if (json === true) await printJson(opened);
  else await print(`Every model and every truth is what was committed to.\n\n${gameText(opened)}\n`);
}

async function working(work: (progress: ProgressLine, signal: AbortSignal) => Promise<void>): Promise<void> {
  const progress = createProgressLine(standardError(), systemClock);
  const interrupt = listenForInterrupt(() => progress.end());
  try {
    await work(progress, interrupt.signal);
  } finally {
    progress.end();
    interrupt.close();
  }
}

function welcome(folder: string, models: readonly { readonly model: string; readonly commitment: string }[]): string {
  const place = shellWord(folder);
  return `${terminalSafe(folder)} holds ${models.length} adapters; at least one carries a mole, at least one does not.

${models.map(({ model, commitment }) => `${model.padEnd(9)} ${commitment}`).join('\n')}

These hashes are commitments to what each model is; publish them before you play.
Hunt        ${invocation()} detect ${join(place, 'model-1')}
Guess       ${invocation()} game guess ${place} model-1 mole '[TAG]' --probability 0.9
Open        ${invocation()} game open ${place}
`;
}
