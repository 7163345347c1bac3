/** Everything needed to do it again, and what it cost. */
import { canonicalJson, type Json } from '../../core/json.ts';
import type { ExperimentResult } from '../../run/result.ts';
import { table } from '../_figure.ts';
import { compact, count, duration, percent } from '../format.ts';
import { markup, type Markup, type Part } from '../_markup.ts';

export function reproducibilitySection(result: ExperimentResult): Markup {
  const { reproducibility: record } = result;
  const { work } = record;
  const mono = (text: string): Markup => markup`<code>${text}</code>`;
  const entries: readonly (readonly [string, Part])[] = [
    ['Run', mono(result.run)],
    ['Model', markup`${record.model.id}, ${count(record.model.parameters)} parameters, ${mono(record.model.hash)}`],
    ['Code', mono(record.code)],
    ...sorted(record.hashes).map(([name, hash]): readonly [string, Part] => [capital(name), mono(hash)]),
    ['Seeds', record.seeds.map(String).join(', ')],
    ['Started', record.startedAt],
    ['Time', `${duration(record.wallSeconds)} wall, ${record.coreHours.toFixed(2)} core-hours`],
    ['Tokens', `${count(work.trainedTokens)} trained, ${count(work.prefilledTokens)} read, ${count(work.decodedTokens)} written`],
    ['Arithmetic', `${compact(work.flops)}FLOP in matrix products, counted`],
    ['Memory', `${(record.peakMemory / 2 ** 30).toFixed(2)} GiB at most`],
    ...flat(record.environment).map(([name, value]): readonly [string, Part] => [capital(name), value]),
  ];
  const total = record.stages.reduce((sum, { seconds }) => sum + seconds, 0);
  const stages = record.stages.map(({ stage, seconds, cached }) => [
    stage,
    duration(seconds),
    percent(total === 0 ? null : seconds / total),
    cached ? 'from the cache; time of the first run' : '',
  ]);
  return markup`<h2 id="reproducibility">To do it again</h2>
<dl class="record">${entries.map(([term, value]) => markup`<dt>${term}</dt><dd>${value}</dd>`)}</dl>
${table('Stages and their time.', ['Stage', 'Time', 'Share', ''], stages, { numeric: [1, 2] })}
<h3>Configuration</h3><pre>${JSON.stringify(JSON.parse(canonicalJson(record.config)), null, 2)}</pre>`;
}

/** An object's leaves as `path`, `value` pairs. */
function flat(value: Json, path = ''): [string, string][] {
  if (value === null || typeof value !== 'object') return [[path || 'environment', String(value)]];
  return sorted(value as Readonly<Record<string, Json | undefined>>).flatMap(([key, inner]) =>
    inner === undefined ? [] : flat(inner, path === '' ? key : `${path} ${key}`),
  );
}

/** By name: a result from memory and the same one from the record make the same page. */
function sorted<T>(members: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));
}

function capital(text: string): string {
  return text === '' ? text : text[0]!.toUpperCase() + text.slice(1);
}
