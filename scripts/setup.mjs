/**
 * Brings node_modules in line with package-lock.json before `npm start` and `npm test`, and only when they differ.
 * Plain JavaScript without dependencies, because it runs on whatever Node is there before anything is installed.
 * Does not own: which packages there are (package.json), the model (models/registry fetches it when it is needed).
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lockPath = join(root, '.setup.lock');
const HEARTBEAT_MS = 1000;
const STALE_MS = 6000;

/** Why node_modules is not what the lock file says, in a few words; null when it is. */
function difference() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return 'nothing is installed yet';
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(hidden);
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/')) continue;
    const name = path.slice('node_modules/'.length);
    const present = installed[path];
    if (present === undefined) {
      // npm leaves out optional packages of other platforms, and with them whatever only they need.
      if (entry.optional && !(hasPlatform(entry) && fitsPlatform(entry))) continue;
      return `${name} is missing`;
    }
    if (present.version !== entry.version || present.integrity !== entry.integrity) return `${name} is another version`;
    if (!fitsPlatform(present)) return `${name} is for another platform`;
    if (!existsSync(join(root, path, 'package.json'))) return `${name} is damaged`;
  }
  const extra = Object.keys(installed).find((path) => path.startsWith('node_modules/') && wanted[path] === undefined);
  return extra === undefined ? null : `${extra.slice('node_modules/'.length)} is no longer wanted`;
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

function hasPlatform(entry) {
  return entry.os !== undefined || entry.cpu !== undefined || entry.libc !== undefined;
}

function fitsPlatform(entry) {
  return allows(entry.os, process.platform) && allows(entry.cpu, process.arch) && (entry.libc === undefined || allows(entry.libc, libc()));
}

/** npm's rule: a name or a list of names, or of `!name` for all but these. */
function allows(names, value) {
  if (names === undefined) return true;
  const list = [names].flat();
  if (list.includes(`!${value}`)) return false;
  return list.includes(value) || list.every((name) => name.startsWith('!'));
}

let knownLibc;
function libc() {
  if (process.platform !== 'linux') return 'none';
  if (knownLibc === undefined) {
    // Without this the report looks up names of open connections and may wait for the network.
    process.report.excludeNetwork = true;
    knownLibc = process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
  }
  return knownLibc;
}

/** `npm ci`, by the npm that runs us. No package of ours needs an install script, so none is run. */
async function install() {
  const npm = process.env.npm_execpath;
  // npm's own pauses between attempts would keep somebody without a network waiting for a minute and a half.
  const options = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=4000',
  ];
  const [command, args] = npm?.endsWith('.js') ? [process.env.npm_node_execpath ?? process.execPath, [npm, ...options]] : ['npm', options];
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: command === 'npm' && process.platform === 'win32',
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const code = await new Promise((resolve) => {
    child.on('error', (error) => ((errors += error.message), resolve(1)));
    child.on('close', (status) => resolve(status ?? 1));
  });
  return code === 0 ? null : errors;
}

/** The one line that helps: offline is the usual reason, everything else is npm's own first complaint. */
function explain(errors) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT/.test(errors)) {
    return 'the package registry cannot be reached; connect to the network (or set a registry) and run the same command again';
  }
  if (/ENOSPC/.test(errors)) return 'the disk is full (about 700 MB are needed); make room and run the same command again';
  if (/EACCES|EPERM|EROFS/.test(errors))
    return `no permission to write ${join(root, 'node_modules')}; mend that and run the same command again`;
  const line = errors
    .split('\n')
    .map((text) => text.replace(/^npm (error|ERR!) ?/, '').trim())
    .find((text) => text !== '' && !text.startsWith('code '));
  return `npm ci failed: ${line ?? 'it said nothing'}; run \`npm ci\` to see all of it`;
}

/** Runs `work` while holding the lock file; a holder touches it every second, so one left by a killed process is soon known. */
async function alone(work) {
  let told = false;
  for (;;) {
    try {
      writeFileSync(lockPath, `${process.pid}\n`, { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const touched = statSync(lockPath, { throwIfNoEntry: false })?.mtimeMs;
      if (touched !== undefined && Date.now() - touched > STALE_MS) rmSync(lockPath, { force: true });
      else if (!told) told = (say('another process is installing packages; waiting for it'), true);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  const heartbeat = setInterval(touch, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(lockPath, { force: true });
  }
}

function touch() {
  try {
    utimesSync(lockPath, new Date(), new Date());
  } catch {
    // Somebody removed the file by hand; the work goes on, and whoever comes next compares before doing anything.
  }
}

function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}

function fail(line) {
  say(line);
  process.exitCode = 1;
}

/**
 * Scripts find Node 24 as node_modules/.bin/node. npm 10 removes that link again together with the binaries of other
 * platforms, which have the same name; where npm has no binary for this platform, the machine's own Node must do.
 */
function linkNode() {
  const link = join(root, 'node_modules/.bin/node');
  if (existsSync(link) || existsSync(`${link}.cmd`)) return;
  const binary = Object.keys(JSON.parse(readFileSync(join(root, 'tools/node/package.json'), 'utf8')).optionalDependencies)
    .map((name) => join('..', name, 'bin/node'))
    .find((path) => existsSync(join(root, 'node_modules/.bin', path)));
  if (binary !== undefined) {
    try {
      symlinkSync(binary, link);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    return;
  }
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 18)) {
    fail(`npm has no Node 24 for ${process.platform}-${process.arch}; install Node 22.18 or newer (this is ${process.version})`);
  }
}

async function main() {
  if (difference() !== null) {
    await alone(async () => {
      const reason = difference();
      if (reason === null) return;
      say(`${reason}: installing packages with npm ci`);
      const started = Date.now();
      const errors = await install();
      if (errors !== null) return fail(explain(errors));
      const left = difference();
      if (left !== null) return fail(`after npm ci ${left} still; remove node_modules and run the same command again`);
      say(`packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
    });
  }
  if (process.exitCode === undefined) linkNode();
}

try {
  await main();
} catch (error) {
  fail(error instanceof SyntaxError ? `package-lock.json cannot be read: ${error.message}` : error.message);
}
