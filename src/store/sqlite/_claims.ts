/**
 * Which process may write a run: the one that holds an exclusive lock on the run's claim file. The operating system
 * drops the lock when the holder dies, however it dies, so no pid, start time or host name has to be believed, and it
 * holds across containers that share the folder. SQLite does the locking: Node has no file locks of its own.
 */
import { join } from 'node:path';
import { MolehuntError } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import { ensureFolder } from '../failures.ts';
import { connect, type Connection } from './_connection.ts';

export interface Claims {
  readonly claim: (id: string) => boolean;
  readonly release: (id: string) => void;
  readonly releaseAll: () => void;
}

export function createClaims(folder: string): Claims {
  const held = new Map<string, Connection>();
  const release = (id: string): void => {
    held.get(id)?.close();
    held.delete(id);
  };
  return {
    claim: (id) => {
      if (held.has(id)) return true;
      ensureFolder(folder);
      // The files stay behind, empty: removing one that a third process is just opening would give two of them a lock.
      let connection: Connection | undefined;
      try {
        connection = connect(join(folder, sha256(id).slice(0, 32)), 0);
        connection.execute('BEGIN EXCLUSIVE');
      } catch (error) {
        connection?.close();
        if (error instanceof MolehuntError && error.code === 'store-busy') return false;
        throw error;
      }
      held.set(id, connection);
      return true;
    },
    release,
    releaseAll: () => [...held.keys()].forEach(release),
  };
}
