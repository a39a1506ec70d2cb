/**
 * The policy's network as a graph, over sites side by side that are filled up to one size: what a radio
 * has to do with another is a matrix, so that all sites and radios are one run.
 */
import { Graph, type Tensor } from '#agents/onnx/graph.ts';
import { binary, gemm, matmul, reduceSum, reshape, unary } from '#agents/onnx/ops.ts';
import { CHANNEL_INPUTS, RADIO_INPUTS } from '#agents/policy-net/input.ts';
import {
  actorShapes,
  criticShapes,
  HIDDEN,
  ROUNDS,
  type Weights,
} from '#agents/policy-net/weights.ts';
import type { Random } from '#protocols/random.ts';

/** How many sites at once, with room for so many radios each, and so many options each radio. */
export interface Room {
  readonly sites: number;
  readonly radios: number;
  readonly options: number;
}

export interface Seen {
  /** A row a radio. */
  readonly radio: Tensor;
  /** A row an option. */
  readonly option: Tensor;
  /** By site, how much of the air two radios share where they are. */
  readonly heard: Tensor;
  /** The same of those who may be in each other's way unheard. */
  readonly hidden: Tensor;
  /** By site, how much of it an option would share with a radio. */
  readonly optionHeard: Tensor;
  readonly optionHidden: Tensor;
}

type WeightOf = (name: string) => Tensor;

export function addSeen(graph: Graph, { sites, radios, options }: Room): Seen {
  return {
    radio: graph.input('radio', [sites * radios, RADIO_INPUTS]),
    option: graph.input('option', [sites * radios * options, CHANNEL_INPUTS]),
    heard: graph.input('heard', [sites, radios, radios]),
    hidden: graph.input('hidden', [sites, radios, radios]),
    optionHeard: graph.input('optionHeard', [sites, radios * options, radios]),
    optionHidden: graph.input('optionHidden', [sites, radios * options, radios]),
  };
}

/** What each radio is and carries, [sites · radios, HIDDEN]. */
export function addRadios(graph: Graph, room: Room, seen: Seen, weight: WeightOf): Tensor {
  const { sites, radios } = room;
  let state = relu(graph, dense(graph, seen.radio, 'encode', weight));
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = (by: Tensor, name: string) => {
      const told = gemm(graph, state, weight(`round/${round}/${name}`));
      const bySite = reshape(graph, told, [sites, radios, HIDDEN], 'inner');
      return reshape(graph, matmul(graph, by, bySite), [sites * radios, HIDDEN], 'open');
    };
    const self = gemm(graph, state, weight(`round/${round}/self`));
    const others = binary(graph, 'Add', from(seen.heard, 'heard'), from(seen.hidden, 'hidden'));
    const both = binary(graph, 'Add', self, others);
    state = relu(graph, binary(graph, 'Add', both, weight(`round/${round}/bias`)));
  }
  return state;
}

/** A score for each option, [sites · radios, options]. */
export function addScores(
  graph: Graph,
  { sites, radios, options }: Room,
  seen: Seen,
  state: Tensor,
  weight: WeightOf,
): Tensor {
  const all = sites * radios;
  const byRadio = (x: Tensor) => reshape(graph, x, [all, options, HIDDEN], 'open');
  const about = binary(
    graph,
    'Add',
    gemm(graph, state, weight('option/radio')),
    weight('option/bias'),
  );
  const from = (by: Tensor, name: string) => {
    const told = gemm(graph, state, weight(`option/${name}`));
    return matmul(graph, by, reshape(graph, told, [sites, radios, HIDDEN], 'inner'));
  };
  const around = binary(
    graph,
    'Add',
    from(seen.optionHeard, 'heard'),
    from(seen.optionHidden, 'hidden'),
  );
  const own = byRadio(gemm(graph, seen.option, weight('option/own')));
  const shared = binary(graph, 'Add', own, byRadio(around));
  const seenAll = binary(graph, 'Add', shared, reshape(graph, about, [all, 1, HIDDEN]));
  const first = reshape(graph, relu(graph, seenAll), [all * options, HIDDEN], 'open');
  const second = relu(graph, dense(graph, first, 'option/2', weight));
  return reshape(graph, gemm(graph, second, weight('score')), [all, options], 'open');
}

/**
 * What a site is worth from here on, as each radio judges it, [sites · radios, 1]. With `isCentral` it sees
 * the mean of all radios too, `share` being one over their number or 0 where there is none.
 */
export function addValues(
  graph: Graph,
  { sites, radios }: Room,
  state: Tensor,
  share: Tensor,
  isCentral: boolean,
  weight: WeightOf,
): Tensor {
  const own = gemm(graph, state, weight('critic/radio'));
  const counted = binary(graph, 'Mul', gemm(graph, state, weight('critic/site')), share);
  const sum = reduceSum(graph, reshape(graph, counted, [sites, radios, HIDDEN]), [1]);
  const spread = binary(
    graph,
    'Add',
    reshape(graph, own, [sites, radios, HIDDEN]),
    isCentral ? sum : binary(graph, 'Mul', sum, graph.scalar(0)),
  );
  const both = reshape(graph, spread, [sites * radios, HIDDEN], 'open');
  const hidden = relu(graph, binary(graph, 'Add', both, weight('critic/bias')));
  return dense(graph, hidden, 'critic/value', weight);
}

/** He's initialisation (ICCV 2015); biases are zero, and scores begin near each other. */
export function initialWeights(random: Random): Weights {
  return Object.fromEntries(
    Object.entries({ ...actorShapes, ...criticShapes }).map(([name, shape]) => {
      const own = random.fork(name);
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      if (name.endsWith('bias')) return [name, values];
      // Several matrices add up before a bend, and a sum over neighbours has many terms.
      const terms = name.endsWith('heard') || name.endsWith('hidden') ? 8 : 2;
      const last = name === 'score' || name === 'critic/value' ? 0.1 : 1;
      const scale = Math.sqrt(2 / (shape[0]! * terms)) * last;
      return [name, values.map(() => own.normal() * scale)];
    }),
  );
}

/**
 * What ships: the weights with it, one site of any number of radios, so many options each. It gives the bits
 * that the graph gave in which they were learned.
 */
export function exportModel(
  weights: Weights,
  options: number,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const graph = new Graph();
  const room = { sites: 1, radios: 1, options };
  const seen = addSeen(graph, room);
  const fixed = new Map(
    Object.entries(actorShapes).map(([name, shape]) => [
      name,
      graph.constant(`weight/${name}`, shape, weights[name]!),
    ]),
  );
  const weight = (name: string) => fixed.get(name)!;
  const state = addRadios(graph, room, seen, weight);
  graph.result('scores', addScores(graph, room, seen, state, weight));
  return graph.encode({
    name: 'policy',
    metadata,
    replaceable: (name) => name.startsWith('weight/'),
    open: {
      radio: ['radios', null],
      option: ['rows', null],
      heard: [null, 'radios', 'radios'],
      hidden: [null, 'radios', 'radios'],
      optionHeard: [null, 'rows', 'radios'],
      optionHidden: [null, 'rows', 'radios'],
      scores: ['radios', null],
    },
  });
}

function dense(graph: Graph, x: Tensor, name: string, weight: WeightOf): Tensor {
  return binary(graph, 'Add', gemm(graph, x, weight(name)), weight(`${name}/bias`));
}

function relu(graph: Graph, x: Tensor): Tensor {
  return unary(graph, 'Relu', x);
}
