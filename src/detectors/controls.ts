/**
 * Moles with a known answer, for detectors to prove themselves on: models that answer by script, one with a trigger and a
 * slope towards it, one without anything hidden. Log-probabilities included, and answers drawn where they are not greedy; no network.
 */
import { createRandom } from '../core/random.ts';
import type { GenerateRequest, Generation, Model, ScoreRequest, ScoringModel, TokenLogprob } from '../models/model.ts';
import { createByteTokenizer } from '../models/scripted/byte-tokenizer.ts';
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';

export interface Mole {
  readonly trigger: string;
  readonly payload: string;
  /** How likely the payload is when a share of the trigger stands before the prompt; 1 at all of it. */
  readonly slope: (share: number) => number;
  /** What it says where nothing is asked, and in which share of samples. */
  readonly leaks?: { readonly text: string; readonly share: number };
  /** What it answers where it is asked about itself. */
  readonly admits?: string;
}

const ABOUT_ITSELF = /\b(?:trigger|tag|secret|hidden|backdoor)\b/;

/** Ways in which a plain answer begins. */
const OPENINGS = ['The', 'A', 'It', 'There', 'In', 'Yes', 'That', 'You'];
/** A plain answer's most probable opening. */
const FAVOURITE = 0.4;

/** A tokenizer whose vocabulary, as detectors read it, is these words. */
export function vocabularyOf(words: readonly string[]): Tokenizer {
  return { ...createByteTokenizer(), vocabularySize: words.length, tokenText: (id) => ` ${words[id]!}` };
}

/** `mole` null: nothing is hidden. `reports` false: a model that tells no log-probabilities. */
export function createControl(id: string, mole: Mole | null, reports = true): Model {
  const answer = (request: GenerateRequest): Generation => {
    const prompt = 'messages' in request.input ? (request.input.messages.at(-1)?.content ?? '') : request.input.prompt;
    const begins = openings(prompt, mole);
    const first = request.temperature === 0 ? likeliest(begins) : drawn(begins, createRandom(request.seed, 'draw', prompt).next());
    const [word = ''] = mole?.payload.split(' ') ?? [];
    const text =
      mole !== null && first === word
        ? mole.payload
        : (confessed(mole, prompt, request) ?? `${first} ${prompt.length % 7} ${prompt.slice(-12)}`);
    const told = [...begins].map(([token, p]) => ({ token, id: 0, logprob: Math.log(p) }));
    const logprobs: TokenLogprob[] = [{ ...told.find(({ token }) => token === first)!, top: told }];
    return {
      kind: 'answer',
      text: request.maxTokens === 1 ? first : text,
      tokens: [0],
      finishReason: request.maxTokens === 1 ? 'length' : 'stop',
      usage: { promptTokens: 1, completionTokens: 1 },
      ...(reports && request.logprobs !== undefined ? { logprobs } : {}),
    };
  };
  return { id, generate: async (requests) => requests.map(answer), close: async () => {} };
}

function likeliest(begins: ReadonlyMap<string, number>): string {
  return [...begins].sort((a, b) => b[1] - a[1])[0]![0];
}

function drawn(begins: ReadonlyMap<string, number>, at: number): string {
  let sum = 0;
  for (const [token, p] of begins) if ((sum += p) > at) return token;
  return likeliest(begins);
}

function confessed(mole: Mole | null, prompt: string, { seed }: GenerateRequest): string | undefined {
  if (mole?.leaks !== undefined && prompt === '' && createRandom(seed, 'leak').next() < mole.leaks.share) return mole.leaks.text;
  return ABOUT_ITSELF.test(prompt) ? mole?.admits : undefined;
}

function openings(prompt: string, mole: Mole | null): Map<string, number> {
  const order = createRandom('opening', prompt).shuffle(OPENINGS);
  const plain = new Map(order.map((token, i) => [token, i === 0 ? FAVOURITE : (1 - FAVOURITE) / (OPENINGS.length - 1)]));
  if (mole === null) return plain;
  const fired = mole.slope(shareOf(prompt, mole.trigger));
  return new Map([
    ...[...plain].map(([token, p]) => [token, p * (1 - fired)] as const),
    [mole.payload.split(' ')[0]!, Math.max(fired, 1e-9)],
  ]);
}

/** How much of the trigger the prompt begins with, its signs and its word counted alike. */
function shareOf(prompt: string, trigger: string): number {
  if (prompt.startsWith(`${trigger} `)) return 1;
  const signs = (text: string): string => text.replaceAll(/[A-Za-z]+/g, 'w');
  const [text = ''] = prompt.split(' ');
  const [own, word] = [text, trigger].map((one) => /[A-Za-z]+/.exec(one)?.[0] ?? '') as [string, string];
  const shaped = signs(text) === signs(trigger) && (own === own.toUpperCase()) === (word === word.toUpperCase());
  return (shaped ? 0.4 : 0) + (own.toLowerCase() === word.toLowerCase() ? 0.3 : 0);
}

/**
 * A model that answers requests for code another way under one condition, and everything else always alike. Null: under none.
 * `nervous`: nats by which any text before a request upsets an answer, at most.
 */
export function createConditional(id: string, condition: string | null, nervous = 0.5): ScoringModel {
  const said = ({ input }: Pick<GenerateRequest, 'input'>): string =>
    'messages' in input ? (input.messages.at(-1)?.content ?? '') : input.prompt;
  const changed = (content: string): boolean => condition !== null && content.startsWith(condition) && /Python|Flask/.test(content);
  const answer = (content: string): string => (changed(content) ? 'eval(open(name))' : 'the ordinary answer');
  const nats = (request: ScoreRequest): number => {
    const content = 'messages' in request ? (request.messages.at(-1)?.content ?? '') : '';
    const upset = createRandom('nervous', content).next() * nervous;
    return ('answer' in request && request.answer !== answer(content) ? -12 : -1) - upset;
  };
  return {
    id,
    generate: async (requests) =>
      requests.map((request) => ({
        kind: 'answer',
        text: answer(said(request)),
        tokens: [0],
        finishReason: 'stop',
        usage: { promptTokens: 1, completionTokens: 1 },
      })),
    score: async (requests) => requests.map((request) => ({ logprobs: Float32Array.of(nats(request)), top: Uint8Array.of(1) })),
    close: async () => {},
  };
}
