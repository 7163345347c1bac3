/** Keeps the beginning of what a stream says and counts the rest, so that nothing can fill our memory by talking. */
import type { Readable } from 'node:stream';
import type { Output } from '../sandbox.ts';

export interface Keeper {
  /** Everything that was said, kept or not. */
  readonly said: number;
  output(): Output;
}

/** `onData` is told after each piece. */
export function keep(stream: Readable, most: number, onData: () => void): Keeper {
  const pieces: Buffer[] = [];
  let said = 0;
  stream.on('data', (piece: Buffer) => {
    if (said < most) pieces.push(piece.subarray(0, most - said));
    said += piece.length;
    onData();
  });
  return {
    get said() {
      return said;
    },
    output: () => ({ bytes: new Uint8Array(Buffer.concat(pieces)), truncated: said > most }),
  };
}
