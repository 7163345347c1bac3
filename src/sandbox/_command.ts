/** What any sandbox checks before it runs a command. Owns no limits and no world. */
import { UsageError } from '../core/errors.ts';
import type { SandboxCommand, SandboxLimits } from './sandbox.ts';

/** Throws UsageError for a command that no sandbox could run as it was meant. */
export function checkCommand({ argv, limits, files = {}, environment = {}, collect = [] }: SandboxCommand): void {
  const refuse = (reason: string): never => {
    throw new UsageError(reason, 'sandbox-command');
  };
  if (!/^\.?\/[^=]*$/.test(argv[0]))
    refuse(`a sandbox runs programs by their path, such as /usr/bin/python3, not ${JSON.stringify(argv[0])}`);
  for (const text of [...argv, ...Object.values(environment)])
    if (text.includes('\0')) refuse('an argument or setting for a sandbox has a zero byte in it');
  for (const name of Object.keys(environment))
    if (!/^[^=\0]+$/.test(name)) refuse(`${JSON.stringify(name)} cannot be the name of a setting`);
  for (const path of [...Object.keys(files), ...collect])
    if (!isInside(path)) refuse(`a file of a sandbox is named by its path in the work folder, not ${JSON.stringify(path)}`);
  for (const name of Object.keys(limits) as (keyof SandboxLimits)[])
    if (!(limits[name] > 0 && limits[name] < Number.MAX_SAFE_INTEGER)) refuse(`${name} of a sandbox must be positive, not ${limits[name]}`);
  const size = Object.values(files).reduce((sum, content) => sum + Buffer.byteLength(content), 0);
  if (size > limits.diskBytes) refuse(`files of ${size} bytes do not fit on a disk of ${limits.diskBytes}`);
}

/** A path that stays in the work folder, whoever reads it. */
function isInside(path: string): boolean {
  return path.length < 4096 && !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
