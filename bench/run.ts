/**
 * The races: ours and the peers on the same cores, one after the other, in interleaved rounds (A B C A B C …), so that
 * what drifts on the machine drifts for all. Prints the tables and writes `bench/results/<date>-<cpu>.json`.
 *
 * npm run bench -- [--only train|eight-bit|generate|startup] [--quick]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ENVIRONMENT, prepareEnvironment } from './environment.ts';
import { median, settle, table, type Contender, type ContenderReport, type Race, type RaceResult } from './report.ts';

const BENCH: string = import.meta.dirname;
const KINDS = ['train', 'eight-bit', 'generate', 'startup'] as const;
type Kind = (typeof KINDS)[number];

const { values: options } = parseArgs({ options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } } });
const only = KINDS.find((kind) => kind === options.only);
if (options.only !== undefined && only === undefined) {
  process.stderr.write(`bench: --only takes ${KINDS.join(', ')}, not ${options.only}\n`);
  process.exit(2);
}
const wanted = (kind: Kind): boolean => only === undefined || only === kind;

/** A bound on threads, or a kernel choice, made for something else on this machine would bind the peers too. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(OMP|MKL|OPENBLAS|NVPL|ONEDNN|DNNL)_/.test(name))),
  // Everything is on disk.
  HF_HUB_OFFLINE: '1',
};

const GIB = 2 ** 30;

function trainRace(rows: number, tokens: number, steps: number, memoryTargetBytes: number): Race {
  const peft = (dtype: string, target: number): Contender => ({
    name: `PEFT ${dtype}`,
    command: [ENVIRONMENT.python, path.join(BENCH, 'peers', 'train_peft.py'), dtype, `${rows}`, `${tokens}`, `${steps}`],
    target,
  });
  return {
    kind: 'train',
    name: `train ${rows} × ${tokens}`,
    what: 'LoRA rank 8 on all linear layers, forward + backward + AdamW',
    memoryTargetBytes,
    contenders: [ours('train.ts', rows, tokens, steps), peft('float32', 2.5), peft('bfloat16', 1.1)],
  };
}

/** Beside frozen weights in 8-bit integers, which PEFT has no way to train with on a processor. */
function eightBitRace(rows: number, tokens: number, steps: number, memoryTargetBytes: number): Race {
  const race = trainRace(rows, tokens, steps, memoryTargetBytes);
  const [own, ...peers] = race.contenders;
  return {
    ...race,
    kind: 'eight-bit',
    name: `${race.name}, 8-bit`,
    contenders: [
      { ...own!, command: [...own!.command, 'int8'] as [string, ...string[]] },
      ...peers.filter(({ name }) => name === 'PEFT bfloat16').map((peer) => ({ ...peer, target: 1.7 })),
    ],
  };
}

function generateRace(repetitions: number): Race {
  const transformers = (dtype: string, target: number): Contender => ({
    name: `transformers ${dtype}`,
    command: [ENVIRONMENT.python, path.join(BENCH, 'peers', 'generate_transformers.py'), dtype, `${repetitions}`],
    target,
  });
  const llama = path.join(BENCH, 'peers', 'generate-llama.mjs');
  return {
    kind: 'generate',
    name: 'generate 32 sequences',
    what: '48 prompt and 40 new tokens, greedy; new tokens per second with prefill',
    contenders: [
      ours('generate.ts', repetitions),
      transformers('float32', 1.5),
      transformers('bfloat16', 1),
      {
        name: 'node-llama-cpp Q4_1',
        command: [process.execPath, llama, ENVIRONMENT.gguf, ENVIRONMENT.llama, `${repetitions}`],
        target: 2.5,
      },
    ],
  };
}

function ours(script: string, ...args: readonly number[]): Contender {
  return { name: 'molehunt', command: [process.execPath, path.join(BENCH, 'ours', script), ...args.map(String)] };
}

function output(command: readonly [string, ...string[]]): string {
  const [program, ...args] = command;
  const { status, signal, stdout, error } = spawnSync(program, args, {
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${signal ?? status}`);
  return stdout.trimEnd().split('\n').at(-1)!;
}

function run(race: Race, rounds: number): RaceResult {
  const reports = Array.from({ length: rounds }, (_, round) =>
    race.contenders.map(({ name, command }) => {
      process.stderr.write(`bench: ${race.name}, round ${round + 1} of ${rounds}: ${name}\n`);
      return JSON.parse(output(command)) as ContenderReport;
    }),
  );
  return settle(race, reports);
}

/** Seconds until help is printed, and until a model that was opened before is open. */
function startup(): Readonly<Record<string, number>> {
  const root = path.dirname(BENCH);
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const help = Array.from({ length: 11 }, () => {
    const start = performance.now();
    output([process.execPath, path.join(root, 'dist', 'cli', 'main.js'), '--help']);
    return (performance.now() - start) / 1000;
  });
  const open = path.join(BENCH, 'ours', 'open.ts');
  output([process.execPath, open]);
  return { helpSeconds: median(help), ...(JSON.parse(output([process.execPath, open])) as Record<string, number>) };
}

function machine(): Readonly<Record<string, unknown>> {
  const [cpu] = os.cpus();
  const flags = os.platform() === 'linux' ? (/^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '') : '';
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    vectorExtensions: flags.split(' ').filter((flag) => /^(avx|amx)/.test(flag)),
    memoryBytes: os.totalmem(),
    system: `${os.platform()} ${os.release()}`,
    node: process.versions.node,
    // More than a little before the first race means that something else was running.
    loadBefore: os.loadavg()[0],
  };
}

const facts = machine();
prepareEnvironment();
const rounds = options.quick ? 1 : 3;
const races = [
  trainRace(8, 64, options.quick ? 3 : 8, 3 * GIB),
  trainRace(8, 256, options.quick ? 2 : 4, 5 * GIB),
  eightBitRace(8, 64, options.quick ? 3 : 8, 3 * GIB),
  eightBitRace(8, 256, options.quick ? 2 : 4, 5 * GIB),
  generateRace(options.quick ? 1 : 3),
];
const results = races.filter((race) => wanted(race.kind)).map((race) => run(race, rounds));
for (const result of results) process.stdout.write(`\n${table(result).join('\n')}\n`);
const started = wanted('startup') ? startup() : undefined;
if (started !== undefined) {
  process.stdout.write(
    `\nstart-up, seconds: ${Object.entries(started)
      .map(([name, value]) => `${name} ${value.toFixed(3)}`)
      .join(', ')}\n`,
  );
}

// One name of a processor covers machines with and without the wide instructions that decide every race.
const width = (facts['vectorExtensions'] as string[]).some((flag) => flag.startsWith('avx512')) ? 'avx512' : 'avx2';
const cpu = `${String(facts['cpu'])} ${os.arch() === 'x64' ? width : ''}`
  .toLowerCase()
  .replaceAll(/\((r|tm)\)/g, '')
  .replaceAll(/[^a-z0-9]+/g, '-')
  .replace(/-$/, '');
const file = path.join(
  BENCH,
  'results',
  `${new Date().toISOString().slice(0, 10)}-${cpu}${options.quick ? '-quick' : ''}${only === undefined ? '' : `-${only}`}.json`,
);
mkdirSync(path.dirname(file), { recursive: true });
const record = {
  date: new Date().toISOString(),
  machine: facts,
  rounds,
  races: results,
  ...(started === undefined ? {} : { startup: started }),
};
writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
process.stdout.write(`\n${path.relative(process.cwd(), file)}\n`);
