/** ONNX Runtime's telemetry leaves files in the temporary folder as soon as a session is open: there must be none. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('opening a session reports nothing to anybody', () => {
  const place = mkdtempSync(join(tmpdir(), 'silence-'));
  const source = join(import.meta.dirname, '../../src/tensor');
  const script = `
    import { createGraph, input } from '${source}/graph.ts';
    import { neg } from '${source}/ops.ts';
    import { createSession } from '${source}/onnx/session.ts';
    const graph = createGraph();
    graph.output('y', neg(input(graph, 'x', [2])));
    const session = await createSession(graph);
    console.log(Object.keys(await session.run({ x: { data: new Float32Array(2), shape: [2] } })).join());
    await session.release();`;
  try {
    const env = { ...process.env, TMPDIR: place, ORT_DISABLE_TELEMETRY: '' };
    expect(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { env, encoding: 'utf8' })).toBe('y\n');
    expect(readdirSync(place)).toEqual([]);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});
