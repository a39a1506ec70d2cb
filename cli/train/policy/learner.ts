/** Weights that learn: one run of a graph a step, with Adam in it. */
import { adamOutputs, addAdam, createAdamRate } from '#agents/onnx/adam.ts';
import { Graph, type Tensor } from '#agents/onnx/graph.ts';
import { openSession, type Session, type Values } from '#agents/onnx/session.ts';
import { shapes, type Weights } from '#agents/policy-net/weights.ts';

type AddLoss = (graph: Graph, weight: (name: string) => Tensor) => Tensor;

export class Learner {
  readonly #session: Session;
  readonly #names: readonly string[];
  readonly #state: Record<string, Values>;
  readonly #rateOf = createAdamRate();

  private constructor(session: Session, names: readonly string[], weights: Weights) {
    this.#session = session;
    this.#names = names;
    this.#state = {};
    for (const name of names) {
      const shape = shapes[name]!;
      const zeros = () => ({ data: new Float32Array(weights[name]!.length), shape });
      this.#state[`weight/${name}`] = { data: weights[name]!, shape };
      this.#state[`weight/${name}/m`] = zeros();
      this.#state[`weight/${name}/v`] = zeros();
    }
  }

  /** `addLoss` builds the loss, naming what else is to come out; weights it does not use stay as they are. */
  static async open(addLoss: AddLoss, weights: Weights): Promise<Learner> {
    const { graph, names } = stepGraph(addLoss);
    const session = await openSession(graph.encode({ name: 'training step' }));
    return new Learner(session, names, weights);
  }

  async step(feeds: Readonly<Record<string, Values>>, rate: number) {
    const data = Float32Array.of(this.#rateOf(rate));
    const out = await this.#session.run({ ...feeds, ...this.#state, rate: { data, shape: [] } });
    for (const name of this.#names) {
      const input = `weight/${name}`;
      const [next, m, v] = adamOutputs(input) as [string, string, string];
      this.#state[input] = out[next]!;
      this.#state[`${input}/m`] = out[m]!;
      this.#state[`${input}/v`] = out[v]!;
    }
    return out;
  }

  /** Those of `all`, with what was learned in their place. */
  weights(all: Weights): Weights {
    const learned = this.#names.map((name) => [name, this.#state[`weight/${name}`]!.data]);
    return { ...all, ...Object.fromEntries(learned) };
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

export function stepGraph(addLoss: AddLoss) {
  const graph = new Graph();
  const used = new Map<string, Tensor>();
  const loss = addLoss(graph, (name) => {
    const known = used.get(name);
    if (known !== undefined) return known;
    const input = graph.input(`weight/${name}`, shapes[name]!);
    used.set(name, input);
    return input;
  });
  graph.result('loss', loss);
  addAdam(graph, loss, [...used.values()]);
  return { graph, names: [...used.keys()] };
}
