/**
 * Takes the install script out of the bundled onnxruntime-node before packing. All it does is fetch CUDA libraries
 * (hundreds of megabytes from another host, and the whole installation fails without that host); the runtime for CPU
 * comes with the package. Why the runtime is bundled at all: docs/decisions.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const path = join(import.meta.dirname, '../node_modules/onnxruntime-node/package.json');
const manifest = JSON.parse(readFileSync(path, 'utf8')) as { scripts?: unknown };
if (manifest.scripts !== undefined) {
  delete manifest.scripts;
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
