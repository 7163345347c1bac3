/** What a failed `fetch` means: undici hides the reason in `cause`. */
import { messageOf } from '../core/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name could not be resolved (no network?)',
  EAI_AGAIN: 'its name could not be resolved (no network?)',
  ECONNREFUSED: 'it refused the connection',
  ECONNRESET: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
};

export function networkReason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return REASONS[code] ?? messageOf(cause);
}
