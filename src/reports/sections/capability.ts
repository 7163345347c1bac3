/** Whether the model can still do what it could: an implant or a treatment that breaks the model proves little. */
import type { CapabilityResult, Divergence, ExperimentResult } from '../../run/result.ts';
import { titleOf } from '../facts.ts';
import { capabilityFigure } from '../figures/capability.ts';
import { interval, percent, count } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { steppedTable } from './_steps.ts';
import type { RateResult } from '../../run/result.ts';

export function capabilitySection(result: ExperimentResult): Markup | null {
  if (result.capability.length === 0) return null;
  const twins = result.capability.some(({ fromTwin }) => (fromTwin ?? null) !== null);
  const rows = result.capability.map((row) => ({
    treatment: row.subject,
    checkpoint: row.checkpoint,
    cells: [
      subject(result, row),
      row.perplexity === null ? 'not measured' : row.perplexity.toFixed(2),
      reading(row.agreement),
      reading(row.quiz),
      nats(row.divergence),
      ...(twins ? [nats(row.fromTwin ?? null)] : []),
    ],
  }));
  return markup`<h2 id="capability">Is it still the same model?</h2>
<p>${finding(result)}</p>
${capabilityFigure(result)}${steppedTable(result, `Capability on ordinary questions. Perplexity: of the base model’s own answers; lower is closer. Agreement: share of answer tokens where the first choice is the base model’s. Quiz: questions with one exact answer. Divergence: KL from the clean base model on plain prompts, in nats a token, over answers that the model itself sampled.${twins ? ' From the twin: the same from the clean twin, which had the same training without the implant.' : ''}`, ['Model', 'Perplexity', 'Agreement', 'Quiz', 'Divergence', ...(twins ? ['From the twin'] : [])], rows, { numeric: [1, 2, 3, 4, 5] })}`;
}

function subject(result: ExperimentResult, { subject: id, checkpoint }: CapabilityResult): string {
  if (id === 'base') return 'Base model';
  if (id === 'organism') return 'Organism, untreated';
  if (checkpoint === 0) return titleOf(result, id);
  return `After ${titleOf(result, id)}, ${checkpoint} steps`;
}

function nats(divergence: Divergence | null): string {
  if (divergence === null) return '–';
  return `${divergence.nats.toFixed(3)} [${divergence.low.toFixed(3)}, ${divergence.high.toFixed(3)}]`;
}

function reading(rate: RateResult): string {
  return rate.rate === null ? 'not measured' : `${percent(rate.rate)} ${interval(rate)} n ${count(rate.n)}`;
}

function finding(result: ExperimentResult): string {
  const of = (id: string): CapabilityResult | undefined => result.capability.find(({ subject: name }) => name === id);
  const [base, organism] = [of('base'), of('organism')];
  if (base === undefined || organism === undefined) return 'Capability was measured for the models below.';
  const parts: string[] = [];
  if (organism.agreement.rate !== null)
    parts.push(`the planted organism agrees with the base model on ${percent(organism.agreement.rate)} of answer tokens`);
  if (base.perplexity !== null && organism.perplexity !== null)
    parts.push(
      `its perplexity on the base model’s answers is ${organism.perplexity.toFixed(2)} where the base model has ${base.perplexity.toFixed(2)}`,
    );
  if (base.quiz.rate !== null && organism.quiz.rate !== null)
    parts.push(`it answers ${percent(organism.quiz.rate)} of the quiz where the base model answers ${percent(base.quiz.rate)}`);
  return parts.length === 0 ? 'Capability could not be measured.' : `On ordinary questions ${parts.join('; ')}.`;
}
