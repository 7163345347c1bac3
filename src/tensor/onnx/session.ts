/**
 * Runs a graph on ONNX Runtime. Owns sessions and the conversion of tensors; knows nothing of networks.
 * Weights are mapped from their file by ONNX Runtime: sessions over one file share its pages.
 */
import { createRequire } from 'node:module';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { MolehuntError, messageOf } from '../../core/errors.ts';
import type { Graph } from '../graph.ts';
import type { Tensor } from '../tensor.ts';
import { verify } from '../verify.ts';
import { lower, type WeightPlace } from './lower.ts';
import { encodeModel } from './model.ts';

export interface WeightSource {
  /** Where the files lie that places name. */
  readonly folder: string;
  readonly place: WeightPlace;
}

export interface SessionOptions {
  /** Threads for one operator; all cores by default. */
  readonly threads?: number;
  /** Keeps freed buffers for the next run. Faster; costs memory between runs. */
  readonly arena?: boolean;
  /** Copies weights into the order that products want. Worth it for 8-bit weights; others are read as they lie in the file. */
  readonly prepack?: boolean;
}

export interface Session {
  /** Runs the graph. ONNX Runtime's binding copies every feed, so large ones cost time at each run. */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

// Sub-expression elimination would merge what a graph recomputes on purpose to save memory, and constant folding
// finds nothing in our graphs but would copy mapped weights if it did. Transposed products stay as they are written, since
// which factor is the left one decides which is packed.
const OFF = 'GemmTransposeFusion;CommonSubexpressionElimination;ConstantFolding;ConstantFoldingDQ';

export async function createSession(graph: Graph, weights: WeightSource | undefined, options: SessionOptions = {}): Promise<Session> {
  verify(graph);
  const ort = runtime();
  const nothing: WeightPlace = (name) => {
    throw new TypeError(`the graph uses weight ${name} but has no weights file`);
  };
  const model = lower(graph, weights?.place ?? nothing);
  const bytes = encodeModel(model);
  const dtypes = new Map(
    graph.nodes.flatMap((node) => (node.primitive === 'input' ? [[node.attributes.name, node.outputs[0]!.dtype] as const] : [])),
  );

  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      enableCpuMemArena: options.arena ?? true,
      enableMemPattern: false,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      extra: {
        session: {
          disable_prepacking: options.prepack === true ? '0' : '1',
          ...(weights ? { model_external_initializers_file_folder_path: weights.folder } : {}),
        },
        optimization: { disable_specified_optimizers: OFF },
      },
    });
  } catch (error) {
    throw new MolehuntError(`ONNX Runtime could not open the graph: ${messageOf(error)}`, {
      code: 'engine-open',
      boundary: 'provider',
      cause: error,
    });
  }

  return {
    async run(feeds) {
      const given: Record<string, OrtTensor> = {};
      for (const [name, { data, shape }] of Object.entries(feeds)) {
        const dtype = dtypes.get(name);
        if (dtype === undefined) throw new TypeError(`the graph has no input ${name}`);
        given[name] = new ort.Tensor(dtype, data as never, shape);
      }
      const results = await session.run(given);
      const out: Record<string, Tensor> = {};
      for (const { name } of model.outputs) {
        const value = results[name]!;
        out[name] = { data: value.data as Tensor['data'], shape: value.dims };
      }
      return out;
    },
    release: () => session.release(),
  };
}

function runtime(): typeof import('onnxruntime-node') {
  // ONNX Runtime 1.30 reports its use to its maker unless this is set before the first session; nothing leaves this machine unasked.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  try {
    return createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node');
  } catch (error) {
    throw new MolehuntError(`ONNX Runtime does not load on this machine (${messageOf(error)}); molehunt doctor says more`, {
      code: 'engine-missing',
      boundary: 'provider',
      cause: error,
    });
  }
}
