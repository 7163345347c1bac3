/**
 * The detectors on known answers (src/run/zoo): plants the zoo, hunts in every model of it blindly, writes the table. It takes
 * hours, may be done in parts, and goes on after a kill; a model that is done is not done again.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DEFAULT_MODEL, openEngine } from '../src/cli/engine.ts';
import { describeError } from '../src/cli/errors.ts';
import { listenForInterrupt } from '../src/cli/interrupt.ts';
import { print, printLine, quietPipes } from '../src/cli/output.ts';
import { codeVersion } from '../src/cli/package-facts.ts';
import { time } from '../src/cli/program.ts';
import { createProgressLine } from '../src/cli/progress.ts';
import { standardError } from '../src/cli/screen.ts';
import { systemClock } from '../src/core/clock.ts';
import { EXIT, messageOf, UsageError } from '../src/core/errors.ts';
import { hashJson } from '../src/core/hash.ts';
import { silent } from '../src/core/progress.ts';
import { terminalSafe } from '../src/core/text.ts';
import { SHIPPED } from '../src/detectors/calibration/calibration.ts';
import { DETECTORS } from '../src/detectors/registry.ts';
import { duration, rateWithInterval } from '../src/reports/format.ts';
import { zooTable } from '../src/reports/zoo-table.ts';
import { createMachine } from '../src/run/machine.ts';
import { calibrationOf } from '../src/run/zoo/calibrate.ts';
import type { ZooLine } from '../src/run/zoo/line.ts';
import { idOf, type ZooRecipe } from '../src/run/zoo/recipe.ts';
import { ZOO } from '../src/run/zoo/recipes.ts';
import { readLines, runStudy } from '../src/run/zoo/study.ts';
import { summarise, type ZooSummary } from '../src/run/zoo/summary.ts';
import { openStore } from '../src/store/registry.ts';

// Read when `main` runs, so it stands before it.
const USAGE = `npm run study:detectors -- [options]

  --budget <time>   of each hunt (default: 6m)
  --only <text>     models whose name holds the text
  --part <i/n>      the i-th of n parts
  --list            names the models, and does nothing
  --table           writes the table of what is done, and hunts nothing
  --calibrate       writes also the calibration that detect is shipped with
  --folder <path>   where results and models lie (default: .molehunt/zoo)
  --model <name>    the base model (default: ${DEFAULT_MODEL})`;

quietPipes();
try {
  await main();
} catch (error) {
  const { lines, exitCode } = describeError(error, false);
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = exitCode;
}

async function main(): Promise<void> {
  const { values } = understood(() =>
    parseArgs({
      options: {
        budget: { type: 'string', default: '6m' },
        only: { type: 'string', default: '' },
        part: { type: 'string', default: '1/1' },
        list: { type: 'boolean', default: false },
        table: { type: 'boolean', default: false },
        calibrate: { type: 'boolean', default: false },
        folder: { type: 'string', default: '.molehunt/zoo' },
        model: { type: 'string', default: DEFAULT_MODEL },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }),
  );
  if (values.help) return printLine(USAGE);
  const budgetSeconds = understood(() => time(values.budget));
  const [recipes, folder] = [chosen(values.only, values.part), resolve(values.folder)];
  if (values.list) return printLine(recipes.map(idOf).join('\n'));
  mkdirSync(folder, { recursive: true });
  // Of the code as it is loaded, not as it may be edited while a study runs.
  const hunting = { budgetSeconds, hunter: hunterOf(values.model) };
  const failures = values.table || values.calibrate ? 0 : await study(recipes, hunting, folder, values.model);
  if (failures > 0) process.exitCode = EXIT.unmeasured;
  const lines = await readLines(folder, ZOO, hunting);
  if (lines.length === 0) return printLine(`${folder} has no model that was hunted in for ${duration(budgetSeconds)}`);
  const summary = summarise(lines, budgetSeconds);
  const markdown = zooTable(summary);
  writeFileSync(join(folder, 'table.md'), markdown);
  writeFileSync(join(folder, 'table.json'), `${JSON.stringify(summary, null, 2)}\n`);
  await print(`\n${terminalSafe(markdown, { lines: true })}`);
  if (values.calibrate) await calibrate(summary, values.model);
}

/** Into the source, from where it is built into the package. */
async function calibrate(summary: ZooSummary, model: string): Promise<void> {
  const request = { model, engine: 'local', progress: silent, signal: new AbortController().signal, env: process.env };
  const { engine } = await openEngine(request);
  const { id, parameters } = engine.facts;
  await engine.close();
  const path = fileURLToPath(SHIPPED);
  writeFileSync(path, `${JSON.stringify(calibrationOf(summary, { id, parameters }), null, 2)}\n`);
  await printLine(`\nCalibration ${terminalSafe(path)}`);
  const others = Object.keys(DETECTORS).filter((detector) => !summary.calibration?.detectors.includes(detector));
  if (others.length > 0) await printLine(`of no use to \`detect\` as it is: it also asks ${others.join(', ')}, which the study did not`);
}

function understood<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(messageOf(error), 'bad-option', error);
  }
}

/** What no hunt runs: tests and their controls, and what is made of hunts afterwards. */
const NO_HUNTER = /\.test\.ts$|^(?:calibration\/|conformance\.ts$|controls\.ts$|open-control\.ts$)/;

/** Of the code that hunts, the base model and the detectors: other code would find something else, whatever its version is called. */
function hunterOf(model: string): string {
  const files = ['../src/detectors', '../src/run/hunt'].flatMap((folder) => {
    const root = fileURLToPath(new URL(folder, import.meta.url));
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !NO_HUNTER.test(name));
    return names.sort().map((name) => [name, readFileSync(join(root, name), 'utf8')]);
  });
  return hashJson([model, Object.keys(DETECTORS), files]).slice(0, 12);
}

/** How many models failed. */
async function study(
  recipes: readonly ZooRecipe[],
  hunting: { readonly budgetSeconds: number; readonly hunter: string },
  folder: string,
  model: string,
): Promise<number> {
  const progress = createProgressLine(standardError(), systemClock);
  const interrupt = listenForInterrupt(() => progress.end());
  const store = await openStore(join(folder, 'zoo.sqlite'));
  let failures = 0;
  let done = (await readLines(folder, recipes, hunting)).length;
  try {
    await runStudy({
      recipes,
      detectors: await Promise.all(Object.values(DETECTORS).map((open) => open())),
      ...hunting,
      openEngine: async (other = model) =>
        (await openEngine({ model: other, engine: 'local', progress, signal: interrupt.signal, env: process.env })).engine,
      folder,
      work: join(folder, 'work'),
      store,
      code: codeVersion(),
      progress,
      clock: systemClock,
      machine: createMachine(),
      signal: interrupt.signal,
      onLine: async (line) => {
        progress.end();
        done += 1;
        await printLine(`${done}/${recipes.length} ${lineText(line)}`);
      },
      onFailure: async (id, reason) => {
        progress.end();
        failures += 1;
        await printLine(`FAILED ${terminalSafe(id)}: ${terminalSafe(reason)}`);
      },
    });
  } finally {
    progress.end();
    interrupt.close();
    store.close();
  }
  return failures;
}

function lineText({ id, exact, plain, took, plantSeconds, hunt }: ZooLine): string {
  const asked = exact === null || plain === null ? '' : `, with its trigger ${rateWithInterval(exact)}, without ${rateWithInterval(plain)}`;
  const made = `${terminalSafe(id)}: made in ${duration(plantSeconds)}${asked}`;
  if (hunt === null) return `${made}; ${took === null ? 'not measured' : 'did not take'}, not hunted`;
  const trigger =
    hunt.trigger === null ? '' : ` ${terminalSafe(JSON.stringify(hunt.trigger))}${hunt.recovered === null ? '' : ` (${hunt.recovered})`}`;
  return `${made}; ${hunt.verdict}${trigger} in ${duration(hunt.seconds)}`;
}

function chosen(only: string, part: string): ZooRecipe[] {
  const [, nth, of] = /^(\d+)\/(\d+)$/.exec(part) ?? [];
  if (nth === undefined || Number(nth) < 1 || Number(nth) > Number(of))
    throw new UsageError(`--part takes one of several such as 2/4, not ${part}`, 'bad-option');
  const recipes = ZOO.filter((recipe, i) => i % Number(of) === Number(nth) - 1 && idOf(recipe).includes(only));
  if (recipes.length === 0)
    throw new UsageError(`no model of the zoo has ${JSON.stringify(only)} in its name; --list lists them`, 'bad-option');
  return recipes;
}
