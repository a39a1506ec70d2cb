/** @see https://mermaid.js.org/syntax/stateDiagram.html, stateDiagram-v2 */
import { type Chart, type ChartState, labelOf } from './chart.ts';
import type { Format } from './format.ts';

export const mermaid: Format = {
  name: 'mermaid',
  about: 'A stateDiagram-v2, which many pages draw',
  extension: 'mmd',
  write: ({ chart }) => ['stateDiagram-v2', ...body(chart)].join('\n'),
};

function body({ root }: Chart): string[] {
  const inner = root.states.flatMap((state) => stateLines(state, 1));
  // The root stands for all its states: what it hears, it hears in each of them.
  const always = root.ways.map((way) =>
    way.targets.length === 0
      ? `${name(root)} : ${text(labelOf(way))}`
      : `${name(root)} --> ${way.targets.map(nameOfId)} : ${text(labelOf(way))}`,
  );
  const parts = root.type === 'parallel' ? parallel(inner) : inner;
  return [
    `  state ${name(root)} {`,
    ...start(root, 2),
    ...parts.map((line) => `  ${line}`),
    '  }',
    ...always.map((line) => `  ${line}`),
    ...[...root.states].flatMap(ways).map((line) => `  ${line}`),
  ];
}

function stateLines(state: ChartState, depth: number): string[] {
  const pad = '  '.repeat(depth);
  const notes = [
    ...state.entry.map((action) => `entry / ${action}`),
    ...state.exit.map((action) => `exit / ${action}`),
    ...state.invokes.map(({ port }) => `do / ${port}`),
    ...state.ways.filter(({ targets }) => targets.length === 0).map(labelOf),
    ...state.tags.map((tag) => `#${tag}`),
  ].map((note) => `${pad}${name(state)} : ${text(note)}`);
  if (state.states.length === 0) {
    return [`${pad}state "${state.key}" as ${name(state)}`, ...notes];
  }
  const inner = state.states.flatMap((child) => stateLines(child, depth + 1));
  return [
    `${pad}state "${state.key}" as ${name(state)} {`,
    ...start(state, depth + 1),
    ...(state.type === 'parallel' ? parallel(inner) : inner),
    `${pad}}`,
    ...notes.filter((note) => !note.includes('#')),
  ];
}

/** Regions stand apart; each is a state of its own, so no line is needed between them. */
const parallel = (lines: readonly string[]): readonly string[] => lines;

function start(state: ChartState, depth: number): string[] {
  const first = state.states.find(({ key }) => key === state.initial);
  return first === undefined ? [] : [`${'  '.repeat(depth)}[*] --> ${name(first)}`];
}

function ways(state: ChartState): string[] {
  const own = state.ways
    .filter(({ targets }) => targets.length > 0)
    .map((way) => `${name(state)} --> ${way.targets.map(nameOfId)} : ${text(labelOf(way))}`);
  return [...own, ...state.states.flatMap(ways)];
}

const name = ({ id }: ChartState) => nameOfId(id);

function nameOfId(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9]/g, '_');
}

/** A colon ends a label, a semicolon a line. */
function text(label: string): string {
  return label.replaceAll(':', '&#58;').replaceAll(';', '&#59;');
}
