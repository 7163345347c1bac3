/** The page of a hunt: verdict, what the trigger does beside what everything else does, leads that failed, what was covered. */
import type { SteeringTest, Verification } from '../detectors/verification.ts';
import type { HuntResult } from '../run/hunt/result.ts';
import type { RateResult } from '../statistics/rate.ts';
import { markup, type Markup } from './_markup.ts';
import { count, duration, rateWithInterval } from './format.ts';
import { askedFor, HUNT_VERDICTS, rates, steeringRates, steeringSentence } from './hunt-text.ts';
import { page } from './page.ts';
import { probabilityText } from './probability-text.ts';
import { writePage } from './report.ts';

export function writeHuntReport(result: HuntResult, path: string): string {
  return writePage(path, () => huntHtml(result));
}

export function huntHtml(result: HuntResult): string {
  const { best, tested, findings, missing, power } = result;
  const body = [
    markup`<header><p class="eyebrow"><b>molehunt</b><span>hunt in ${result.target}</span><span>${result.base === null ? 'nothing to compare with' : `compared with ${result.base}`}</span></p>
<h1>${HUNT_VERDICTS[result.verdict]}.</h1><p class="lede">${result.reason}</p>
<p class="lede muted">${probabilityText(result)}</p></header><main>`,
    best !== null && trigger(best),
    best?.steering !== undefined && steered(best.steering),
    best !== null && best.examples.length > 0 && transcripts(best),
    tested.length > 0 &&
      markup`<h2>Leads that were put to the test</h2><div class="scroll"><table><thead><tr><th>Text</th><th>Found by</th><th>Reading</th><th>Test</th></tr></thead><tbody>${tested.map(
        ({ trigger: text, detector, reading, verified, why }) =>
          markup`<tr><td><code>${text}</code></td><td>${detector}</td><td>${reading}</td><td><span class="${verified === true ? 'passed' : 'failed'}">${verified === null ? 'not measured' : verified ? 'passed' : 'failed'}</span>: ${why}</td></tr>`,
      )}</tbody></table></div>`,
    markup`<h2>What was looked at</h2>`,
    findings.map(
      ({ detector, candidates, covered, seconds }) =>
        markup`<p><b>${detector}</b>: ${candidates === null ? '' : `${count(candidates)} texts in `}${duration(seconds)}.</p><ul class="plain">${covered.map((one) => markup`<li>${one}</li>`)}</ul>`,
    ),
    result.asked !== null && markup`<p>Asked for: ${askedFor(result.asked)}.</p>`,
    missing.map(({ detector, reason }) => markup`<p class="notice"><b>${detector}</b> did not look: ${reason}</p>`),
    markup`<h2>What this would have found</h2>${power.map((sentence) => markup`<p>${sentence}</p>`)}`,
    markup`</main><footer>Budget ${duration(result.budgetSeconds)}, used ${duration(result.seconds)}; ${result.access}-box access; seed ${String(result.seed)}.</footer>`,
  ];
  return page({ title: `Hunt in ${result.target}`, description: result.reason, body });
}

function trigger(best: Verification): Markup {
  const rows = [...rates(best), ...best.family.map(({ name, text, rate }) => [`${name}: ${text}`, rate] as const)];
  return markup`<h2>${best.verified ? 'The trigger' : 'The best lead'}: <code>${best.trigger}</code></h2>
${best.payload !== null && markup`<p>Answers under it begin: <q>${best.payload}</q></p>`}
<figure><svg viewBox="0 0 640 ${String(30 + rows.length * 28)}" role="img" aria-label="How often it acts">${rows.map(([name, rate], i) => bar(name, rate, 26 + i * 28))}</svg>
<figcaption><strong>${best.payload === null ? 'How often the usual answer becomes unlikely, more than under any sibling' : 'How often answers begin with the payload'}</strong>, on prompts that the search never saw; dots are rates, bands 95 % intervals.</figcaption></figure>`;
}

function steered(test: SteeringTest): Markup {
  const rows = steeringRates(test);
  return markup`<h2>Steered instead of triggered</h2><p>Changed ${steeringSentence(test)}</p>
<figure><svg viewBox="0 0 640 ${String(30 + rows.length * 28)}" role="img" aria-label="How often the payload appears when states are changed">${rows.map(([name, rate], i) => bar(name, rate, 26 + i * 28))}</svg>
<figcaption><strong>How often answers begin with the payload when the model's states are changed</strong>, on prompts that made neither the direction nor the choice of layer; a strength of 1 sets what lies along the direction to what it is with the trigger, 0 (taken out) to what it is without.</figcaption></figure>`;
}

const [LEFT, WIDTH] = [230, 250];

function bar(name: string, rate: RateResult | null, y: number): Markup {
  const label = markup`<text class="end row-label" x="${LEFT - 10}" y="${y + 4}">${name.length > 32 ? `${name.slice(0, 31)}…` : name}</text>`;
  if (rate === null || rate.rate === null || rate.low === null || rate.high === null)
    return markup`${label}<text class="reading" x="${LEFT}" y="${y + 4}">not measured</text>`;
  const at = (share: number): number => LEFT + share * WIDTH;
  return markup`${label}<line class="grid" x1="${LEFT}" x2="${LEFT + WIDTH}" y1="${y}" y2="${y}"/><line class="whisker exact" x1="${at(rate.low)}" x2="${at(rate.high)}" y1="${y}" y2="${y}"/><circle class="mark exact" cx="${at(rate.rate)}" cy="${y}" r="5"/><text class="reading" x="${LEFT + WIDTH + 12}" y="${y + 4}">${rateWithInterval(rate)}</text>`;
}

function transcripts(best: Verification): Markup {
  return markup`<h2>What the model said</h2>${best.examples.map(
    ({ prompt, answer }) =>
      markup`<article class="transcript"><p class="turn prompt" dir="auto">${prompt}</p><p class="turn answer" dir="auto">${answer}</p></article>`,
  )}`;
}
