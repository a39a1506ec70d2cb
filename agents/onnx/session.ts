/**
 * The one door to the ONNX runtime. One thread, which never spins: beside packet work a second one
 * costs more than it brings, and the bits of a result depend on the number of threads.
 */
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';

export interface Values {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

export interface Session {
  /** Names of the inputs and, by name, the shape each expects; −1 where it is open. */
  readonly inputs: ReadonlyMap<string, readonly number[]>;
  readonly outputs: readonly string[];
  run(
    inputs: Readonly<Record<string, Values>>,
    wanted?: readonly string[],
  ): Promise<Readonly<Record<string, Values>>>;
  close(): Promise<void>;
}

/** Throws where the bytes are no model that runs here. */
export async function openSession(model: Uint8Array): Promise<Session> {
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  });
  const inputs = new Map<string, readonly number[]>();
  for (const info of session.inputMetadata) {
    if (!info.isTensor) throw new Error(`the input '${info.name}' is no tensor`);
    inputs.set(
      info.name,
      info.shape.map((size) => (typeof size === 'number' ? size : -1)),
    );
  }
  return {
    inputs,
    outputs: session.outputNames,
    async run(given, wanted = session.outputNames) {
      const feeds: Record<string, OrtTensor> = {};
      for (const name of inputs.keys()) {
        const values = given[name];
        if (values === undefined) throw new Error(`the model's input '${name}' was not given`);
        feeds[name] = new OrtTensor('float32', values.data, values.shape);
      }
      const results = await session.run(feeds, [...wanted]);
      const out: Record<string, Values> = {};
      for (const name of wanted) {
        const { data, dims } = results[name]!;
        // Our graphs have float32 outputs alone.
        out[name] = { data: data as Float32Array, shape: dims };
      }
      return out;
    },
    close: () => session.release(),
  };
}
