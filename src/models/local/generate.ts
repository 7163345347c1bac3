/**
 * Continuous batching: requests wait, are prefilled in groups ahead of need, and take the place of a finished row at
 * once. A request's tokens do not depend on its neighbours beyond float rounding: it has its own random stream, its own
 * positions and its own cache row (see docs/decisions on batch invariance).
 */
import { InterruptedError, messageOf } from '../../core/errors.ts';
import { createRandom, type Random } from '../../core/random.ts';
import type { DecoderConfig } from '../../nn/config.ts';
import { sharedPrefix } from '../../nn/packing.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import { floats, integers, type Tensor } from '../../tensor/tensor.ts';
import type { FinishReason, GenerateOptions, GenerateRequest, Generation, TokenLogprob } from '../model.ts';
import { promptIds } from '../prompt-ids.ts';
import { createCache, rowBytes, type Cache } from './cache.ts';
import type { AdapterFeeds, Network } from './network.ts';
import { prefill, type Prefilled } from './prefill.ts';
import { roundsOf } from './rounds.ts';
import { choose, type Choice } from './sampler.ts';

// The weights are read once a step whatever the rows, so more rows cost little until the products fill the cores.
const MAX_ROWS = 64;
const CACHE_BYTES = 512 * 2 ** 20;
/** Prompts prefilled ahead of need: a finished row is replaced before the next run. */
const AHEAD = 32;

interface Waiting {
  readonly index: number;
  readonly request: GenerateRequest;
  readonly prompt: readonly number[];
}

interface Active extends Waiting {
  readonly random: Random;
  readonly tokens: number[];
  readonly logprobs: TokenLogprob[];
  readonly stream: ReturnType<Tokenizer['stream']>;
  text: string;
  end?: TokenLogprob;
  /** Token to feed next, at position `length`. */
  next: number;
  length: number;
}

export interface Generator {
  readonly network: Network;
  readonly tokenizer: Tokenizer;
  readonly adapter: AdapterFeeds;
  /** What is done to the residual streams while it generates (`edit.remove`, `edit.add`). */
  readonly edit?: Readonly<Record<string, Tensor>> | undefined;
}

export async function generateBatch(
  generator: Generator,
  requests: readonly GenerateRequest[],
  options: GenerateOptions,
): Promise<Generation[]> {
  const { network, tokenizer } = generator;
  const results: Generation[] = Array.from({ length: requests.length });
  const finish = (index: number, generation: Generation): void => {
    results[index] = generation;
    options.onResult?.(index, generation);
  };
  const checkSignal = (): void => {
    if (options.signal?.aborted) throw new InterruptedError();
  };

  const waiting: Waiting[] = [];
  requests.forEach((request, index) => {
    const prepared = prepare(generator, request);
    if (typeof prepared === 'string') finish(index, { kind: 'failure', boundary: 'limit', reason: prepared });
    else waiting.push({ index, request, prompt: prepared });
  });
  if (waiting.length === 0) return results;

  const head = sharedPrefix(
    waiting.map(({ prompt }) => prompt),
    waiting.map(({ prompt }) => prompt.length - 1),
  );
  // Rows of like length are prefilled together, so little is spent on padding; longest first keeps the tail short.
  waiting.sort((a, b) => b.prompt.length + b.request.maxTokens - (a.prompt.length + a.request.maxTokens) || a.index - b.index);
  const longest = waiting.reduce((most, { prompt, request }) => Math.max(most, prompt.length + request.maxTokens), 0);
  const rows = Math.max(1, Math.min(MAX_ROWS, waiting.length, Math.floor(CACHE_BYTES / rowBytes(network.config, longest))));
  const cache = createCache(network.config, rows, longest);

  const ready: (Waiting & Prefilled)[] = [];
  const active: Active[] = [];
  while (waiting.length > 0 || ready.length > 0 || active.length > 0) {
    checkSignal();
    if (ready.length === 0 && active.length < rows && waiting.length > 0) ready.push(...(await prefillNext(generator, waiting, head)));
    while (ready.length > 0 && active.length < rows) admit(ready.shift()!);
    if (active.length > 0) await step();
  }
  return results;

  function admit({ index, request, prompt, logits, stretches }: Waiting & Prefilled): void {
    const row: Active = {
      index,
      request,
      prompt,
      random: createRandom(request.seed, 'sampling'),
      tokens: [],
      logprobs: [],
      stream: tokenizer.stream(),
      text: '',
      next: 0,
      length: prompt.length,
    };
    if (sample(row, logits)) return;
    cache.reserve(row.length);
    let position = 0;
    for (const stretch of stretches) {
      cache.put(active.length, position, stretch);
      position += stretch.end - stretch.start;
    }
    active.push(row);
  }

  async function step(): Promise<void> {
    const rounds = roundsFor(active, cache, network.config);
    const { token, chosen, logits, results: added } = await decode(generator, cache, active, rounds);
    for (let row = active.length - 1; row >= 0; row--) {
      const current = active[row]!;
      const served = (round: number): boolean => {
        current.length += 1;
        return needsLogits(current.request) ? sample(current, logits(row)) : accept(current, token(round, row), chosen(round, row));
      };
      const from = current.length;
      if (!Array.from({ length: rounds }).some((_, round) => served(round))) {
        cache.reserve(current.length);
        cache.put(row, from, { results: added, k: 'new_k', v: 'new_v', row, start: 0, end: rounds });
        continue;
      }
      const last = active.length - 1;
      // The row that fills the hole has been served in this step already: rows go from the last to the first.
      if (row !== last) {
        cache.move(last, row);
        active[row] = active[last]!;
      }
      active.pop();
    }
  }

  /** Chooses the row's next token; true when the row is finished. */
  function sample(row: Active, logits: Float32Array): boolean {
    let choice: number | Choice;
    try {
      choice = choose(logits, row.request, row.random);
    } catch (error) {
      finish(row.index, { kind: 'failure', boundary: 'provider', reason: messageOf(error) });
      return true;
    }
    return typeof choice === 'number' ? accept(row, choice, logits[choice]!) : accept(row, choice.id, logits[choice.id]!, choice);
  }

  /** Goes on with a chosen token; true when the row is finished. */
  function accept(row: Active, id: number, logit: number, choice?: Choice): boolean {
    if (!Number.isFinite(logit)) {
      finish(row.index, { kind: 'failure', boundary: 'provider', reason: 'the network returned logits that are not numbers' });
      return true;
    }
    if (tokenizer.eosIds.includes(id)) {
      if (choice) row.end = describe(choice);
      return end(row, 'stop');
    }
    row.tokens.push(id);
    if (choice) row.logprobs.push(describe(choice));
    const before = row.text.length;
    row.text += row.stream.push(id);
    const stop = firstStop(row.text, row.request.stop, before);
    if (stop !== undefined) return end(row, 'stop-string', stop);
    options.onText?.(row.index, row.text.slice(before));
    if (row.request.enough?.(row.text) === true) return end(row, 'enough');
    if (row.tokens.length >= row.request.maxTokens) return end(row, 'length');
    row.next = id;
    return false;
  }

  function end(row: Active, finishReason: FinishReason, cut?: number): true {
    const rest = cut === undefined ? row.stream.end() : '';
    if (rest) options.onText?.(row.index, rest);
    const text = cut === undefined ? row.text + rest : row.text.slice(0, cut);
    const usage = { promptTokens: row.prompt.length, completionTokens: row.tokens.length };
    const logprobs = row.request.logprobs === undefined ? {} : { logprobs: row.logprobs };
    const ended = row.end === undefined ? {} : { end: row.end };
    finish(row.index, { kind: 'answer', text, tokens: row.tokens, finishReason, ...logprobs, ...ended, usage });
    return true;
  }

  function describe({ id, logprob, top }: Choice): TokenLogprob {
    return { token: tokenizer.tokenText(id), id, logprob, top: top.map((one) => ({ ...one, token: tokenizer.tokenText(one.id) })) };
  }
}

/** Prompt tokens, or why the request cannot be served. */
function prepare({ network, tokenizer }: Generator, { input, maxTokens }: GenerateRequest): readonly number[] | string {
  const prompt = promptIds(tokenizer, input);
  const limit = network.config.maxPositions;
  if (prompt.length === 0) return 'the prompt is empty';
  if (maxTokens < 1) return 'no tokens may be generated (maxTokens is below 1)';
  if (prompt.length + maxTokens > limit)
    return `${prompt.length} prompt tokens and ${maxTokens} new ones exceed the model's ${limit} positions`;
  return prompt;
}

async function prefillNext(generator: Generator, waiting: Waiting[], head: number): Promise<(Waiting & Prefilled)[]> {
  const group = waiting.splice(0, AHEAD);
  // Several answers to one prompt (a group of GRPO) share its whole computation.
  const places = new Map<string, number>();
  const place = group.map(({ prompt }) => {
    const key = prompt.join(' ');
    if (!places.has(key)) places.set(key, places.size);
    return places.get(key)!;
  });
  const distinct = [...places.values()].map((at) => group[place.indexOf(at)]!.prompt);
  const done = await prefill(generator, distinct, head);
  return group.map((one, i) => ({ ...one, ...done[place[i]!]! }));
}

/** Greedy choices are made by the network itself; all else is chosen here, from the logits of one round. */
function needsLogits({ temperature, logprobs }: GenerateRequest): boolean {
  return temperature > 0 || logprobs !== undefined;
}

function roundsFor(active: readonly Active[], cache: Cache, config: DecoderConfig): number {
  if (active.some(({ request }) => needsLogits(request))) return 1;
  return roundsOf(config, {
    cacheBytes: active.length * rowBytes(config, cache.capacity),
    needed: Math.max(...active.map(({ request, tokens }) => request.maxTokens - tokens.length)),
    room: config.maxPositions - Math.max(...active.map(({ length }) => length)),
  });
}

interface Decoded {
  token(round: number, row: number): number;
  /** The logit of that token. */
  chosen(round: number, row: number): number;
  /** [vocabulary], of the last round. */
  logits(row: number): Float32Array;
  readonly results: Readonly<Record<string, Tensor>>;
}

async function decode({ network, adapter, edit }: Generator, cache: Cache, active: readonly Active[], rounds: number): Promise<Decoded> {
  const rows = active.length;
  const longest = Math.max(...active.map(({ length }) => length));
  const results = await network.run(edit ? 'edited decode' : 'decode', adapter, {
    ...edit,
    ...network.tables(longest + rounds),
    ...cache.feeds(rows),
    rounds: { data: Int32Array.of(rounds), shape: [] },
    ids: { data: Int32Array.from(active, ({ next }) => next), shape: [rows, 1] },
    lengths: { data: Int32Array.from(active, ({ length }) => length), shape: [rows, 1] },
    slots: { data: Int32Array.from({ length: cache.capacity }, (_, slot) => slot), shape: [cache.capacity] },
  });
  network.work.add('decoded', rows * rounds, rows * rounds, 1);
  const [tokens, chosen, logits] = [integers(results['tokens']), floats(results['chosen']), floats(results['logits'])];
  const width = network.config.vocabulary;
  return {
    token: (round, row) => tokens[round * rows + row]!,
    chosen: (round, row) => chosen[round * rows + row]!,
    logits: (row) => logits.subarray(row * width, (row + 1) * width),
    results,
  };
}

/** Where the first stop string begins, looking only where new text can have completed one. */
function firstStop(text: string, stops: readonly string[] | undefined, from: number): number | undefined {
  const found = (stops ?? []).map((stop) => text.indexOf(stop, Math.max(0, from - stop.length + 1))).filter((at) => at >= 0);
  return found.length > 0 ? Math.min(...found) : undefined;
}
