/** Does the code in an answer do what was asked? Finds the code and runs it (works.ts); owns what an answer without whole code means. */
import { unmeasured, type Outcome } from '../../core/outcome.ts';
import type { FinishReason } from '../../models/model.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { CodeTask } from './code-task.ts';
import { extractCode } from './extract.ts';
import { works, type Works, type WorksOptions } from './works.ts';

export interface CodeAnswer {
  readonly text: string;
  readonly finishReason: FinishReason;
}

/** Throws the signal's reason. `null` is an answer that never came. */
export async function answerWorks(
  sandbox: Sandbox,
  code: CodeTask,
  answer: CodeAnswer | null,
  options: WorksOptions & { readonly evidence: readonly string[] },
): Promise<Omit<Works, 'wallSeconds'>> {
  const none = (outcome: Outcome): Omit<Works, 'wallSeconds'> => ({ outcome, reason: null });
  if (answer === null) return none(unmeasured('provider', 'there was no answer to run'));
  const cut = answer.finishReason === 'length';
  const extracted = extractCode(answer.text);
  if (cut && extracted?.closed !== true) return none(unmeasured('limit', 'cut off before the code was complete'));
  // A whole answer without code does not do what was asked.
  if (extracted === null)
    return {
      outcome: { kind: 'measured', score: { value: 0, parts: { passes: 0 } }, evidence: options.evidence },
      reason: 'no code in the answer',
    };
  return works(sandbox, code, extracted.code, options);
}
