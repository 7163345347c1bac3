/**
 * Three kinds of tests, chosen by `--mode`: the ordinary ones (default), `model` (slow checks on the real model, one
 * file after another) and `packed` (the tarball as a stranger installs it).
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const PACKED = 'test/e2e/packed.test.ts';

export default defineConfig(({ mode }) => ({
  test: {
    include: mode === 'model' ? ['**/*.model-test.ts'] : mode === 'packed' ? [PACKED] : ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', ...(mode === 'packed' ? [] : [PACKED])],
    // ONNX Runtime does not survive being loaded into several worker threads of one process.
    pool: 'forks',
    // The real model brings its own threads and wants the machine for itself.
    maxWorkers: mode === 'model' ? 1 : Math.max(2, availableParallelism() - 1),
    testTimeout: mode === 'model' ? 600_000 : mode === 'packed' ? 180_000 : 60_000,
    hookTimeout: mode === 'test' ? 30_000 : 300_000,
    reporters: ['default', './test/support/totals-reporter.ts'],
  },
}));
