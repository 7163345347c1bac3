/** Time, passed in: wall time for the record, monotonic time for durations, and a clock that tests can move. */

export interface Clock {
  /** ISO 8601, UTC, milliseconds. */
  now(): string;
  /** Milliseconds from an arbitrary start; never runs backwards. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  monotonic: () => performance.now(),
};

export interface FixedClock extends Clock {
  advance(milliseconds: number): void;
}

/** Stands still until it is advanced. */
export function createFixedClock(start = '2026-01-01T00:00:00.000Z'): FixedClock {
  const origin = Date.parse(start);
  let elapsed = 0;
  return {
    now: () => new Date(origin + elapsed).toISOString(),
    monotonic: () => elapsed,
    advance: (milliseconds) => {
      if (!(milliseconds >= 0)) throw new RangeError(`a clock cannot be advanced by ${milliseconds} ms`);
      elapsed += milliseconds;
    },
  };
}
