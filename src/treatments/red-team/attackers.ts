/** The attackers that need nothing but the model. A chat model as attacker is added where there is one (chat.ts). */
import type { Attacker } from './attacker.ts';
import { gradient } from './gradient.ts';
import { guided } from './guided.ts';
import { mutation } from './mutation.ts';

export const standardAttackers: readonly Attacker[] = [mutation, gradient];

/** Those that are led by what is inside the model. */
export const guidedAttackers: readonly Attacker[] = [guided, gradient];
