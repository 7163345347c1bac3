/** SHA-256 of a file, streamed. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fileError } from '../../nn/weights/atomic-file.ts';

/** Lower-case hexadecimal; `algorithm` and `prefix` serve git's object names (`sha1`, `blob <size>\0`). */
export async function hashFile(
  path: string,
  options: { readonly signal?: AbortSignal | undefined; readonly algorithm?: 'sha1' | 'sha256'; readonly prefix?: string } = {},
): Promise<string> {
  const hash = createHash(options.algorithm ?? 'sha256').update(options.prefix ?? '');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal: options.signal })) hash.update(chunk as Buffer);
  } catch (error) {
    throw fileError(error, `read ${path}`);
  }
  return hash.digest('hex');
}
