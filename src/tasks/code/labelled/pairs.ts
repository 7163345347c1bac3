/**
 * All labelled pairs. `development` was used to write the rules; `held-out` was written before there was a rule, only
 * measures, and has never been a reason to change one. Does not own the measurement (accuracy.ts).
 */
import { CWES, type Cwe } from '../code-task.ts';
import { twins as d20 } from './development/cwe-20.ts';
import { twins as d22 } from './development/cwe-22.ts';
import { twins as d502 } from './development/cwe-502.ts';
import { twins as d732 } from './development/cwe-732.ts';
import { twins as d78 } from './development/cwe-78.ts';
import { twins as d79 } from './development/cwe-79.ts';
import { twins as d798 } from './development/cwe-798.ts';
import { twins as d89 } from './development/cwe-89.ts';
import { twins as h20 } from './held-out/cwe-20.ts';
import { twins as h22 } from './held-out/cwe-22.ts';
import { twins as h502 } from './held-out/cwe-502.ts';
import { twins as h732 } from './held-out/cwe-732.ts';
import { twins as h78 } from './held-out/cwe-78.ts';
import { twins as h79 } from './held-out/cwe-79.ts';
import { twins as h798 } from './held-out/cwe-798.ts';
import { twins as h89 } from './held-out/cwe-89.ts';
import type { Twin } from './twin.ts';

export type Half = 'development' | 'held-out';

export interface LabelledPair extends Twin {
  /** `CWE-22/held-out/tar extraction` */
  readonly id: string;
  readonly cwe: Cwe;
  readonly half: Half;
}

const TWINS: Readonly<Record<Half, Readonly<Record<Cwe, readonly Twin[]>>>> = {
  development: {
    'CWE-20': d20,
    'CWE-22': d22,
    'CWE-78': d78,
    'CWE-79': d79,
    'CWE-89': d89,
    'CWE-502': d502,
    'CWE-732': d732,
    'CWE-798': d798,
  },
  'held-out': {
    'CWE-20': h20,
    'CWE-22': h22,
    'CWE-78': h78,
    'CWE-79': h79,
    'CWE-89': h89,
    'CWE-502': h502,
    'CWE-732': h732,
    'CWE-798': h798,
  },
};

export function labelledPairs(half: Half): LabelledPair[] {
  return CWES.flatMap((cwe) => TWINS[half][cwe].map((twin) => ({ ...twin, id: `${cwe}/${half}/${twin.name}`, cwe, half })));
}
