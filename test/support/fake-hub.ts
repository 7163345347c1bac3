/** A Hugging Face hub on the loopback with one model, its faults chosen by the test. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface FakeHub extends AsyncDisposable {
  readonly url: string;
  /** Every request for a file: its path in the repository and its Range header. */
  readonly requests: { readonly path: string; readonly range: string | undefined }[];
  /** Cuts the connection after this many bytes of `model.safetensors`, as often as `times` says. */
  cut(afterBytes: number, times: number): void;
  /** Sends other bytes than it declares. */
  corrupt(on: boolean): void;
  /** Pays no attention to Range. */
  ignoreRange(on: boolean): void;
  /** Milliseconds between pieces of 4 KiB. */
  slow(milliseconds: number): void;
  /** Answers everything with this status; 0 never answers. */
  fail(status: number | undefined): void;
  /** A new head of the main branch with the files of a folder; older commits stay reachable. */
  push(folder: string): string;
}

const PIECE = 4096;

export async function startFakeHub(repo: string, folder: string): Promise<FakeHub> {
  const commits = new Map<string, Map<string, Buffer>>();
  const requests: { path: string; range: string | undefined }[] = [];
  let head = '';
  let [cutAfter, cutTimes, corrupted, rangeless, delay] = [0, 0, false, false, 0];
  let failure: number | undefined;

  const push = (from: string): string => {
    const files = new Map(readdirSync(from).map((name) => [name, readFileSync(join(from, name))]));
    head = createHash('sha1')
      .update(JSON.stringify([...files].map(([name, bytes]) => [name, oid(bytes)])))
      .digest('hex');
    commits.set(head, files);
    return head;
  };
  push(folder);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url!, 'http://hub');
    if (failure === 0) return;
    if (failure !== undefined) return void response.writeHead(failure).end();
    if (pathname === `/api/models/${repo}/revision/HEAD`) return json(response, { _id: '1', id: repo, sha: head, private: false });
    const tree = /^\/api\/models\/(.+)\/tree\/(\w+)$/.exec(pathname);
    if (tree?.[1] === repo && commits.has(tree[2]!)) {
      const entries = [...commits.get(tree[2]!)!].map(([path, bytes]) => ({
        type: 'file',
        path,
        size: bytes.length,
        oid: oid(bytes),
        ...(path.endsWith('.safetensors') ? { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 130 } } : {}),
      }));
      return json(response, entries);
    }
    const file = /^\/(.+)\/resolve\/(\w+)\/(.+)$/.exec(pathname);
    const content = file?.[1] === repo ? commits.get(file[2]!)?.get(file[3]!) : undefined;
    if (content === undefined) return void response.writeHead(404).end();
    const range = rangeless ? undefined : /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    requests.push({ path: file![3]!, range: request.headers.range });
    await send(response, content, file![3]!, range === undefined ? undefined : Number(range));
  };

  const send = async (response: ServerResponse, content: Buffer, path: string, start: number | undefined): Promise<void> => {
    const bytes = Buffer.from(content.subarray(start));
    if (corrupted && path.endsWith('.safetensors')) bytes[bytes.length - 1]! ^= 1;
    response.writeHead(start === undefined ? 200 : 206, {
      'content-length': bytes.length,
      ...(start === undefined ? {} : { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
    });
    for (let at = 0; at < bytes.length; at += PIECE) {
      if (path.endsWith('.safetensors') && cutTimes > 0 && at >= cutAfter) {
        cutTimes--;
        return void response.destroy();
      }
      response.write(bytes.subarray(at, at + PIECE));
      if (delay > 0 || cutTimes > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    }
    response.end();
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    cut: (afterBytes, times) => void ([cutAfter, cutTimes] = [afterBytes, times]),
    corrupt: (on) => void (corrupted = on),
    ignoreRange: (on) => void (rangeless = on),
    slow: (milliseconds) => void (delay = milliseconds),
    fail: (status) => void (failure = status),
    push,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function oid(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
