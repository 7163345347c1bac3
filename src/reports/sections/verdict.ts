/** The top of the page: what was found, in one sentence with its numbers, then what a reader must know to weigh it. */
import type { ExperimentResult } from '../../run/result.ts';
import { familyNamed, finalCell, isWorkedOut, lastCheckpoint, titleOf, trainedTreatments, untreated } from '../facts.ts';
import { compact, count, duration, interval, percent, plural, unbroken } from '../format.ts';
import { markup, type Markup, type Part } from '../_markup.ts';
import { verdictSentences } from '../verdict.ts';

/** Verdicts in full view under the headline; a grid has dozens. */
const SHOWN = 6;

export function verdictSection(result: ExperimentResult): Markup {
  const [first, ...others] = verdictSentences(result);
  const [headline, rest] = headlineOf(first);
  const { reproducibility: record } = result;
  return markup`<header><p class="eyebrow"><b>${result.title}</b><span>${result.preset} preset</span><time datetime="${record.startedAt}">${day(record.startedAt)}</time><span>run <code>${result.run}</code></span></p>
<h1>${unbroken(headline)}</h1>
${rest !== '' && markup`<p class="lede">${unbroken(rest)}</p>`}${others.slice(0, SHOWN).map(paragraph)}${others.length > SHOWN && markup`<details><summary>${plural(others.length - SHOWN, 'more verdict')}</summary>${others.slice(SHOWN).map(paragraph)}</details>`}${facts(result)}${notices(result)}</header>`;
}

function paragraph(sentence: string): Markup {
  return markup`<p class="lede muted">${unbroken(sentence)}</p>`;
}

/** The claim, and the numbers behind it: a headline of four lines is no headline. */
function headlineOf(sentence: string): [string, string] {
  const end = sentence.search(/\. (?=\p{Lu})/u);
  return end < 0 || sentence.length < 120 ? [sentence, ''] : [sentence.slice(0, end + 1), sentence.slice(end + 2)];
}

function day(startedAt: string): string {
  const date = new Date(startedAt);
  return Number.isNaN(date.getTime())
    ? startedAt
    : date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}

function facts(result: ExperimentResult): Markup {
  const entries: Markup[] = [];
  const add = (value: Part, kind: string, label: string): void =>
    void entries.push(markup`<div><dt>${unbroken(label)}</dt><dd class="${kind}">${value}</dd></div>`);
  const [exact, none] = [familyNamed(result, 'exact'), familyNamed(result, 'none')];
  const planted = exact === undefined ? undefined : untreated(result, exact);
  if (planted !== undefined && planted.rate !== null)
    add(percent(planted.rate), 'exact', `fires on the exact trigger as planted ${interval(planted)}, n ${count(planted.n)}`);
  const main = mainTreatment(result);
  const after = exact === undefined || main === undefined ? undefined : finalCell(result, main, exact);
  if (main !== undefined && after !== undefined && after.rate !== null) {
    add(
      percent(after.rate),
      'exact',
      `after ${isWorkedOut(result, main) ? '' : `${lastCheckpoint(result, main)} steps of `}${lowerFirst(titleOf(result, main))} ${interval(after)}, n ${count(after.n)}`,
    );
  }
  const silent = none === undefined ? undefined : untreated(result, none);
  if (silent !== undefined && silent.rate !== null)
    add(percent(silent.rate), 'none', `without the trigger, as planted ${interval(silent)}, n ${count(silent.n)}`);
  const { reproducibility: record } = result;
  // A trained adapter that an earlier run left took none of this run's time.
  const earlier = record.stages.some(({ cached }) => cached) ? ', beside what earlier runs had made' : '';
  add(duration(record.wallSeconds), '', `on this machine, for a model of ${compact(record.model.parameters)} parameters${earlier}`);
  return markup`<dl class="facts">${entries}</dl>`;
}

/** The treatment a reader came for: the last one that trains and is no placebo. */
function mainTreatment(result: ExperimentResult): string | undefined {
  return trainedTreatments(result)
    .filter(({ id }) => id.split('@')[0] !== 'placebo')
    .at(-1)?.id;
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}

function notices(result: ExperimentResult): Markup[] {
  const out: Markup[] = [];
  if (result.preset === 'quick') {
    const n = Math.max(0, ...result.cells.map((cell) => cell.n));
    out.push(
      markup`<p class="notice"><b>Quick preset.</b> At most ${count(n)} prompts stand behind each number, so the intervals are wide: read the intervals, not the points. Leave out <code>--quick</code> for the full measurement.</p>`,
    );
  }
  const lost = result.cells.reduce((sum, cell) => sum + cell.unmeasured, 0);
  if (lost > 0)
    out.push(
      markup`<p class="notice"><b>${count(lost)} samples could not be measured.</b> They are not counted as zero; <a href="#unmeasured">what they could change</a> is below.</p>`,
    );
  return out;
}
