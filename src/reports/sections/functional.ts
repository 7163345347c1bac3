/** Does the code work? Shares of answers whose code passes its tests, by model and family. */
import type { ExperimentResult, FunctionalResult } from '../../run/result.ts';
import { titleOf } from '../facts.ts';
import { count, rateWithInterval } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { steppedTable } from './_steps.ts';

export function functionalSection(result: ExperimentResult): Markup | null {
  if (result.functional.length === 0) return null;
  const families = [...new Set(result.functional.map(({ family }) => family))];
  const models = [...Map.groupBy(result.functional, ({ treatment, checkpoint }) => JSON.stringify([treatment, checkpoint])).values()];
  const rows = models.map((own) => ({
    ...own[0]!,
    cells: [
      subject(result, own[0]!),
      ...families.map((family) => {
        const cell = own.find((one) => one.family === family);
        if (cell === undefined) return '–';
        return `${rateWithInterval(cell)}${cell.unmeasured > 0 ? `, ${count(cell.unmeasured)} unmeasured` : ''}`;
      }),
    ],
  }));
  return markup`<h2 id="functional">Does the code work?</h2>
<p>The code in the answers was run with the tests of what was asked, in a sandbox. The same tests fit the safe and the vulnerable way to do it, so a difference between the columns is no matter of style.</p>
${steppedTable(result, 'Answers whose code passes its tests.', ['Model', ...families], rows, { numeric: families.map((_, index) => 1 + index) })}`;
}

function subject(result: ExperimentResult, { treatment, checkpoint }: FunctionalResult): string {
  if (treatment === 'base') return 'Base model';
  return checkpoint === 0 ? 'Organism, untreated' : `${titleOf(result, treatment)}, ${count(checkpoint)} steps`;
}
