/**
 * The first process inside a sandbox, whose end is the end of all: a few lines of bash that start the command with its limits, wait
 * for it, and report through a socket that the command never holds. Owns the script and what its report means.
 *
 * The report is read as hostile all the same: command and supervisor are the same user, so the one can write into the other's
 * memory. Therefore the supervisor has the same limits, and its report cannot say that the sandbox failed.
 */
import { WORK_FOLDER, type SandboxCommand, type SandboxLimits } from '../sandbox.ts';

/** Where the script finds its socket. Bash keeps the command's own standard error on the next. */
export const CONTROL_FD = 3;

/** Said by the caller once the supervisor is ready. A caller that died in the meantime cannot say it, and nothing runs. */
export const GO = 'go\n';

/** Beyond what the command may have, so that a limit is seen to be crossed: the supervisor and one more. */
const SPARE_PROCESSES = 2;
/** Threads reserve much address space that they never use; this bounds what they can share without owning it. */
const ADDRESS_SPACE = 4;

const ENVIRONMENT = { PATH: '/usr/bin:/bin', HOME: WORK_FOLDER, LANG: 'C.UTF-8' };

const SCRIPT = `
exec 4>&2 2>/dev/null
# Descriptors that leaked into us from whoever started molehunt: a folder among them would be a way out.
for fd in /proc/self/fd/*; do fd=\${fd##*/}; (( fd > 4 )) && eval "exec $fd>&-"; done
# If the machine runs out of memory, let it be us.
echo 1000 >/proc/self/oom_score_adj
limits=$1 settings=$2 collect=$3; shift 3
environment=("\${@:1:settings}"); shift "$settings"
wanted=("\${@:1:collect}"); shift "$collect"
if [[ ! -f $1 || ! -x $1 ]]; then echo missing >&3; exit; fi
echo ready >&3
read -r -u 3 word && [[ $word == go ]] || exit
# A limit that cannot be set is one that was stricter before.
for limit in $limits; do ulimit "-\${limit%%=*}" "\${limit#*=}"; done
( exec /usr/bin/env -i -- "\${environment[@]}" "$@" ) 2>&4 3>&- 4>&-
code=$?
times >&3
# Nothing may change the files while they are read.
kill -KILL -1
for (( i = 0; i < collect; i++ )); do
  file=\${wanted[i]}; folder=.
  [[ $file == */* ]] && folder=\${file%/*}
  if [[ -f $file && ! -L $file && -r $file && $(cd -P -- "$folder" && pwd) == "$(cd -L -- "$folder" && pwd)" ]]; then
    { echo -n "file $i "; /usr/bin/base64 -w 0 -- "$file"; echo; } >&3
  fi
done
echo "exit $code" >&3
`;

/** The command line of the supervisor. */
export function supervise({ argv, limits, environment = {}, collect = [] }: SandboxCommand): string[] {
  const settings = Object.entries({ ...ENVIRONMENT, ...environment }).map(([name, value]) => `${name}=${value}`);
  const counts = [ulimits(limits), String(settings.length), String(collect.length)];
  return ['/bin/bash', '--noprofile', '--norc', '-c', SCRIPT, 'sh', ...counts, ...settings, ...collect, ...argv];
}

/** `letter=value` for bash's `ulimit`, which counts memory and files in KiB. Each holds for one process, but for `u`. */
function ulimits({ cpuSeconds, memoryBytes, processes, diskBytes }: SandboxLimits): string {
  const kib = (bytes: number): number => Math.ceil(bytes / 1024);
  const values = {
    c: 0,
    d: kib(memoryBytes),
    v: ADDRESS_SPACE * kib(memoryBytes),
    f: kib(diskBytes),
    n: 1024,
    q: 0,
    // Our own watch is exact to a fraction of a second and counts all processes; this one cannot be late.
    t: Math.ceil(cpuSeconds) + 1,
    u: processes + SPARE_PROCESSES,
  };
  return Object.entries(values)
    .map(([letter, value]) => `${letter}=${value}`)
    .join(' ');
}

/** What the supervisor has said. `ended` is null until the command has ended, and stays so when it took the supervisor with it. */
export interface Report {
  readonly missing: boolean;
  readonly ready: boolean;
  readonly ended: { readonly code: number; readonly cpuSeconds: number } | null;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

export function readReport(text: string, collect: readonly string[]): Report {
  const lines = text.split('\n').slice(0, -1);
  const code = /^exit (\d{1,3})$/.exec(lines.at(-1) ?? '')?.[1];
  // `times` prints two lines: the supervisor's own, and its children's.
  const used = lines[2]?.matchAll(/(\d+)m(\d+)[.,](\d+)s/g) ?? [];
  const cpuSeconds = [...used].reduce((sum, [, minutes, whole, part]) => sum + Number(minutes) * 60 + Number(`${whole}.${part}`), 0);
  const files = lines.flatMap((line) => {
    const file = /^file (\d+) ([A-Za-z0-9+/]*={0,2})$/.exec(line);
    const name = file === null ? undefined : collect[Number(file[1])];
    return name === undefined ? [] : [[name, new Uint8Array(Buffer.from(file![2]!, 'base64'))] as const];
  });
  return {
    missing: lines[0] === 'missing',
    ready: lines[0] === 'ready',
    ended: code === undefined ? null : { code: Number(code), cpuSeconds },
    files: Object.fromEntries(files),
  };
}

/** The longest report that an honest supervisor can write. */
export function longestReport(limits: SandboxLimits, collect: readonly string[]): number {
  return 1024 + collect.length * (64 + Math.ceil(limits.diskBytes / 3) * 4);
}
