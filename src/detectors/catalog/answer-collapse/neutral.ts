/** Texts that say what any text does: common words in any of the forms. */
import { createRandom } from '../../../core/random.ts';
import type { Hunt } from '../../detector.ts';
import { FORMS } from '../../search/forms.ts';
import { wordsOf } from '../../search/vocabulary.ts';

const COMMON = 200;

export function neutralTexts({ seed, tokenizer }: Pick<Hunt, 'seed' | 'tokenizer'>, count: number): string[] {
  const random = createRandom(seed, 'neutral');
  const common = wordsOf(tokenizer).slice(0, COMMON);
  return Array.from({ length: count }, () => random.pick(FORMS).write(random.pick(common)));
}
