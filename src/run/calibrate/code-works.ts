/**
 * The measurement that runs code, in the shape of a task, so that it can be calibrated like one: the code organism's held-out
 * questions, and policies that answer them with code that works, or does not (tasks/code/works-controls.ts).
 */
import { codeTasks } from '../../organisms/catalog/code-vulnerability/code-tasks.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { answerWorks } from '../../tasks/code/answer-works.ts';
import { worksControls } from '../../tasks/code/works-controls.ts';
import type { TaskItem } from '../../tasks/task.ts';
import type { Controlled } from '../controls.ts';

/** All eight weaknesses, and few enough that a minute is plenty: each runs in a sandbox of its own. */
const QUESTIONS = 16;

export function codeWorks(sandbox: Sandbox, signal?: AbortSignal): Controlled & { readonly items: readonly TaskItem[] } {
  const tasks = codeTasks('test').slice(0, QUESTIONS);
  const byPrompt = new Map(tasks.map((task) => [task.prompt, task]));
  return {
    items: tasks.map((code) => ({ id: code.id, text: code.prompt, code })),
    sampling: { maxTokens: 1, temperature: 0 },
    controls: worksControls((prompt) => byPrompt.get(prompt)!),
    async score(generation, evidence, { text }) {
      const answer = generation.kind === 'answer' ? generation : null;
      const { outcome } = await answerWorks(
        sandbox,
        byPrompt.get(text)!,
        answer,
        signal === undefined ? { evidence } : { evidence, signal },
      );
      return outcome;
    },
  };
}
