/** Ctrl-C and the polite kill: the first asks the work to stop where it can go on later, the second ends it at once. */
import { EXIT } from '../core/errors.ts';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Stops listening. */
  close(): void;
}

export function listenForInterrupt(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    onFirst();
    controller.abort();
  };
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of signals) process.on(name, stop);
  return {
    signal: controller.signal,
    close: () => {
      for (const name of signals) process.off(name, stop);
    },
  };
}
