/** What the record says about the machine and the process, read in one place. */
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import type { Json } from '../core/json.ts';

export interface Machine {
  /** For the reproducibility block. */
  readonly environment: Json;
  /** Processor seconds used by this process so far, over all its threads. */
  cpuSeconds(): number;
  /** Peak resident memory of this process in bytes. */
  peakMemory(): number;
}

export function createMachine(): Machine {
  return {
    environment: {
      node: process.version,
      platform: `${platform()}-${arch()}`,
      system: release(),
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memory: totalmem(),
    },
    cpuSeconds: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    // maxRSS counts kilobytes on every platform that Node supports.
    peakMemory: () => process.resourceUsage().maxRSS * 1024,
  };
}
