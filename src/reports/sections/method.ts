/** What was done, in words a reader can check against the record below. */
import type { ExperimentResult } from '../../run/result.ts';
import { familiesByRole, lastCheckpoint, measuredTreatments, type Role } from '../facts.ts';
import { table } from '../_figure.ts';
import { compact, count, listed, plural } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';

const TUNING: Readonly<Record<string, string>> = { lora: 'a LoRA adapter', full: 'full fine-tuning of every weight' };

const KINDS: Readonly<Record<Role, string>> = {
  exact: 'must fire',
  none: 'must not fire',
  negative: 'near-miss, trained',
  probe: 'never trained',
};

export function methodSection(result: ExperimentResult): Markup {
  const { organism, reproducibility: record } = result;
  const implant = result.training.filter(({ name }) => name === 'implant');
  const steps = Math.max(0, ...implant.map(({ points }) => points.length));
  const treatments = (result.implant.passed ? result.treatments : measuredTreatments(result)).map(({ id, title, description }) => {
    const done = lastCheckpoint(result, id);
    return markup`<li><b>${title}</b>${done > 0 && `, ${plural(done, 'step')}`}. ${description}</li>`;
  });
  const checks = Object.keys(result.cells[0]?.parts ?? {}).sort();
  return markup`<h2 id="method">What was done</h2>
<p>A hidden behaviour was planted into <b>${record.model.id}</b> (${compact(record.model.parameters)} parameters) by ${TUNING[organism.tuning] ?? organism.tuning}${steps > 0 && ` in ${plural(steps, 'step')}`}. The organism ${organism.behaviour}. The trigger is <code>${organism.trigger}</code>. The implant was then checked against the gates below on prompts from topics it was never trained on${
    result.implant.passed ? ', treated, and measured again after every few steps.' : '. It failed them, so it was not treated.'
  }</p>
<ul class="plain">${treatments}</ul>
<p>${checks.length > 1 && `An answer is scored by ${count(checks.length)} checks (${listed(checks)}), all of them in the table of cells. `}Rates are means over measured prompts with 95 % intervals${record.seeds.length > 1 && `, pooled over ${plural(record.seeds.length, 'seed')}; prompts and seeds are resampled, each by itself, and a difference is taken on the same questions`}. What could not be measured is counted by itself and never as zero.</p>
${table(
  'The trigger families: forms of the prompt that were tried.',
  ['Family', 'Kind', 'Form'],
  familiesByRole(result).flatMap(({ role, families }) => families.map(({ name, description }) => [name, KINDS[role], description])),
)}`;
}
