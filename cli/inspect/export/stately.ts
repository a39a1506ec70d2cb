/** Source of `createMachine` that Stately Studio takes, and that makes the same chart again. */
import type { ChartState, Trigger, Way } from './chart.ts';
import type { Format } from './format.ts';

export const stately: Format = {
  name: 'stately',
  about: 'createMachine source: paste it into Stately Studio',
  extension: 'js',
  write({ role, chart: { root, timers } }) {
    const config = { id: root.id, meta: { timers }, ...stateConfig(root) };
    const name = role.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    return [
      "import { createMachine } from 'xstate';",
      '',
      `export const ${name}Machine = createMachine(${JSON.stringify(config, null, 2)});`,
    ].join('\n');
  },
};

function stateConfig(state: ChartState): Record<string, unknown> {
  const { type, initial, tags, entry, exit, invokes, ways, states } = state;
  const of = (kind: Trigger['kind']) => ways.filter(({ on }) => on.kind === kind);
  return {
    ...(type === 'parallel' || type === 'final' ? { type } : {}),
    ...(initial === null ? {} : { initial }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(entry.length === 0 ? {} : { entry }),
    ...(exit.length === 0 ? {} : { exit }),
    ...grouped('on', of('event'), (on) => (on as { event: string }).event),
    ...grouped('after', of('after'), (on) => (on as { delay: string }).delay),
    ...(of('always').length === 0 ? {} : { always: of('always').map(wayConfig) }),
    ...(invokes.length === 0
      ? {}
      : {
          invoke: invokes.map(({ id, port }) => ({
            id,
            src: port,
            onDone: endsOf(ways, 'done', id),
            onError: endsOf(ways, 'failed', id),
          })),
        }),
    ...(states.length === 0
      ? {}
      : { states: Object.fromEntries(states.map((child) => [child.key, stateConfig(child)])) }),
  };
}

function endsOf(ways: readonly Way[], kind: 'done' | 'failed', port: string) {
  return ways.filter(({ on }) => on.kind === kind && on.port === port).map(wayConfig);
}

function grouped(key: 'on' | 'after', ways: readonly Way[], nameOf: (on: Trigger) => string) {
  if (ways.length === 0) return {};
  const names = [...new Set(ways.map(({ on }) => nameOf(on)))];
  const lists = names.map((name) => [
    name,
    ways.filter(({ on }) => nameOf(on) === name).map(wayConfig),
  ]);
  return { [key]: Object.fromEntries(lists) };
}

function wayConfig({ guard, actions, targets, reenters }: Way) {
  return {
    ...(targets.length === 0 ? {} : { target: targets.map((id) => `#${id}`) }),
    ...(guard === null ? {} : { guard }),
    ...(actions.length === 0 ? {} : { actions }),
    ...(reenters ? { reenter: true } : {}),
  };
}
