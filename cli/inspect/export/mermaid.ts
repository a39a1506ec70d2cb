/** @see https://mermaid.js.org/syntax/stateDiagram.html, stateDiagram-v2 */
import { type ChartState, labelOf, type Way } from './chart.ts';
import type { Format } from './format.ts';

export const mermaid: Format = {
  name: 'mermaid',
  about: 'A stateDiagram-v2, which many pages draw',
  extension: 'mmd',
  write: ({ chart: { root } }) =>
    ['stateDiagram-v2', ...stateLines(root, 1), ...arrows(root)].join('\n'),
};

function stateLines(state: ChartState, depth: number): string[] {
  const pad = '  '.repeat(depth);
  const name = nameOf(state.id);
  const told = [
    ...state.entry.map((action) => `entry / ${action}`),
    ...state.exit.map((action) => `exit / ${action}`),
    ...state.invokes.map(({ port }) => `do / ${port}`),
    ...state.ways.filter((way) => !isArrow(state, way)).map((way) => text(noteOf(way))),
  ];
  const tags = state.tags.map((tag) => ` (${tag})`).join('');
  const head = `${pad}state "${state.key}${tags}" as ${name}`;
  if (state.states.length === 0) return [head, ...told.map((one) => `${pad}${name} : ${one}`)];
  const first = state.states.find(({ key }) => key === state.initial);
  return [
    `${head} {`,
    ...(first === undefined ? [] : [`${pad}  [*] --> ${nameOf(first.id)}`]),
    ...state.states.flatMap((child, at) => [
      // Two dashes stand between regions that are all there at once.
      ...(state.type === 'parallel' && at > 0 ? [`${pad}  --`] : []),
      ...stateLines(child, depth + 1),
    ]),
    `${pad}}`,
    // A line after its name would take the place of the name.
    ...(told.length === 0
      ? []
      : [`${pad}note right of ${name}`, ...told.map((one) => `${pad}  ${one}`), `${pad}end note`]),
  ];
}

function arrows(state: ChartState): string[] {
  const own = state.ways.filter((way) => isArrow(state, way));
  return [
    ...own.map(
      (way) => `  ${nameOf(state.id)} --> ${nameOf(way.targets[0]!)} : ${text(labelOf(way))}`,
    ),
    ...state.states.flatMap(arrows),
  ];
}

/** From a state into itself no arrow can be drawn. */
function isArrow({ id, states }: ChartState, { targets: [target] }: Way): boolean {
  return target !== undefined && !(states.length > 0 && isWithin(target, id));
}

function isWithin(id: string, outer: string): boolean {
  return id === outer || id.startsWith(`${outer}.`);
}

function noteOf(way: Way): string {
  const [target] = way.targets;
  return target === undefined
    ? labelOf(way)
    : `${labelOf(way)} → ${target.split('.').slice(1).join('.')}`;
}

function nameOf(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9]/g, '_');
}

/** A colon ends a label, a semicolon a line. */
function text(label: string): string {
  return label.replaceAll(':', ' ').replaceAll(';', ' ');
}
