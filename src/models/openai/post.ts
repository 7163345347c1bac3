/**
 * One request to an endpoint that may be busy: tried again after a pause where that can help, which is as long as the server
 * asks for. Owns time and attempts; what is asked and what an answer means is `model.ts`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from '../../core/random.ts';
import { networkReason } from '../network-reason.ts';

export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  /** Milliseconds in which an answer must be complete. One that is not is given up: the server may still be at work on it. */
  readonly timeout: number;
  /** Milliseconds before the second attempt; each further pause is twice as long. */
  readonly pause: number;
}

/** `status` is null when nothing came back. */
export type Posted = { readonly kind: 'body'; readonly text: string } | Refused;
export interface Refused {
  readonly kind: 'refused';
  readonly status: number | null;
  /** What the server said, or why it could not be heard. */
  readonly reason: string;
}

interface Attempt {
  readonly posted: Posted;
  /** Milliseconds that the server asks to be left alone, undefined where it does not say; null where another attempt would not help. */
  readonly wait: number | undefined | null;
}

const ATTEMPTS = 4;
/** Milliseconds: whoever asks for more is not waited for. */
const LONGEST_PAUSE = 60_000;

/** Throws only what `signal` was aborted with. */
export async function post(endpoint: Endpoint, body: string, signal: AbortSignal): Promise<Posted> {
  for (let attempt = 1; ; attempt++) {
    const { posted, wait } = await once(endpoint, body, signal);
    if (wait === null || attempt === ATTEMPTS) return posted;
    // Requests that failed together must not all come back together.
    const usual = endpoint.pause * 2 ** (attempt - 1) * (0.5 + createRandom(body, 'pause', attempt).next() / 2);
    if (wait !== undefined && wait > LONGEST_PAUSE) return posted;
    await pause(wait ?? usual, undefined, { signal });
  }
}

async function once({ url, headers, fetch, timeout }: Endpoint, body: string, signal: AbortSignal): Promise<Attempt> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(timeout);
  const refused = (status: number | null, reason: string, wait: Attempt['wait']): Attempt => ({
    posted: { kind: 'refused', status, reason },
    wait,
  });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.any([deadline, signal]),
    });
    const text = await response.text();
    if (response.ok) return { posted: { kind: 'body', text }, wait: null };
    const { status } = response;
    return refused(status, text, status === 429 || status >= 500 ? retryAfter(response.headers.get('retry-after')) : null);
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted) return refused(null, `no answer within ${timeout / 1000} s`, null);
    return refused(null, networkReason(error), undefined);
  }
}

/** Milliseconds; the header holds seconds or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const wait = /^\d+(?:\.\d+)?$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
