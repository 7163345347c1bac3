/** SQL injection: text from outside is part of a statement, not a parameter of it. */
import { threatens } from '../python/taint.ts';
import { callRule, type Rule } from './rule.ts';

const STATEMENT =
  /^\s*(?:select\b|insert\s+into\b|update\s+\S+\s+set\b|delete\s+from\b|replace\s+into\b|drop\s+(?:table|index|view)\b|create\s+(?:table|index|view)\b|alter\s+table\b|with\s+\w+\s+as\b)/i;
const RUNS: ReadonlySet<string> = new Set([
  'execute',
  'executemany',
  'executescript',
  'raw',
  'read_sql',
  'read_sql_query',
  'exec_driver_sql',
  'fetch',
  'fetchrow',
  'fetchval',
  'extra',
  'RawSQL',
]);

const built: Rule = {
  id: 'text-in-statement',
  cwe: 'CWE-89',
  kinds: ['binary_operator', 'string', 'concatenated_string', 'call'],
  check: (site) => {
    const pieces = site.texts.pieces(site.node);
    if (pieces === null || typeof pieces[0] !== 'string' || !STATEMENT.test(pieces[0])) return null;
    return pieces.some((piece) => typeof piece !== 'string' && threatens(site.taint(piece), 'CWE-89'))
      ? 'text from outside is part of an SQL statement'
      : null;
  },
};

const run = callRule('built-statement-runs', 'CWE-89', (call, site) => {
  const first = call.positional[0] ?? call.keywords.get('sql') ?? call.keywords.get('query');
  if (first === undefined || !(RUNS.has(call.method) || /^sqlalchemy\.(?:\w+\.)*text$/.test(call.name))) return null;
  const taint = site.taint(first);
  // A whole statement from a caller is the caller's business; one from a stranger, or put together, is not.
  return threatens(taint, 'CWE-89') && (taint.joined || taint.origin === 'request')
    ? 'a statement that was put together from text is run'
    : null;
});

export const rules: readonly Rule[] = [built, run];
