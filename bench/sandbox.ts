/**
 * What a sandbox costs: the same program bare and inside, taking turns, so that what drifts on the machine drifts for both.
 * Prints medians in milliseconds, what the sandbox adds, and the ratio.
 *
 * node bench/sandbox.ts [rounds]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSandbox } from '../src/sandbox/registry.ts';
import type { SandboxLimits } from '../src/sandbox/sandbox.ts';
import { works } from '../src/tasks/code/works.ts';
import { median } from './report.ts';

const rounds = Number(process.argv[2] ?? 50);
const limits: SandboxLimits = {
  wallSeconds: 10,
  cpuSeconds: 10,
  memoryBytes: 2 ** 28,
  processes: 16,
  outputBytes: 2 ** 16,
  diskBytes: 2 ** 24,
};
const sandbox = await openSandbox(process.env);

async function bare([program, ...args]: readonly [string, ...string[]]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

async function inside(argv: readonly [string, ...string[]]): Promise<void> {
  const result = await sandbox.run({ argv, limits });
  if (result.kind !== 'exited' || result.code !== 0) throw new Error(`${argv[0]} ended with ${JSON.stringify(result)}`);
}

async function timed(step: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await step();
  return performance.now() - begun;
}

const task = { id: 'bench', tests: 'assert double(2) == 4' };
const programs = {
  '/usr/bin/true': ['/usr/bin/true'],
  'python3 -c pass': ['/usr/bin/python3', '-I', '-B', '-S', '-c', 'pass'],
} as const;

console.log(`${rounds} rounds       bare   inside    added   ratio`);
for (const [name, argv] of Object.entries(programs)) {
  const times: { readonly bare: number; readonly inside: number }[] = [];
  // The first of each fills caches.
  for (let round = -1; round < rounds; round++) {
    const pair = { bare: await timed(() => bare(argv)), inside: await timed(() => inside(argv)) };
    if (round >= 0) times.push(pair);
  }
  const [outer, inner] = [median(times.map((pair) => pair.bare)), median(times.map((pair) => pair.inside))];
  const cells = [outer, inner, inner - outer].map((value) => value.toFixed(1).padStart(8));
  console.log(`${name.padEnd(16)} ${cells.join(' ')} ${(inner / outer).toFixed(2).padStart(7)}`);
}
const many = await timed(() => Promise.all(Array.from({ length: rounds }, () => works(sandbox, task, 'def double(x): return 2 * x'))));
console.log(`works: ${rounds} solutions at once in ${(many / 1000).toFixed(2)} s, ${((rounds / many) * 1000).toFixed(0)} a second`);
