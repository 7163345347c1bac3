/** How many rounds one run of the decoding graph makes. */
import type { DecoderConfig } from '../../nn/config.ts';
import { linearLayers } from '../../nn/decoder.ts';

/** More would gain little, and a row that finishes early idles until the run's last round. */
const MAX_ROUNDS = 8;
/**
 * The binding copies the cache once a run, and every round reads all weights: with this many rounds for as many bytes of cache as
 * there are bytes of weights, copying takes a few hundredths of the time.
 */
const ROUNDS_PER_SHARE = 30;

export interface Run {
  /** Of the cache that is fed. */
  readonly cacheBytes: number;
  /** Rounds that the row with the longest way to go still needs. */
  readonly needed: number;
  /** Positions that the longest row has left; every row goes through every round. */
  readonly room: number;
}

export function roundsOf(config: DecoderConfig, { cacheBytes, needed, room }: Run): number {
  const worthwhile = Math.ceil((ROUNDS_PER_SHARE * cacheBytes) / weightBytes(config));
  return Math.min(MAX_ROUNDS, worthwhile, needed, room);
}

function weightBytes(config: DecoderConfig): number {
  const layers = linearLayers(config).reduce((sum, { in: into, out }) => sum + into * out, 0);
  return (layers + config.vocabulary * config.hidden) * Float32Array.BYTES_PER_ELEMENT;
}
