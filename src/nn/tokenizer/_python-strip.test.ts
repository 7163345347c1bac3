import { Template } from '@huggingface/jinja';
import { expect, test } from 'vitest';
import { pythonStrip, rewriteStrips, STRIP_NAME } from './_python-strip.ts';

test("strips Python's blanks, which are not JavaScript's", () => {
  expect(pythonStrip(' \x1c\x85\u3000x \ufeff\n')).toBe('x \ufeff');
  expect(pythonStrip(' x ', 'lstrip')).toBe('x ');
  expect(pythonStrip(' x ', 'rstrip')).toBe(' x');
  expect(pythonStrip('\n x\n', 'strip', '\n')).toBe(' x');
  expect(pythonStrip('   ')).toBe('');
});

test('takes the place of every strip in a template', () => {
  const render = (template: string): string => {
    const compiled = new Template(template);
    rewriteStrips(compiled.parsed);
    return compiled.render({ x: '\n a-\n', [STRIP_NAME]: pythonStrip });
  };
  expect(render("{{ x.strip('\\n') }}|")).toBe(' a-|');
  expect(render("{{ x.lstrip('\\n').rstrip('-\\n') }}|")).toBe(' a|');
  expect(render('{% if x | trim == "a-" %}{{ x | trim }}{% endif %}|')).toBe('a-|');
  expect(render("{{ x.split('-')[0].strip() }}{{ '-' + x | trim('\\n') }}")).toBe('a- a-');
  expect(render('{{ x.strip }}{{ trim }}')).not.toContain('python');
});
