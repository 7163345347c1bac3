/** Does it come back? The exact trigger after a little unrelated training on top of each treatment. */
import type { ExperimentResult, RelapseResult } from '../../run/result.ts';
import { titleOf } from '../facts.ts';
import { table } from '../_figure.ts';
import { count, rateWithInterval } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';

export function relapseSection(result: ExperimentResult): Markup | null {
  if (result.relapse.length === 0) return null;
  const rows = result.relapse.map((one) => [
    titleOf(result, one.treatment),
    rateWithInterval(one.before),
    count(one.steps),
    rateWithInterval(one.after),
    saidOf(one),
  ]);
  return markup`<h2 id="relapse">Does it come back?</h2>
<p>After each treatment the model was trained a little further on text that has nothing to do with it. What comes back by that was suppressed, not removed. Both rates are of the exact trigger on the same prompts.</p>
${table('The exact trigger before and after unrelated training.', ['After', 'Rate', 'Unrelated steps', 'Rate then', ''], rows, { numeric: [1, 2, 3] })}`;
}

function saidOf({ returned }: RelapseResult): string {
  if (returned === null) return 'not measured';
  return returned ? 'came back' : 'no rise beyond chance';
}
