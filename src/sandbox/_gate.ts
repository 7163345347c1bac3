/** Lets a bounded number of things happen at once; the others wait in line. */

export interface Gate {
  /** Runs `body` when it is its turn. Aborted while it waits, it throws the signal's reason and `body` never runs. */
  pass<T>(body: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function createGate(width: number): Gate {
  let free = width;
  const waiting = new Set<() => void>();
  const turn = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', leave);
        free--;
        resolve();
      };
      const leave = (): void => {
        waiting.delete(enter);
        reject(signal!.reason as Error);
      };
      if (free > 0) return enter();
      waiting.add(enter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  return {
    pass: async (body, signal) => {
      signal?.throwIfAborted();
      await turn(signal);
      try {
        return await body();
      } finally {
        free++;
        const [next] = waiting;
        if (next !== undefined) {
          waiting.delete(next);
          next();
        }
      }
    },
  };
}
