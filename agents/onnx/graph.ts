/**
 * Builds ONNX graphs with static shapes. Every tensor gets a name of its own, which is checked: a
 * runtime that finds two of one name may silently take the wrong one.
 */
import { attributeTypes, dataTypes, encodeModel, IR_VERSION, OPSET } from './schema.ts';

export type Shape = readonly number[];

/** A value in the graph, float32 unless it is a constant of integers. */
export interface Tensor {
  readonly name: string;
  readonly shape: Shape;
}

export type Attributes = Readonly<Record<string, number | readonly number[]>>;

export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly attributes: Attributes;
}

type Values = Float32Array | BigInt64Array;

/** A real attribute is written as a float even where its value is whole. */
const realAttributes = new Set(['alpha', 'beta']);

export class Graph {
  readonly #names = new Set<string>();
  readonly #count = new Map<string, number>();
  readonly inputs: Tensor[] = [];
  readonly outputs: Tensor[] = [];
  readonly nodes: GraphNode[] = [];
  readonly constants = new Map<string, { readonly tensor: Tensor; readonly values: Values }>();

  input(name: string, shape: Shape): Tensor {
    const tensor = this.#claim(name, shape);
    this.inputs.push(tensor);
    return tensor;
  }

  /** Names a value and makes it an output. */
  result(name: string, value: Tensor): Tensor {
    const named = this.#claim(name, value.shape);
    this.nodes.push({ op: 'Identity', inputs: [value], output: named, attributes: {} });
    this.outputs.push(named);
    return named;
  }

  /** Values fixed in the graph: weights of a trained model, and small numbers of formulas. */
  constant(name: string, shape: Shape, values: Values): Tensor {
    if (values.length !== sizeOf(shape)) {
      throw new Error(`constant '${name}': ${values.length} values for a shape of [${shape}]`);
    }
    const tensor = this.#claim(name, shape);
    this.constants.set(name, { tensor, values });
    return tensor;
  }

  scalar(value: number): Tensor {
    return this.constant(this.#fresh('scalar'), [], Float32Array.of(value));
  }

  integers(values: readonly number[]): Tensor {
    const whole = BigInt64Array.from(values, BigInt);
    return this.constant(this.#fresh('integers'), [values.length], whole);
  }

  node(op: string, inputs: readonly Tensor[], shape: Shape, attributes: Attributes = {}): Tensor {
    const output = this.#claim(this.#fresh(op.toLowerCase()), shape);
    this.nodes.push({ op, inputs, output, attributes });
    return output;
  }

  /**
   * The file. With `batch`, the first dimension of inputs and outputs is left open, with `open` those that
   * bear a name there; reshapes must then keep them, as those of `ops.ts` do.
   */
  encode(options: {
    readonly name: string;
    readonly batch?: boolean;
    readonly open?: Readonly<Record<string, readonly (string | null)[]>>;
    /**
     * Constants that whoever runs the graph may give anew. A runtime does not work these into its own form
     * beforehand, so that it computes the same bits as where they are inputs: while they are learned.
     */
    readonly replaceable?: (name: string) => boolean;
    readonly metadata?: Readonly<Record<string, string>>;
  }): Uint8Array {
    const valueInfo = ({ name, shape }: Tensor) => {
      const dim = shape.map((size, axis) => {
        const letter = options.batch === true && axis === 0 ? 'N' : options.open?.[name]?.[axis];
        return typeof letter === 'string' ? { dim_param: letter } : { dim_value: size };
      });
      return { name, type: { tensor_type: { elem_type: dataTypes.float32, shape: { dim } } } };
    };
    const graph = {
      name: options.name,
      node: this.nodes.map(({ op, inputs, output, attributes }) => ({
        op_type: op,
        name: output.name,
        input: inputs.map(({ name }) => name),
        output: [output.name],
        attribute: Object.entries(attributes).map(([name, value]) => attributeOf(name, value)),
      })),
      initializer: [...this.constants.values()].map(({ tensor, values }) => ({
        dims: [...tensor.shape],
        data_type: values instanceof Float32Array ? dataTypes.float32 : dataTypes.int64,
        name: tensor.name,
        raw_data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      })),
      input: [...this.inputs, ...this.#constantsThat(options.replaceable)].map(valueInfo),
      output: this.outputs.map(valueInfo),
    };
    return encodeModel({
      ir_version: IR_VERSION,
      producer_name: 'airguard',
      graph,
      opset_import: [{ domain: '', version: OPSET }],
      metadata_props: Object.entries(options.metadata ?? {}).map(([key, value]) => ({
        key,
        value,
      })),
    });
  }

  #constantsThat(are: (name: string) => boolean = () => false): Tensor[] {
    return [...this.constants.values()].flatMap(({ tensor }) => (are(tensor.name) ? [tensor] : []));
  }

  #fresh(stem: string): string {
    const count = this.#count.get(stem) ?? 0;
    this.#count.set(stem, count + 1);
    return `${stem}.${count}`;
  }

  #claim(name: string, shape: Shape): Tensor {
    if (this.#names.has(name)) throw new Error(`two tensors of one name: '${name}'`);
    this.#names.add(name);
    return { name, shape };
  }
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

function attributeOf(name: string, value: number | readonly number[]) {
  if (typeof value !== 'number') return { name, ints: [...value], type: attributeTypes.ints };
  if (realAttributes.has(name)) return { name, f: value, type: attributeTypes.float };
  return { name, i: value, type: attributeTypes.int };
}
