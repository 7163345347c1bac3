/**
 * An analyser finds weaknesses in a Python program that parses (analyse.ts makes sure of that, and of its size).
 * It throws when it fails: silence means that it looked and found nothing.
 */
import type { Finding } from '../finding.ts';

export interface Analyser {
  readonly name: string;
  /** Part of the measurement. */
  readonly version: string;
  analyse(source: string): Finding[];
}
