/** Writing to the two streams: results to standard output, everything else to standard error. */
import { once } from 'node:events';
import { argv } from 'node:process';

/** Writes whole text and waits when the reader is slow. */
export async function print(text: string, stream: NodeJS.WriteStream = process.stdout): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}

export async function printLine(line = '', stream: NodeJS.WriteStream = process.stdout): Promise<void> {
  await print(`${line}\n`, stream);
}

/** Signs that no screen shows as such: controls, marks of direction, blanks without width. JSON itself leaves them as they are. */
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** One line. What a model wrote may stand in it, and a terminal may be what reads it. */
export async function printJson(value: unknown): Promise<void> {
  await printLine(JSON.stringify(value).replaceAll(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

/** A reader that goes away (`| head`) is no error of ours: stop quietly. */
export function quietPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      throw error;
    });
  }
}

/** How this program was started, for commands that a person may copy. */
export function invocation(script: string | undefined = argv[1]): string {
  if (script === undefined) return 'molehunt';
  if (script.endsWith('.ts')) return 'node src/cli/main.ts';
  return /[\\/]node_modules[\\/]/.test(script) ? 'npx molehunt' : 'molehunt';
}

/** A word as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
