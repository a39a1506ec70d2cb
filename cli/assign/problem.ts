/** What `assign` solves: a grid by its name, or a weighted graph or a scene in a file. */
import * as z from 'zod';
import { gridInstance, type Instance } from '#cloud/coordinator/baselines/instance.ts';
import { InputError } from '#protocols/errors.ts';
import { checkData, readData } from '#sim/data-file.ts';
import { problemOfScene, type SceneWish } from './scene.ts';

const NODES_MAX = 2_000;

const Graph = z
  .strictObject({
    about: z.string().optional(),
    channels: z.number().int().min(1).max(200).optional(),
    nodes: z.array(z.string().min(1)).min(1).max(NODES_MAX),
    edges: z
      .array(z.tuple([z.string(), z.string(), z.number().min(0)]))
      .describe('Two nodes and what they cost each other on one channel'),
    conflict: z.number().min(0).default(0).describe('Edges heavier than this are conflicts'),
  })
  .superRefine(({ nodes, edges }, context) => {
    if (new Set(nodes).size !== nodes.length) {
      context.addIssue({ code: 'custom', path: ['nodes'], message: 'expected each name once' });
    }
    edges.forEach(([one, other], index) => {
      const stray = [one, other].find((name) => !nodes.includes(name));
      if (stray === undefined && one !== other) return;
      const message = `expected an edge between two of the nodes, came '${one}' and '${other}'`;
      context.addIssue({ code: 'custom', path: ['edges', index], message });
    });
  });

export interface Problem {
  readonly instance: Instance;
  /** Null where channels are numbers alone. */
  readonly channelNames: readonly string[] | null;
}

/** `channels` given on the command line counts before what the file says. */
export function problemOf(text: string, channels: number | undefined, wish: SceneWish): Problem {
  const grid = /^grid:(\d+)x(\d+)(?:@(\d+(?:\.\d+)?))?$/.exec(text);
  if (grid !== null) return { instance: gridOf(text, grid, channels ?? 4), channelNames: null };
  if (text.startsWith('grid:')) {
    throw new InputError(
      `assign: expected grid:ROWSxCOLUMNS, with @METRES as wanted, such as grid:5x5; came '${text}'`,
    );
  }
  const data = readData(text, 'graph or scene');
  if (typeof data === 'object' && data !== null && 'radios' in data) {
    if (channels === undefined) return problemOfScene(data, text, wish);
    throw new InputError(
      `scene ${text}: expected no --channels, since a scene has those of --country; came ${channels}`,
    );
  }
  return { instance: graphOf(data, text, channels), channelNames: null };
}

function graphOf(data: unknown, text: string, channels: number | undefined): Instance {
  const graph = checkData(Graph, data, `graph ${text}`);
  const count = channels ?? graph.channels;
  if (count === undefined) {
    throw new InputError(`graph ${text}: expected --channels N, or \`channels\` in the file`);
  }
  const { nodes, edges, conflict } = graph;
  const size = nodes.length;
  const places = new Map(nodes.map((name, index) => [name, index]));
  const weights = new Float64Array(size * size);
  for (const [one, other, weight] of edges) {
    const [a, b] = [places.get(one)!, places.get(other)!];
    weights[a * size + b] = weights[a * size + b]! + weight;
    weights[b * size + a] = weights[b * size + a]! + weight;
  }
  return {
    names: nodes,
    channels: count,
    weights,
    conflicting: (one, other) => weights[one * size + other]! > conflict,
  };
}

function gridOf(text: string, grid: RegExpExecArray, channels: number): Instance {
  const [rows, columns, spacingM] = [Number(grid[1]), Number(grid[2]), Number(grid[3] ?? 20)];
  if (rows >= 1 && columns >= 1 && rows * columns <= NODES_MAX && spacingM > 0) {
    return gridInstance(rows, columns, channels, spacingM);
  }
  throw new InputError(`assign: expected a grid of 1 to ${NODES_MAX} places, came '${text}'`);
}
