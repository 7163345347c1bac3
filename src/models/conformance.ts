/**
 * What every model must do, as tests, of which each says what the model is to answer. For implementations that can be told
 * (a script, a server in front of one); a trained network keeps the same contract, but says what it likes. Takes the test
 * runner as an argument, so that it can be published (`molehunt/testing`).
 */
import { InterruptedError } from '../core/errors.ts';
import type { TestRunner } from '../core/test-runner.ts';
import type { GenerateRequest, Generation, Model } from './model.ts';
import type { Script } from './scripted/model.ts';

export interface ModelFixture {
  readonly model: Model;
  dispose(): Promise<void>;
}

const TIMEOUT = 30_000;

export function modelConformance(name: string, open: (script: Script) => Promise<ModelFixture>, { test, expect }: TestRunner): void {
  const check = (title: string, script: Script, body: (model: Model) => Promise<void>): void =>
    test(
      `${name}: ${title}`,
      async () => {
        const { model, dispose } = await open(script);
        try {
          await body(model);
        } finally {
          await model.close();
          await dispose();
        }
      },
      TIMEOUT,
    );
  const echo: Script = (prompt) => `You said ${prompt}.`;

  check('answers stand in the order of the requests, and each is reported once', echo, async (model) => {
    const reported: number[] = [];
    const heard: string[] = [];
    const answers = await model.generate(
      Array.from({ length: 30 }, (_, i) => ask(String(i))),
      { onResult: (index) => void reported.push(index), onText: (index, piece) => void (heard[index] = (heard[index] ?? '') + piece) },
    );
    const expected = answers.map((_, i) => `You said ${i}.`);
    expect(answers.map(textOf)).toEqual(expected);
    expect(heard).toEqual(expected);
    expect(reported.sort((a, b) => a - b)).toEqual(answers.map((_, i) => i));
  });

  check(
    'the last message is what is answered',
    (prompt, _, { input }) => `${prompt} after ${'messages' in input ? input.messages.length : 0}`,
    async (model) => {
      const messages = [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: 'One' },
        { role: 'assistant', content: 'Two' },
        { role: 'user', content: 'Three' },
      ] as const;
      const [answer] = await model.generate([{ ...ask(''), input: { messages } }]);
      expect(answer && textOf(answer)).toEqual('Three after 4');
    },
  );

  check(
    'an answer is cut at its limit, and ends before a stop string',
    () => 'one two three four',
    async (model) => {
      const [short, stopped, whole] = await model.generate([ask('a', { maxTokens: 1 }), ask('b', { stop: ['none', ' three'] }), ask('c')]);
      expect(short).toMatchObject({ kind: 'answer', finishReason: 'length' });
      expect(textOf(short!).length < 'one two three four'.length).toEqual(true);
      expect(textOf(stopped!)).toEqual('one two');
      expect(whole).toMatchObject({ text: 'one two three four', finishReason: 'stop' });
    },
  );

  const moody: Script = (prompt) => (prompt === 'bad' ? { failure: { boundary: 'provider', reason: 'no luck today' } } : 'fine');
  check('a failed answer is data and leaves its siblings alone', moody, async (model) => {
    const answers = await model.generate([ask('good'), ask('bad'), ask('good')]);
    expect(answers.map(({ kind }) => kind)).toEqual(['answer', 'failure', 'answer']);
    expect(answers[1]!).toMatchObject({ boundary: 'provider' });
    expect(answers[1]!.kind === 'failure' && answers[1]!.reason.includes('no luck today')).toEqual(true);
  });

  check(
    'the same request has the same answer',
    (_, random) => String(random.next()),
    async (model) => {
      const requests = [ask('a', { temperature: 1, seed: 'x' }), ask('a', { temperature: 1, seed: 'y' })];
      const [once, again] = [await model.generate(requests), await model.generate(requests.toReversed())];
      expect(again.map(textOf)).toEqual(once.map(textOf).reverse());
      expect(textOf(once[0]!) === textOf(once[1]!)).toEqual(false);
    },
  );

  check('interrupted, it says so, before and in the middle', echo, async (model) => {
    const outcome = (signal: AbortSignal, onResult?: () => void): Promise<unknown> =>
      model
        .generate(
          Array.from({ length: 60 }, (_, i) => ask(String(i))),
          { signal, ...(onResult === undefined ? {} : { onResult }) },
        )
        .then(
          () => 'answered',
          (error: unknown) => error instanceof InterruptedError,
        );
    expect(await outcome(AbortSignal.abort())).toEqual(true);
    const controller = new AbortController();
    expect(await outcome(controller.signal, () => controller.abort())).toEqual(true);
  });

  check('nothing asked is nothing answered', echo, async (model) => expect(await model.generate([])).toEqual([]));
}

function ask(content: string, more: Partial<GenerateRequest> = {}): GenerateRequest {
  return { input: { messages: [{ role: 'user', content }] }, maxTokens: 50, temperature: 0, seed: 0, ...more };
}

const textOf = (answer: Generation): string => (answer.kind === 'answer' ? answer.text : `(${answer.reason})`);
