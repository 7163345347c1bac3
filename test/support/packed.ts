/** Packs this checkout and installs the tarball in an empty folder, the way a stranger would; for test/e2e. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export interface Installed {
  /** The folder in which the package was installed. */
  readonly project: string;
  /** Paths inside the tarball. */
  readonly files: readonly string[];
  /** Runs a command in the folder, rejects unless it exits with 0, and returns its standard output. */
  succeed(command: string, ...args: readonly string[]): Promise<string>;
  remove(): void;
}

export async function installPacked(): Promise<Installed> {
  const place = mkdtempSync(join(tmpdir(), 'packed-'));
  const project = join(place, 'project');
  const report = await succeed(root, 'npm', ['pack', '--json', '--pack-destination', place]);
  const [tarball] = JSON.parse(report.slice(report.indexOf('[\n'))) as { filename: string; files: { path: string }[] }[];
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n');
  await succeed(project, 'npm', ['install', '--no-audit', '--no-fund', join(place, tarball!.filename)]);
  return {
    project,
    files: tarball!.files.map((file) => file.path),
    succeed: (command, ...args) => succeed(project, command, args),
    remove: () => rmSync(place, { recursive: true, force: true }),
  };
}

/** Keeps PATH, where this Node comes first, and drops what npm tells the scripts that it starts. */
function succeed(cwd: string, command: string, args: readonly string[]): Promise<string> {
  const inherited = /^npm_(package|lifecycle|execpath|node)|^INIT_CWD$/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${String(error.code ?? error.signal)}\n${stdout}${stderr}`));
    });
  });
}
