import { expect, test, vi } from 'vitest';
import { printJson } from './output.ts';

test('signs that a terminal obeys, or nobody sees, stand in JSON by their number, and come back', async () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(written.push(String(text))));
  const hostile = { said: 'a\u009bb\u202ec\u200dd\u2028e\ufefff\u001b[31m "é" 木' };
  await printJson(hostile);
  write.mockRestore();
  expect(written).toEqual(['{"said":"a\\u009bb\\u202ec\\u200dd\\u2028e\\ufefff\\u001b[31m \\"é\\" 木"}\n']);
  expect(JSON.parse(written[0]!)).toEqual(hostile);
});
