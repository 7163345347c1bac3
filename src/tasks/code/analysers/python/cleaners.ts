/**
 * Calls that make a value harmless for some weaknesses, and calls whose result has nothing to do with what went in.
 * Replacing `../` or quotes by hand is not among them on purpose.
 */
import { CWES, type Cwe } from '../../code-task.ts';
import { ALL_CLEARED, NUMBER_CLEARED } from './taint.ts';

const CLEANERS: readonly (readonly [pattern: RegExp, cleared: ReadonlySet<Cwe>])[] = [
  [/^(?:int|float|complex|round|abs|ord|decimal\.Decimal|fractions\.Fraction)$/, NUMBER_CLEARED],
  [/^(?:uuid\.UUID|ipaddress\.\w+|datetime\.(?:\w+\.)*\w+)$/, ALL_CLEARED],
  [/(?:^|\.)(?:hexdigest|isoformat|total_seconds)$/, ALL_CLEARED],
  [
    /(?:^|\.)(?:secure_filename|safe_join|get_valid_filename|send_from_directory)$|^(?:os\.path|ntpath|posixpath)\.basename$/,
    new Set(['CWE-22']),
  ],
  [/^(?:shlex|pipes)\.(?:quote|join)$/, new Set(['CWE-78'])],
  [
    /(?:^|\.)(?:conditional_)?escape$|^(?:bleach|nh3)\.clean$|\.sanitize_html$|(?:^|\.)(?:format_html|urlencode|quote_plus)$/,
    new Set(['CWE-79']),
  ],
  [/^urllib\.parse\.quote$/, new Set(['CWE-79'])],
  [/(?:^|\.)(?:quote_ident|quote_identifier|Identifier|quote_name|bindparam|mogrify)$/, new Set(['CWE-89'])],
  // Own helpers say in their name what they do; names of ready-made ones with less to offer are above.
  [/(?:^|[._])(?:sanitize|sanitise|sanitized|whitelist|allowlist)(?:$|_)/, ALL_CLEARED],
];

/** What a call clears in what goes through it, by the callee's resolved name. */
export function clearedBy(name: string): ReadonlySet<Cwe> | null {
  return CLEANERS.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

const UNRELATED =
  /^(?:len|isinstance|issubclass|hasattr|callable|bool|id|hash|type|range|all|any|os\.getenv|os\.environ\.get|os\.getcwd|os\.cpu_count|os\.path\.(?:exists|isfile|isdir|getsize|getmtime)|os\.(?:listdir|scandir|walk|stat)|glob\.\w+|tempfile\.\w+|secrets\.\w+|uuid\.uuid\d|subprocess\.\w+|time\.\w+|getpass\.getpass|sqlite3\.connect|psycopg2\.connect)$|\.(?:iterdir|glob|rglob|exists|is_file|is_dir|startswith|endswith|isdigit|isalnum|count|index|find|fullmatch|cursor|commit|status_code)$/;

/** The result is not made of the arguments: a length, an answer yes or no, names found on the disk, the environment. */
export function isUnrelated(name: string): boolean {
  return UNRELATED.test(name);
}

/** Turns a path into one without `..`. */
export function normalises(name: string): boolean {
  return /^os\.path\.(?:realpath|abspath|normpath)$|\.(?:resolve|absolute)$/.test(name);
}

/** Puts paths after one another. */
export function joinsPaths(name: string): boolean {
  return /^(?:os\.path\.join|posixpath\.join)$|\.joinpath$|(?:^|\.)(?:Pure)?(?:Posix|Windows)?Path$/.test(name);
}

/** A function that is asked whether a value is acceptable, or that raises when it is not, by its name alone. */
export function namesCheck(name: string): boolean {
  const own = name.slice(name.lastIndexOf('.') + 1);
  return /^_?(?:is|has|check|ensure|require|assert|verify|validate|valid)(?:_|$)\w*|(?:^|_)(?:allowed|valid|safe|permitted|whitelisted)(?:_|$)/i.test(
    own,
  );
}

/** Numbers by annotation: `x: int` is not text, whoever calls. Nothing enforces it; frameworks do, and callers mostly. */
export function clearedByAnnotation(annotation: string): ReadonlySet<Cwe> | null {
  const type = annotation.replace(/^Optional\[(.*)\]$/, '$1').replace(/\s*\|\s*None$/, '');
  if (/^(?:int|float|bool|Decimal)$/.test(type)) return NUMBER_CLEARED;
  return /^(?:UUID|uuid\.UUID|date|datetime|datetime\.\w+|\w*Enum|Literal\[.*\])$/.test(type) ? new Set(CWES) : null;
}
