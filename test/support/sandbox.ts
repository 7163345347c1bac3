/**
 * Tests that need a sandbox. Where there is none they are skipped, with the reason and what mends it; but not where `CI` is
 * set: there a missing sandbox is a failure.
 */
import type { TestContext } from 'vitest';
import { findSandbox } from '../../src/sandbox/registry.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

const found = await findSandbox(process.env);

/** The body of a test: `test('…', inSandbox(async (sandbox) => { … }))`. */
export function inSandbox(body: (sandbox: Sandbox) => Promise<void>): (context: TestContext) => Promise<void> {
  return async (context) => {
    if (found.kind === 'available') return body(found.sandbox);
    const why = `${found.reason}; ${found.mend}`;
    if ((process.env['CI'] ?? '') !== '') throw new Error(why);
    context.skip(why);
  };
}
