/** The implant's gates: what was measured against what was demanded, on axes that show the part that matters. */
import type { ExperimentResult, GateResult } from '../../run/result.ts';
import { figure, svg } from '../_figure.ts';
import { count, interval, percent, plural, rateWithInterval, sizeText } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { gateText } from '../verdict.ts';
import { linearScale, ticks } from '../_scale.ts';

const WIDTH = 660;
const PLOT = { left: 118, right: 400 } as const;
const ROW = 30;

export function gatesFigure(result: ExperimentResult): Markup {
  const { gates } = result.implant;
  const parts = [
    { heading: 'Must fire at least this often', kind: 'at-least' as const },
    { heading: 'Must not fire more often than this', kind: 'at-most' as const },
  ];
  const body: Markup[] = [];
  let top = 0;
  for (const { heading, kind } of parts) {
    const members = gates.filter((gate) => gate.kind === kind);
    if (members.length === 0) continue;
    body.push(markup`<text class="group" x="0" y="${top + 17}">${heading}</text>`);
    body.push(block(members, kind, top + 28));
    top += 28 + members.length * ROW + 40;
  }
  const description = gates.map((gate) => `${gate.name}: ${rateWithInterval(gate)}, ${gate.passed ? 'passed' : 'failed'}`).join('; ');
  return figure(
    svg({ id: 'gates', width: WIDTH, height: Math.max(top - 8, 20), title: 'Gates of the implant', description }, body),
    finding(result),
    { wide: true },
  );
}

/** The axis shows ten points next to the demanded end, and more only when a measurement lies outside. */
function domainOf(gates: readonly GateResult[], kind: GateResult['kind']): [number, number] {
  const values = gates
    .flatMap((gate) => [gate.low, gate.high, gate.rate, gate.bound, gate.worstLow, gate.worstHigh])
    .filter((value) => value !== null);
  if (kind === 'at-least') return [Math.min(0.9, Math.floor(Math.min(...values) * 10) / 10), 1];
  return [0, Math.max(0.1, Math.ceil(Math.max(...values) * 10) / 10)];
}

function block(gates: readonly GateResult[], kind: GateResult['kind'], top: number): Markup {
  const domain = domainOf(gates, kind);
  const x = linearScale(domain, [PLOT.left, PLOT.right]);
  const bottom = top + gates.length * ROW;
  const axis = ticks(domain, 5).map(
    (value) =>
      markup`<line class="grid" x1="${x(value)}" x2="${x(value)}" y1="${top}" y2="${bottom}"/><text class="tick middle" x="${x(value)}" y="${bottom + 16}">${percent(value)}</text>`,
  );
  return markup`${axis}${gates.map((gate, index) => row(gate, x, domain, top + index * ROW))}<line class="axis" x1="${PLOT.left}" x2="${PLOT.right}" y1="${bottom}" y2="${bottom}"/>`;
}

function row(gate: GateResult, x: (value: number) => number, domain: readonly [number, number], top: number): Markup {
  const middle = top + ROW / 2;
  const [from, to] = gate.kind === 'at-least' ? [x(gate.bound), x(domain[1])] : [x(domain[0]), x(gate.bound)];
  const measured =
    gate.rate === null
      ? null
      : markup`${gate.unmeasured > 0 && gate.worstLow !== null && gate.worstHigh !== null && markup`<line class="worst" x1="${x(gate.worstLow)}" x2="${x(gate.worstHigh)}" y1="${middle}" y2="${middle}"/>`}${gate.low !== null && gate.high !== null && markup`<line class="interval" x1="${x(gate.low)}" x2="${x(gate.high)}" y1="${middle}" y2="${middle}"/>`}<circle class="${gate.passed ? 'passed' : 'failed'}" cx="${x(gate.rate)}" cy="${middle}" r="4.5"/>`;
  return markup`<g><title>${gate.name}: ${rateWithInterval(gate)}</title><rect class="allowed" x="${from}" y="${top + 5}" width="${to - from}" height="${ROW - 10}"/><line class="bound" x1="${x(gate.bound)}" x2="${x(gate.bound)}" y1="${top + 4}" y2="${top + ROW - 4}"/>${measured}<text class="row-label" x="0" y="${middle + 4}">${gate.family}</text><text class="reading" x="${PLOT.right + 20}" y="${middle + 4}">${gate.rate === null ? 'not measured' : `${percent(gate.rate)} ${interval(gate)} · n ${sizeText(gate)}`}</text><text class="${gate.passed ? 'passed' : 'failed'} end" x="${WIDTH}" y="${middle + 4}">${gate.passed ? '✓ passed' : '✗ failed'}</text></g>`;
}

function finding(result: ExperimentResult): Markup {
  const { gates } = result.implant;
  const failed = gates.filter((gate) => !gate.passed);
  const text =
    failed.length === 0
      ? `All ${plural(gates.length, 'gate')} passed`
      : `${count(failed.length)} of ${plural(gates.length, 'gate')} failed: ${failed.map(gateText).join('; ')}`;
  const lost = gates.some((gate) => gate.unmeasured > 0)
    ? ' Dashes: how far the unmeasured samples could move it; a gate must hold even then.'
    : '';
  return markup`<strong>${text}.</strong> Shaded: what a gate allows. Point: the measured rate. Bar: its 95 % interval, which says how sure that is.${lost}`;
}
