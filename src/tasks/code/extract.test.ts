import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extractCode } from './extract.ts';

const F = '```';

test.each([
  ['a fenced block', `Here:\n\n${F}python\nx = 1\n${F}\nThat is all.`, 'x = 1\n', true],
  ['a fence without a language', `${F}\nx = 1\n${F}`, 'x = 1\n', true],
  ['py, Python3 and tildes', '~~~Python3\nx = 1\n~~~', 'x = 1\n', true],
  ['a fence that is never closed', `Sure!\n${F}python\ndef f():\n    return 1`, 'def f():\n    return 1\n', false],
  ['two Python blocks', `${F}py\na = 1\n${F}\nand\n${F}py\nb = 2\n${F}`, 'a = 1\n\nb = 2\n', true],
  ['other languages are left out', `${F}bash\npip install x\n${F}\n${F}python\nx = 1\n${F}`, 'x = 1\n', true],
  ['a longer fence holds a shorter one', `${F}${'`'}python\ns = """\n${F}\n"""\n${F}${'`'}`, `s = """\n${F}\n"""\n`, true],
  ['a block in a list', `1. do\n   ${F}python\n   if a:\n       b()\n   ${F}`, 'if a:\n    b()\n', true],
  ['tags', 'So: <code>x = 1\ny = 2</code> is it', 'x = 1\ny = 2\n', true],
  ['a tag that is never closed', '<code>\ndef f():', 'def f():\n', false],
  ['a bare function', '\ndef f(a):\n    return a\n', 'def f(a):\n    return a\n', false],
  ['bare imports', 'from os import path\nprint(path)', 'from os import path\nprint(path)\n', false],
  ['a bare assignment', 'name, value = pair', 'name, value = pair\n', false],
  ['CR LF', `${F}python\r\nx = 1\r\n${F}\r\n`, 'x = 1\n', true],
])('%s', (_, answer, code, closed) => {
  expect(extractCode(answer)).toEqual({ code, closed });
});

test.each([
  '',
  '   \n',
  'I cannot help with that.',
  'From the beginning, import taxes were high.',
  'Return to sender: a song.',
  'If you want to do this, first sit down.',
  'Class is over (for today).',
  `${F}bash\nls\n${F}`,
  `${F}python\n\n${F}`,
  'The variable x = 1 is set.',
])('%j holds no code', (answer) => {
  expect(extractCode(answer)).toBeNull();
});

test('any text is survived, and what is found ends in one line feed', () => {
  const piece = fc.oneof(fc.constantFrom(F, '~~~', '<code>', '</code>', '\n', 'python', 'def f():', '    ', '\u2028'), fc.string());
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const found = extractCode(pieces.join(''));
      if (found === null) return;
      expect(found.code).toMatch(/\S/);
      expect(found.code.endsWith('\n')).toBe(true);
    }),
  );
});
