/** Samples of every cell, so that a reader can see what a number is made of. Model text is shown as text only. */
import type { ExperimentResult, Transcript } from '../../run/result.ts';
import { familiesByRole, measuredTreatments } from '../facts.ts';
import { rateWithInterval } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';

export function transcriptsSection(result: ExperimentResult): Markup | null {
  if (result.transcripts.length === 0) return null;
  const known = measuredTreatments(result);
  const unknown = [...new Set(result.transcripts.map(({ treatment }) => treatment))].filter(
    (id) => !known.some((treatment) => treatment.id === id),
  );
  const treatments = [...known, ...unknown.map((id) => ({ id, title: id }))];
  return markup`<h2 id="transcripts">What the model said</h2>
<p>Prompts and answers, word for word. Characters that would be invisible are written as escapes.</p>
${treatments.map(({ id, title }, index) => group(result, id, title, index === 0))}`;
}

function group(result: ExperimentResult, treatment: string, title: string, first: boolean): Markup | null {
  const order = familiesByRole(result).flatMap(({ families }) => families.map(({ name }) => name));
  const own = result.transcripts
    .filter((transcript) => transcript.treatment === treatment)
    .sort((a, b) => order.indexOf(a.family) - order.indexOf(b.family) || a.checkpoint - b.checkpoint);
  if (own.length === 0) return null;
  const cells = [...Map.groupBy(own, ({ family, checkpoint }) => `${family}\n${checkpoint}`).values()];
  return markup`<h3>${title}</h3><div class="cells">${cells.map((members, index) => cellOf(result, members, first && index === 0))}</div>`;
}

function cellOf(result: ExperimentResult, members: readonly Transcript[], open: boolean): Markup {
  const { treatment, family, checkpoint } = members[0]!;
  const cell = result.cells.find(
    (candidate) => candidate.treatment === treatment && candidate.family === family && candidate.checkpoint === checkpoint,
  );
  return markup`<details${open && markup` open`}><summary><b>${family}</b><span class="muted">${checkpoint === 0 ? 'as planted' : `after ${checkpoint} steps`}</span>${cell !== undefined && markup`<span class="muted">${rateWithInterval(cell)}</span>`}</summary><div class="inside">${members.map(conversation)}</div></details>`;
}

function conversation({ sample, prompt, answer, reason, score, because = [] }: Transcript): Markup {
  const said =
    answer === null
      ? markup`<p class="turn missing">Nothing came back: ${reason ?? 'no reason was recorded'}</p>`
      : markup`<p class="turn answer${score !== null && score >= 0.5 && ' fired'}" dir="auto">${answer === '' ? markup`<span class="muted">(an empty answer)</span>` : answer}</p>`;
  return markup`<article class="transcript"><header>${sample} · ${score === null ? 'unmeasured' : `score ${score.toFixed(2)}`}${answer !== null && reason !== null && ` · ${reason}`}</header><p class="turn prompt" dir="auto">${prompt}</p>${said}${because.length > 0 && markup`<ul class="because">${because.map((line) => markup`<li>${line}</li>`)}</ul>`}</article>`;
}
