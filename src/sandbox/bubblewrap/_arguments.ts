/**
 * What a sandbox is made of, as arguments for `bwrap`: which namespaces, what is mounted where, what is read-only. Opens
 * nothing; content travels through file descriptors that the caller numbers.
 */
import { lstatSync, readlinkSync } from 'node:fs';
import { WORK_FOLDER } from '../sandbox.ts';

/** Where programs and libraries are, on systems that have moved them to /usr (links) and on those that have not (folders). */
const SYSTEM_FOLDERS = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'] as const;

/** Enough for names of users and of the own machine to be found; nothing of the host's. */
export const SYSTEM_FILES: Readonly<Record<string, string>> = {
  '/etc/passwd': `root:x:0:0:root:/root:/usr/sbin/nologin\nuser:x:1000:1000:user:${WORK_FOLDER}:/bin/sh\n`,
  '/etc/group': 'root:x:0:\nuser:x:1000:\n',
  '/etc/hosts': '127.0.0.1 localhost\n::1 localhost\n',
};

/** For semaphores, which is what the standard library keeps there. */
const SHARED_MEMORY_BYTES = 2 ** 20;

/** Content that goes in through a file descriptor: bytes that are written to it, then end of file. */
export interface Inlet {
  readonly fd: number;
  readonly content: string | Uint8Array;
}

/** Where a file of the command is, inside. */
export const placeInside = (path: string): string => `${WORK_FOLDER}/${path}`;

export interface World {
  readonly diskBytes: number;
  /** Absolute path inside → content. */
  readonly files: readonly (Inlet & { readonly path: string })[];
  readonly filter: Inlet | null;
}

export function bubblewrapArguments(world: World): string[] {
  const tmpfs = (bytes: number, mode: string, path: string): string[] => ['--size', String(bytes), '--perms', mode, '--tmpfs', path];
  return [
    ['--unshare-all', '--as-pid-1', '--new-session', '--die-with-parent', '--hostname', 'localhost'],
    ['--uid', '1000', '--gid', '1000', '--cap-drop', 'ALL'],
    ['--ro-bind', '/usr', '/usr'],
    ...SYSTEM_FOLDERS.map(systemFolder),
    // The linker's index of /usr/lib.
    ['--dir', '/etc', '--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
    ['--proc', '/proc', '--dev', '/dev'],
    tmpfs(SHARED_MEMORY_BYTES, '1777', '/dev/shm'),
    tmpfs(world.diskBytes, '1777', '/tmp'),
    tmpfs(world.diskBytes, '0755', WORK_FOLDER),
    ...world.files.map(({ fd, path }) => ['--perms', '0644', '--file', String(fd), path]),
    // These two are tmpfs as well, and have no size.
    ['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', WORK_FOLDER, '--clearenv'],
    world.filter === null ? [] : ['--seccomp', String(world.filter.fd)],
    ['--'],
  ].flat();
}

function systemFolder(name: string): string[] {
  const path = `/${name}`;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return found.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}
