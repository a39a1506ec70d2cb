/**
 * State Chart XML. Guards and actions are calls of functions of their names in ECMAScript; a delay is an
 * event that a state sends itself when it is entered, and takes back when it is left; a port is what it
 * invokes.
 *
 * @see W3C Recommendation "State Chart XML (SCXML)", 1 September 2015, sections 3 to 6
 */
import type { ChartState, Trigger, Way } from './chart.ts';
import type { Format } from './format.ts';

export const scxml: Format = {
  name: 'scxml',
  about: 'State Chart XML of the W3C',
  extension: 'scxml',
  write({ chart: { root } }) {
    // The document is not a state, but what it holds has to be one to have ways of its own.
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript" name="${root.id}" initial="${root.id}">`,
      ...stateLines(root, 1),
      '</scxml>',
    ].join('\n');
  },
};

function stateLines(state: ChartState, depth: number): string[] {
  const pad = '  '.repeat(depth);
  const element = { atomic: 'state', compound: 'state', parallel: 'parallel', final: 'final' }[
    state.type
  ];
  const first = state.states.find(({ key }) => key === state.initial);
  const initial = first === undefined ? '' : ` initial="${first.id}"`;
  const delays = [
    ...new Set(state.ways.flatMap(({ on }) => (on.kind === 'after' ? [on.delay] : []))),
  ];
  const sendId = (delay: string) => `${state.id}.${delay}`;
  const onentry = [
    ...state.entry.map(call),
    ...delays.map(
      (delay) =>
        `<send event="after.${escaped(delay)}" id="${sendId(delay)}" delayexpr="${escaped(delay)}()"/>`,
    ),
  ];
  const onexit = [
    ...delays.map((delay) => `<cancel sendid="${sendId(delay)}"/>`),
    ...state.exit.map(call),
  ];
  return [
    `${pad}<${element} id="${state.id}"${initial}>`,
    ...block('onentry', onentry, depth + 1),
    ...block('onexit', onexit, depth + 1),
    ...(element === 'final'
      ? []
      : [
          ...state.ways.flatMap((way) => wayLines(state, way, depth + 1)),
          ...state.invokes.map(
            ({ id, port }) =>
              `${pad}  <invoke type="port" src="${escaped(port)}" id="${state.id}.${id}"/>`,
          ),
          ...state.states.flatMap((child) => stateLines(child, depth + 1)),
        ]),
    `${pad}</${element}>`,
  ];
}

function wayLines(state: ChartState, way: Way, depth: number): string[] {
  const { on, guard, actions, targets, reenters } = way;
  const pad = '  '.repeat(depth);
  const event = eventOf(state, on);
  const attributes = [
    ...(event === null ? [] : [`event="${escaped(event)}"`]),
    ...(guard === null ? [] : [`cond="${escaped(guard)}()"`]),
    ...(targets.length === 0 ? [] : [`target="${targets.join(' ')}"`]),
    ...(targets.length === 0 || reenters ? [] : ['type="internal"']),
  ].join(' ');
  if (actions.length === 0) return [`${pad}<transition ${attributes}/>`];
  return [
    `${pad}<transition ${attributes}>`,
    ...actions.map((action) => `${pad}  ${call(action)}`),
    `${pad}</transition>`,
  ];
}

/** What a state invokes has an id of the whole document. */
function eventOf({ id }: ChartState, on: Trigger): string | null {
  switch (on.kind) {
    case 'always':
      return null;
    case 'event':
      return on.event;
    case 'after':
      return `after.${on.delay}`;
    case 'done':
      return `done.invoke.${id}.${on.port}`;
    case 'failed':
      return `error.platform.${id}.${on.port}`;
  }
}

function block(element: string, content: readonly string[], depth: number): string[] {
  if (content.length === 0) return [];
  const pad = '  '.repeat(depth);
  return [`${pad}<${element}>`, ...content.map((line) => `${pad}  ${line}`), `${pad}</${element}>`];
}

const call = (action: string) => `<script>${escaped(action)}()</script>`;

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
