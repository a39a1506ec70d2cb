/** @see https://plantuml.com/state-diagram */
import { type ChartState, labelOf } from './chart.ts';
import type { Format } from './format.ts';

export const plantuml: Format = {
  name: 'plantuml',
  about: 'A state diagram of PlantUML',
  extension: 'puml',
  write: ({ role, chart }) =>
    [
      '@startuml',
      `title ${role}`,
      'hide empty description',
      ...lines(chart.root, 0),
      '@enduml',
    ].join('\n'),
};

function lines(state: ChartState, depth: number): string[] {
  const pad = '  '.repeat(depth);
  const alias = aliasOf(state.id);
  const inner = state.states.flatMap((child, at) => [
    // Regions of a parallel state are told apart by a line.
    ...(state.type === 'parallel' && at > 0 ? [`${pad}  --`] : []),
    ...lines(child, depth + 1),
  ]);
  const first = state.states.find(({ key }) => key === state.initial);
  const notes = [
    ...state.entry.map((action) => `entry / ${action}`),
    ...state.exit.map((action) => `exit / ${action}`),
    ...state.invokes.map(({ port }) => `do / ${port}`),
    ...state.ways.filter(({ targets }) => targets.length === 0).map(labelOf),
  ];
  const tags = state.tags.map((tag) => ` <<${tag}>>`).join('');
  const begins = first === undefined ? [] : [`${pad}  [*] --> ${aliasOf(first.id)}`];
  return [
    `${pad}state "${state.key}" as ${alias}${tags} {`,
    ...begins,
    ...inner,
    `${pad}}`,
    ...notes.map((note) => `${pad}${alias} : ${note}`),
    ...state.ways.flatMap((way) =>
      way.targets.map((target) => `${pad}${alias} --> ${aliasOf(target)} : ${labelOf(way)}`),
    ),
  ];
}

function aliasOf(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9]/g, '_');
}
