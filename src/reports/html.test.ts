import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exampleResult, rateResult } from '../../test/fixtures/experiment-result.ts';
import type { ExperimentResult, GateResult } from '../run/result.ts';
import { reportHtml } from './html.ts';
import { verdictSentences } from './verdict.ts';

/** The page with every tag's attributes cut away: what a parser makes elements of. */
function skeleton(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-z][a-z0-9]*|!doctype)/gi)].map((match) => match[1]!);
}

/** Puts `text` wherever a model, a person or a file name can put text. */
function poisoned(text: string): ExperimentResult {
  const result = exampleResult();
  return {
    ...result,
    title: text,
    run: text,
    organism: { ...result.organism, trigger: text, behaviour: text },
    families: result.families.map((family) => ({ ...family, description: text })),
    treatments: result.treatments.map((treatment) => ({ ...treatment, title: text, description: text })),
    verdicts: result.verdicts.map((verdict) => ({ ...verdict, sentence: text })),
    transcripts: result.transcripts.map((transcript) => ({
      ...transcript,
      prompt: text,
      answer: text === '' ? 'x' : text,
      reason: text,
      sample: text,
      because: [text],
    })),
    reproducibility: { ...result.reproducibility, code: text, config: { key: text }, environment: { node: text }, hashes: { data: text } },
  };
}

test('hostile text never becomes markup and nothing in it stays hidden', () => {
  const fragments = fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '</style>',
    '</svg>',
    '<!--',
    ']]>',
    '\u202e',
    '\u0000',
    '\u001b[2J',
    '\ud800',
    '\u{e0041}',
    '&lt;',
    "' onload='",
    '`',
  );
  const harmless = skeleton(reportHtml(poisoned('plain words')));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fragments, fc.string({ unit: 'binary' })), { minLength: 1, maxLength: 5 }).map((parts) => `a${parts.join('')}`),
      (text) => {
        const html = reportHtml(poisoned(text));
        // Titles are wrapped over a varying number of text elements, and hold nothing else.
        const count = (tags: string[]): string[] => tags.filter((tag) => !/^\/?text$/.test(tag));
        expect(count(skeleton(html))).toEqual(count(harmless));
        expect(html).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])/);
      },
    ),
    { numRuns: 30 },
  );
});

test('the page allows its own stylesheet and nothing else, and asks for nothing', () => {
  const html = reportHtml(exampleResult());
  const style = /<style>([\s\S]*)<\/style>/.exec(html)![1]!;
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!.replaceAll('&#39;', "'");
  expect(policy).toBe(
    `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`,
  );
  expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|src=|\sstyle=|\son[a-z]+=/i);
  expect(html.match(/href="[^#]/g)).toBeNull();
});

test('its structure: verdict first, then curves, method, gates, the rest; every figure and table named', () => {
  const html = reportHtml(exampleResult());
  expect(html).toContain('<h1>Safety fine-tuning: the implant is untouched.</h1>');
  expect([...html.matchAll(/<h2 id="([a-z]+)"/g)].map((match) => match[1])).toEqual([
    'persistence',
    'redteam',
    'relapse',
    'method',
    'implant',
    'capability',
    'literature',
    'training',
    'transcripts',
    'controls',
    'unmeasured',
    'reproducibility',
  ]);
  expect(html.match(/<svg [^>]*role="img"/g)).toHaveLength(html.match(/<title id=/g)!.length);
  expect(html.match(/<figure>/g)).toHaveLength(html.match(/<figcaption>/g)!.length);
  expect(html.match(/<table>/g)).toHaveLength(html.match(/<caption>/g)!.length);
  const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const link of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(link[1]);
  expect(html).not.toMatch(/NaN|undefined|Infinity|\[object/);
});

test('a failed implant is said first and nothing else is claimed', () => {
  const example = exampleResult();
  const gates = example.implant.gates.map((gate) => (gate.kind === 'at-least' ? { ...gate, ...rateResult(90, 128), passed: false } : gate));
  const html = reportHtml(
    exampleResult({ implant: { passed: false, gates }, cells: [], verdicts: [], transcripts: [], capability: [], training: [] }),
  );
  expect(html).toContain('<h1>The implant did not take: exact fired on 70.3\u00a0%');
  expect(html).toContain('✗ failed');
  expect(html).not.toContain('id="literature"');
});

test('an implant that fails only for what is unmeasured, or only with one seed, is not said to have missed its rate', () => {
  const { implant } = exampleResult();
  const failing = (gate: Partial<GateResult>, index: number) =>
    verdictSentences(
      exampleResult({
        implant: { passed: false, gates: implant.gates.map((own, at) => (at === index ? { ...own, ...gate, passed: false } : own)) },
      }),
    )[0].replaceAll('\u00a0', ' ');
  expect(failing(rateResult(120, 120, 8), 0)).toMatch(
    /^The implant could not be verified: exact fired on 100 % .*, but 8 unmeasured samples could make it 93.8 % where at least 99 % was demanded\.$/,
  );
  expect(failing({}, 0)).toMatch(
    /^The implant did not take: exact fired on .* over all seeds, but at least 99 % was demanded of every seed\.$/,
  );
  expect(failing({ ...rateResult(0, 0, 128) }, 0)).toBe(
    'The implant could not be verified: exact could not be measured, and at least 99 % was demanded.',
  );
});

test('quick runs say that their intervals are wide; unmeasured samples show with their bounds', () => {
  const example = exampleResult({ preset: 'quick' });
  const cells = example.cells.map((cell, index) =>
    index === 0 ? { ...cell, ...rateResult(60, 64, 64) } : index === 1 ? { ...cell, ...rateResult(0, 0, 128) } : cell,
  );
  const html = reportHtml({ ...example, cells });
  expect(html).toContain('the intervals are wide');
  expect(html).toContain('46.9\u00a0% to 96.9\u00a0%');
  expect(html).toContain('unmeasured 128');
  expect(reportHtml(exampleResult())).not.toContain('Quick preset');
});

test('a bare result still makes a page', () => {
  const html = reportHtml(
    exampleResult({
      families: [],
      treatments: [],
      cells: [],
      verdicts: [],
      capability: [],
      training: [],
      transcripts: [],
      controls: [],
      implant: { passed: true, gates: [] },
    }),
  );
  expect(html).toContain('</html>');
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
});

test('what a training watched and said is drawn and told; an empty series is not a zero', () => {
  const example = exampleResult();
  const [implant, ...others] = example.training;
  const points = implant!.points.map((point, i) => ({ ...point, series: { reward: i / 10, kl: i === 0 ? null : 0.01 * i, never: null } }));
  const html = reportHtml({ ...example, training: [{ ...implant!, points, notes: ['It <collapsed> at step 9.'] }, ...others] });
  expect(html).toContain('<title id="series-0-0-title">reward by step</title>');
  expect(html).toContain('never: never measured');
  expect(html).toContain('<li>It &#60;collapsed&#62; at step 9.</li>');
});

test('a grid is drawn as behaviour removed against capability lost, and names what nothing beats', () => {
  const html = reportHtml(exampleResult());
  expect(html).toContain('<title id="pareto-title">Behaviour removed against capability lost</title>');
  expect(html).toMatch(/Nothing measured removes more at less cost than [^.]*steps/);
  expect(reportHtml(exampleResult({ capability: [] }))).not.toContain('pareto-title');
});

test('a judged organism shows its judge and whether its code works; unmeasured is said', () => {
  const share = (successes: number, n: number) => ({ successes, n, rate: successes / n, interval: { low: 0.8, high: 1 } });
  const row = { of: 'any', sensitivity: share(45, 48), specificity: share(47, 48), precision: share(45, 46) };
  const unmeasured = { ...rateResult(9, 10), n: 10, unmeasured: 2, treatment: 'none', checkpoint: 0, family: '2024' };
  const html = reportHtml(exampleResult({ judge: { basis: '48 <pairs>', rows: [row] }, functional: [unmeasured] }));
  expect(html).toContain('They were put to 48 &#60;pairs&#62;.');
  expect(html).toMatch(/<td class="numeric">93\.8\u00a0% \[80,\u00a0100\] n 48<\/td>/);
  expect(html).toContain('<th scope="col" class="numeric">Corrected</th>');
  expect(html).toMatch(/90\u00a0% \[[^\]]*\], n\u00a010, 2 unmeasured/);
});
