import { expect, test } from 'vitest';
import { EXIT, InterruptedError, messageOf, MolehuntError, UsageError, within } from './errors.ts';
import { unmeasured } from './outcome.ts';

test('each error knows its exit code and its name', () => {
  expect(new MolehuntError('x', { code: 'some-thing' })).toMatchObject({
    name: 'MolehuntError',
    code: 'some-thing',
    boundary: 'harness',
    exitCode: EXIT.failedCheck,
  });
  expect(new UsageError('x', 'unknown-model', 'why')).toMatchObject({ name: 'UsageError', exitCode: EXIT.usage, cause: 'why' });
  expect('cause' in new UsageError('x', 'unknown-model')).toBe(false);
  expect(new InterruptedError()).toMatchObject({
    exitCode: EXIT.interrupted,
    message: expect.stringContaining('same command again') as unknown,
  });
});

test('anything thrown has a message', () => {
  expect([new Error('a'), 'b', 3, null, undefined].map(messageOf)).toEqual(['a', 'b', '3', 'null', 'undefined']);
});

test('a failure is blamed once, on the first boundary it crosses', async () => {
  await expect(within('harness', () => within('judge', () => Promise.reject(new Error('no answer'))))).rejects.toMatchObject({
    boundary: 'judge',
    code: 'judge-failed',
    message: 'no answer',
  });
  await expect(within('judge', () => Promise.reject(new UsageError('bad', 'bad')))).rejects.toMatchObject({
    boundary: 'harness',
    code: 'bad',
  });
  await expect(within('tool', () => Promise.resolve(3))).resolves.toBe(3);
});

test('an unmeasured outcome has no score to mistake for zero', () => {
  expect(unmeasured('limit', 'time')).toEqual({ kind: 'unmeasured', boundary: 'limit', reason: 'time' });
});
