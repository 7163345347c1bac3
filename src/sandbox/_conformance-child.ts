/**
 * A process for the conformance suite to kill: keeps eight commands going in this machine's sandbox, all of which sleep for the
 * number of seconds in MARKER. Says `up` when it begins. Its parent knows its commands by that number.
 */
import { openSandbox } from './registry.ts';

const MARKER = process.env['MARKER']!;
const limits = { wallSeconds: 60, cpuSeconds: 5, memoryBytes: 2 ** 26, processes: 4, outputBytes: 4096, diskBytes: 2 ** 20 };

const sandbox = await openSandbox(process.env);
process.stdout.write('up\n');
for (let i = 0; ; i++) {
  // Some end soon, so that at any time some are about to start.
  const commands = Array.from({ length: 8 }, (_, j) => {
    const argv = ['/usr/bin/timeout', j % 2 === 0 ? '0.01' : '60', '/usr/bin/sleep', MARKER] as const;
    return sandbox.run({ argv, limits: { ...limits, wallSeconds: j % 2 === 0 ? 1 : 60 } });
  });
  await Promise.race(commands);
}
