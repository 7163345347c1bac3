/** Writes a report to disk, whole or not at all. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf, UsageError } from '../core/errors.ts';
import type { ExperimentResult } from '../run/result.ts';
import { reportHtml } from './html.ts';

/** Renders `result` to `path` (its folder is made) and returns the absolute path. */
export function writeReport(result: ExperimentResult, path: string): string {
  return writePage(path, (target) => reportHtml({ ...result, report: target }));
}

/** Writes what `page` makes for the absolute path, which is returned. */
export function writePage(path: string, page: (target: string) => string): string {
  const target = resolve(path);
  // Next to the target, because a rename is atomic only within one file system.
  const partial = `${target}.${process.pid}.partial`;
  try {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(partial, page(target), { flush: true });
    renameSync(partial, target);
  } catch (error) {
    discard(partial);
    throw new UsageError(
      `cannot write the report to ${target}: ${messageOf(error)}; choose another place with --out`,
      'report-not-written',
      error,
    );
  }
  return target;
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where nothing can be written, nothing was left behind.
  }
}
