/** Where values from outside enter a program: frameworks' request objects, sockets, the keyboard, archives. */
import type { Taint } from './taint.ts';

// Of Flask, Django, FastAPI/Starlette, aiohttp, Bottle and Tornado; the object itself is `request` or `req`.
const REQUEST_FIELDS =
  /(?:^|\.)(?:request|req)\.(?:args|form|values|cookies|headers|files|json|data|stream|query|query_string|query_params|path_params|match_info|rel_url|path|url|full_path|body|GET|POST|FILES|COOKIES|META|params|get_json|get_data|post|text|read|arguments|forms|content)\b/;
const HANDLER_FIELDS = /^self\.(?:path|headers|rfile)\b/;

const STRANGERS: ReadonlySet<string> = new Set([
  'recv',
  'recvfrom',
  'recv_into',
  'namelist',
  'infolist',
  'getmembers',
  'getnames',
  'get_argument',
  'get_query_argument',
  'get_body_argument',
]);
const REMOTE = /^(?:requests|httpx)\.(?:get|post|put|request)\(\)|^urllib\.request\.urlopen\(\)/;
const KEYBOARD: ReadonlySet<string> = new Set(['input', 'raw_input']);
const COMMAND_LINE = /^sys\.(?:argv|stdin)\b/;

/** Origin of an attribute, by its resolved name. */
export function originOfName(name: string, inHandler: boolean): Taint['origin'] | null {
  if (REQUEST_FIELDS.test(name) || name.startsWith('flask.request.') || REMOTE.test(name)) return 'request';
  if (inHandler && HANDLER_FIELDS.test(name)) return 'request';
  return COMMAND_LINE.test(name) ? 'parameter' : null;
}

/** Origin of what a call returns, by the callee's resolved name. */
export function originOfCall(name: string): Taint['origin'] | null {
  const method = name.slice(name.lastIndexOf('.') + 1);
  if (STRANGERS.has(method) && name.includes('.')) return 'request';
  if (KEYBOARD.has(name) || method === 'parse_args' || method === 'parse_known_args') return 'parameter';
  if (/^(?:cgi\.FieldStorage)$/.test(name)) return 'request';
  return null;
}

/** Parameters that frameworks fill with a stranger's request. */
export const REQUEST_PARAMETERS: ReadonlySet<string> = new Set(['request', 'req', 'environ', 'event']);

/** Decorators that make a function answer strangers; its other parameters come from the URL or the body. */
export const ROUTE = /\.(?:route|get|post|put|delete|patch|websocket|errorhandler|api_route)\(|^@(?:api_view|view_config|require_)/;

export const HANDLER_CLASS = /(?:HTTPRequestHandler|RequestHandler|BaseRequestHandler|StreamRequestHandler)\b/;
