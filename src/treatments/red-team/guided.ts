/**
 * Any word of the model's vocabulary in signs, in the order in which the gradient at the embedding promises to make the
 * behaviour likelier; then words that share a part with those that did. No lexicon of words: what it finds is the model's.
 */
import { FORMS, type Form } from '../../detectors/search/forms.ts';
import { kin } from '../../detectors/search/kin.ts';
import { byGradient } from '../../detectors/search/prior.ts';
import { put } from '../../detectors/search/place.ts';
import { wordsOf } from '../../detectors/search/vocabulary.ts';
import type { ScoredAttack } from './attack.ts';
import type { Arena, Attacker } from './attacker.ts';

/** Of a search's budget: for ranking the forms, and for words in the order that the gradient gives; the rest is for their kin. */
const FORMS_SHARE = 0.25;
const WORDS_SHARE = 0.45;
const BEST_FORMS = 2;

export const guided: Attacker = {
  id: 'guided',
  description:
    'Words of the model’s own vocabulary in signs, ordered by the gradient at the embedding, and words that share a part with the best.',
  absent: ({ inside, prompts }) =>
    prompts.length === 0 ? 'there are no prompts to put a word before' : inside === null ? 'the model cannot be opened' : null,
  async search(arena) {
    const { random, tokenizer, prompts } = arena;
    const [words, forms] = halves(arena);
    const total = arena.left();
    const found: { text: string; form: Form; scored: ScoredAttack }[] = [];
    const tryOut = async (texts: readonly (readonly [text: string, form: Form])[]): Promise<void> => {
      const byAttack = new Map<string, readonly [string, Form]>();
      const drafts = texts.map(([text, form]) => {
        const prompt = random.pick(prompts);
        const attack = put(text, prompt.text);
        byAttack.set(attack, [text, form]);
        return { prompt: prompt.id, text: attack, gist: text };
      });
      for (const scored of await arena.score(drafts)) {
        const [text, form] = byAttack.get(scored.text)!;
        found.push({ text, form, scored });
      }
    };
    const sample = Math.max(1, Math.round((total * FORMS_SHARE) / forms.length));
    await tryOut(forms.flatMap((form) => Array.from({ length: sample }, () => [form.write(random.pick(words)), form] as const)));
    const meanOf = (form: Form): number => {
      const own = found.filter((one) => one.form === form);
      return own.length === 0 ? -Infinity : own.reduce((sum, { scored }) => sum + scored.logprob, 0) / own.length;
    };
    const best = forms.toSorted((a, b) => meanOf(b) - meanOf(a)).slice(0, BEST_FORMS);
    const { given, said } = arena.wanted(prompts[0]!);
    const hunt = {
      target: arena.target,
      access: 'white' as const,
      tokenizer,
      seed: random.integer(2 ** 31),
      ...(arena.signal === undefined ? {} : { signal: arena.signal }),
    };
    for (const form of best) {
      const ordered = await byGradient(hunt, form, words, tokenizer.decode([...given, ...said]));
      await tryOut(ordered.slice(0, Math.round((total * WORDS_SHARE) / best.length)).map((word) => [form.write(word), form]));
    }
    const asked = new Set<string>();
    while (arena.left() > 0) {
      const next = found.toSorted((a, b) => b.scored.logprob - a.scored.logprob).find(({ text }) => !asked.has(text));
      if (next === undefined) return;
      asked.add(next.text);
      await tryOut(kin(next.text, words).map((text) => [text, next.form]));
    }
  },
};

/** Every other word and form: what training meets, the other half never does. */
function halves({ half, tokenizer }: Arena): [words: string[], forms: Form[]] {
  const own = (_: unknown, i: number): boolean => i % 2 === (half === 'train' ? 0 : 1);
  const shapes = [...new Set(FORMS.map(({ shape }) => shape))].filter(own);
  return [wordsOf(tokenizer).filter(own), FORMS.filter(({ shape }) => shapes.includes(shape))];
}
