/** What the package says about itself, and which code this is: read from disk, because nothing is ambient. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface PackageFacts {
  readonly version: string;
  readonly description: string;
  /** Where bugs are reported, if the package says. */
  readonly issues: string | null;
}

export function packageFacts(): PackageFacts {
  // Our own file, read at every start: no schema, whose library would take longer to load than all of help.
  const { version, description, bugs } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
    description: string;
    bugs?: string | { url: string };
  };
  return { version, description, issues: (typeof bugs === 'object' ? bugs.url : bugs) ?? null };
}

/** The version, and in a checkout the commit too: `0.1.0+8bd41a9c0f12`. */
export function codeVersion(): string {
  const { version } = packageFacts();
  const commit = commitOf(join(root, '.git'));
  return commit === null ? version : `${version}+${commit.slice(0, 12)}`;
}

function commitOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  // A worktree has a file in the folder's place, and shares its branches with the others.
  const own = found.isDirectory()
    ? path
    : resolve(
        path,
        '..',
        readFileSync(path, 'utf8')
          .replace(/^gitdir:/, '')
          .trim(),
      );
  if (!existsSync(join(own, 'HEAD'))) return null;
  const head = readFileSync(join(own, 'HEAD'), 'utf8').trim();
  const shared = join(own, 'commondir');
  const git = existsSync(shared) ? resolve(own, readFileSync(shared, 'utf8').trim()) : own;
  const name = /^ref: (.+)$/.exec(head)?.[1];
  if (name === undefined) return /^[0-9a-f]{40,64}$/.test(head) ? head : null;
  const loose = join(git, name);
  if (existsSync(loose)) return readFileSync(loose, 'utf8').trim();
  const packed = join(git, 'packed-refs');
  const line = existsSync(packed)
    ? readFileSync(packed, 'utf8')
        .split('\n')
        .find((entry) => entry.endsWith(` ${name}`))
    : undefined;
  return line?.split(' ')[0] ?? null;
}
