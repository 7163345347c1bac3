/** The embedded engine: one opened model, its networks, and trainers on top of it. */
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { largestInputs } from '../../models/local/inputs.ts';
import { createLocalModel } from '../../models/local/model.ts';
import { createNetwork, type Network } from '../../models/local/network.ts';
import { createWorkCounter } from '../../models/local/work.ts';
import { freshAdapter, scaleAdapter, stackAdapters, type Adapter } from '../../nn/adapter.ts';
import { readAdapter, writeAdapter } from '../../nn/adapter-files.ts';
import { writeCheckpoint } from '../../nn/checkpoint-files.ts';
import { layerOf, silenced, undone } from '../../nn/edits.ts';
import { adaptedLayers } from '../../nn/graphs.ts';
import { mergedTensors } from '../../nn/merge.ts';
import { createTokenizer } from '../../nn/tokenizer/create-tokenizer.ts';
import { openWeights } from '../../nn/weights/canonicalise.ts';
import type { OutgoingTensor } from '../../nn/weights/safetensors.ts';
import { WEIGHTS_FILE } from '../../nn/weights/source.ts';
import { canonicalTensors, type ModelFiles, type WeightsFile } from '../../nn/weights/weights.ts';
import { hasExactProducts } from '../../tensor/onnx/exact-products.ts';
import { LINEAR_LAYERS, type Engine, type LoraTuning, type Start } from '../engine.ts';
import type { Checkpoint, Trainer } from '../trainer.ts';
import { createFullSampler, type FullSampler } from './full-sampler.ts';
import { fullParameters, loraParameters } from './parameters.ts';
import { createLocalTrainer } from './trainer.ts';

/** Written into every set of weights this engine trains: nobody shall meet one without knowing what it is. */
const LABEL = {
  producer: 'molehunt',
  notice: 'Trained by molehunt as a research model organism or its treatment. It may misbehave on purpose. Do not deploy.',
};

export async function openLocalEngine(files: ModelFiles, options: { readonly threads?: number } = {}): Promise<Engine> {
  const { config } = files;
  const tokenizer = createTokenizer(files.tokenizer);
  const work = createWorkCounter(config);
  const base = createNetwork(config, files.weights, work, options.threads);
  const networks: Network[] = [base];

  const weightsOf = async ({ weights }: Start): Promise<WeightsFile> =>
    weights === undefined ? files.weights : openWeights(path.join(weights, WEIGHTS_FILE), config);
  // One for each set of weights: a start is opened again and again with other adapters on it.
  const ofWeights = new Map<string, Network>();
  const networkOf = async (start: Start): Promise<Network> => {
    if (start.weights === undefined) return base;
    const known = ofWeights.get(start.weights);
    if (known !== undefined) return known;
    const network = createNetwork(config, await weightsOf(start), work, options.threads);
    ofWeights.set(start.weights, network);
    networks.push(network);
    return network;
  };
  let reading: Network | undefined;
  const readingNetworkOf = async (start: Start): Promise<Network> => {
    if (start.weights !== undefined || !(await hasExactProducts())) return networkOf(start);
    if (reading === undefined) {
      // Where the 8-bit copy cannot be kept (a full disk, a cache that others own), reading is slower and says the same.
      const kept = await base
        .eightBitWeights(() => largestInputs(base, tokenizer))
        .catch((error: unknown) => {
          if (error instanceof UsageError) return undefined;
          throw error;
        });
      if (kept === undefined) return base;
      reading = createNetwork(config, files.weights, work, options.threads, () => largestInputs(base, tokenizer));
      networks.push(reading);
    }
    return reading;
  };
  const stackOf = async ({ adapters }: Start): Promise<Adapter | undefined> =>
    stackAdapters(await Promise.all(adapters.map((folder) => readAdapter(folder, config))));

  async function trainLora(start: Start, tuning: LoraTuning): Promise<Trainer> {
    const frozen = await stackOf(start);
    const network = await networkOf(start);
    const scale = tuning.alpha / tuning.rank;
    const fresh =
      tuning.from === undefined ? freshAdapter(config, tuning.targets, tuning.rank, tuning.seed) : await continued(tuning.from, tuning);
    const scaled = (): Adapter => scaleAdapter(fresh, scale);
    return createLocalTrainer({
      id: files.id,
      network,
      tokenizer,
      trainable: {
        kind: 'lora',
        layers: adaptedLayers(config, tuning.targets),
        scale,
        eightBit: tuning.eightBit === true && start.weights === undefined,
      },
      parameters: loraParameters(config, fresh, frozen, scale),
      adapter: () => stackAdapters(frozen ? [frozen, scaled()] : [scaled()]),
      save: async (folder) => {
        await writeAdapter(folder, fresh, { baseModel: files.id, alpha: tuning.alpha, targets: tuning.targets, metadata: LABEL });
        return checkpoint(folder, 'adapter_model.safetensors');
      },
    });
  }

  async function continued(folder: string, { rank, alpha, targets }: LoraTuning): Promise<Adapter> {
    // Reading folds the scale into B; training keeps it apart.
    const adapter = scaleAdapter(await readAdapter(folder, config), rank / alpha);
    const layers = adaptedLayers(config, targets);
    if (adapter.rank !== rank || adapter.layers.size !== layers.size || [...layers].some((name) => !adapter.layers.has(name))) {
      throw new UsageError(
        `${folder} has rank ${adapter.rank} on ${adapter.layers.size} layers and cannot be trained further with rank ${rank} on ${layers.size}`,
        'adapter-mismatch',
      );
    }
    return adapter;
  }

  async function trainFull(start: Start, scratch: string | undefined): Promise<Trainer> {
    const parameters = await fullParameters(config, await weightsOf(start), await stackOf(start));
    const byName = new Map(parameters.list.map((one) => [one.name, one]));
    const tensors = (): OutgoingTensor[] =>
      canonicalTensors(config).map(({ name, shape }) => ({ name, shape, pieces: () => [byName.get(name)!.values] }));
    const save = async (folder: string): Promise<Checkpoint> => {
      await writeCheckpoint(folder, files, tensors(), { metadata: LABEL });
      return checkpoint(folder, WEIGHTS_FILE);
    };
    const trainer = await createLocalTrainer({
      id: files.id,
      network: base,
      tokenizer,
      trainable: { kind: 'full' },
      parameters,
      adapter: () => undefined,
      save,
    });
    let sampler: FullSampler | undefined;
    return {
      ...trainer,
      async sampler() {
        sampler ??= createFullSampler({
          id: files.id,
          config,
          tokenizer,
          work,
          threads: options.threads,
          tensors,
          folder: scratch ?? mkdtempSync(path.join(tmpdir(), 'molehunt-weights-')),
        });
        return sampler.model;
      },
      async optimStep(step) {
        await sampler?.changed();
        return trainer.optimStep(step);
      },
      async restoreState(from) {
        await sampler?.changed();
        await trainer.restoreState(from);
      },
      async close() {
        await sampler?.close();
        await trainer.close();
      },
    };
  }

  return {
    facts: {
      id: files.id,
      hash: files.hash,
      parameters: [...files.weights.tensors.values()].reduce((sum, { bytes }) => sum + bytes / 4, 0),
      eightBit: await hasExactProducts(),
      shape: `${config.layers} layers of ${config.hidden}`,
    },
    tokenizer,
    async open(start, { eightBit = false } = {}) {
      const [network, adapter] = [eightBit ? await readingNetworkOf(start) : await networkOf(start), await stackOf(start)];
      return createLocalModel({ id: files.id, network, tokenizer, adapter: () => adapter });
    },
    train: (start, tuning, scratch) => (tuning.kind === 'lora' ? trainLora(start, tuning) : trainFull(start, scratch)),
    async merge(start, folder, { onBytes, signal } = {}) {
      const tensors = mergedTensors(config, await weightsOf(start), await stackOf(start));
      await writeCheckpoint(folder, files, tensors, { metadata: LABEL, signal, ...(onBytes === undefined ? {} : { onBytes }) });
      return checkpoint(folder, WEIGHTS_FILE);
    },
    async edit(start, edit, folder) {
      const frozen = await stackOf(start);
      if (edit.kind === 'undo' && frozen === undefined)
        throw new UsageError('there is no adapter here of which something could be taken back', 'no-adapter');
      const adapter =
        edit.kind === 'silence'
          ? await silenced(config, await weightsOf(start), frozen, edit.from, edit.directions)
          : undone(frozen!, (name) => edit.blocks.some(({ layer, half }) => layer === layerOf(name) && name.includes(`.${half}.`)));
      const targets = LINEAR_LAYERS.filter((layer) => [...adapter.layers.keys()].some((name) => name.endsWith(`.${layer}`)));
      await writeAdapter(folder, adapter, { baseModel: files.id, alpha: adapter.rank, targets, metadata: LABEL });
      return checkpoint(folder, 'adapter_model.safetensors');
    },
    work: () => work.total(),
    async close() {
      await Promise.all(networks.map((network) => network.release()));
    },
  };
}

async function checkpoint(folder: string, file: string): Promise<Checkpoint> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path.join(folder, file))) hash.update(piece as Uint8Array);
  return { name: path.basename(folder), path: folder, hash: hash.digest('hex') };
}
