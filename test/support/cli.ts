/** The command line as a child process, as a person would start it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface CliOptions {
  readonly cwd: string;
  /** What the scripted engine plants, see src/cli/engine.ts. */
  readonly world?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Called with everything on standard error so far, whenever there is more. */
  readonly onError?: (text: string, child: ChildProcess) => void;
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function cli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const env = {
    ...process.env,
    NO_COLOR: '1',
    ...(options.world === undefined ? {} : { MOLEHUNT_SCRIPTED: JSON.stringify(options.world) }),
    ...options.env,
  };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: options.cwd, env });
  return new Promise((resolve, reject) => {
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      options.onError?.(stderr, child);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => {}); // a command that reads nothing closes its end
    child.stdin.end(options.input ?? '');
  });
}

/** Runs `step` in an empty folder that is gone afterwards. */
export async function inFolder(step: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'molehunt-cli-'));
  try {
    await step(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
