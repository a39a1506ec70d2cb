import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMachine } from 'xstate';
import {
  type Chart,
  type ChartState,
  chartOf,
  labelOf,
  statesOf,
} from '#cli/inspect/export/chart.ts';
import { formats } from '#cli/inspect/export/index.ts';
import { mermaid } from '#cli/inspect/export/mermaid.ts';
import { plantuml } from '#cli/inspect/export/plantuml.ts';
import { scxml } from '#cli/inspect/export/scxml.ts';
import { stately } from '#cli/inspect/export/stately.ts';
import { machines } from '#cli/inspect/machines.ts';
import { type Role, roles } from '#protocols/roles.ts';
import { contentFaults } from './scxml-content.ts';

for (const role of roles) {
  test(`${role}: the source for Stately Studio makes the same chart when it is read again`, () => {
    const { chart } = of(role);

    const again = chartOf(evaluated(stately.write(of(role))));

    assert.deepEqual(plain(again), plain(chart));
  });

  test(`${role}: every state and every way is in the pictures`, () => {
    const { chart } = of(role);
    for (const format of [mermaid, plantuml]) {
      const text = format.write(of(role));
      for (const { id, ways } of statesOf(chart.root)) {
        assert(text.includes(id.replaceAll(/[^A-Za-z0-9]/g, '_')), `${format.name}: ${id}`);
        for (const way of ways)
          assert(text.includes(labelOf(way)), `${format.name}: ${labelOf(way)}`);
      }
    }
  });

  test(`${role}: its SCXML holds only what the Recommendation lets stand where it stands`, () => {
    assert.deepEqual(contentFaults(scxml.write(of(role))), []);
  });
}

test('what is no SCXML is told from what is', () => {
  const good = scxml.write(of('radio'));

  assert.notDeepEqual(
    contentFaults(good.replace('target="radio.hushing"', 'target="radio.attic"')),
    [],
  );
  assert.notDeepEqual(
    contentFaults(good.replace('<onentry>', '<entry>').replace('</onentry>', '</entry>')),
    [],
  );
  assert.notDeepEqual(contentFaults(good.replace('</scxml>', '')), []);
  assert.notDeepEqual(contentFaults(good.replace(' version="1.0" datamodel', ' datamodel')), []);
});

test('every format writes every role, and no two have one name', () => {
  for (const role of roles)
    for (const format of formats) assert(format.write(of(role)).length > 100);
  assert.equal(new Set(formats.map(({ name }) => name)).size, formats.length);
});

function of(role: Role) {
  return { role, chart: chartOf(machines[role]), machine: machines[role] };
}

/** As Studio does: the source is run, with nothing but `createMachine` at hand. */
function evaluated(source: string) {
  const body = source.replace(/^import .*$/m, '').replace(/export const \w+ =/, 'return');
  return new Function('createMachine', body)(createMachine);
}

/** In one order: the source lists events, delays and ends of ports apart. */
function plain({ root, timers }: Chart): unknown {
  const state = ({ ways, states, ...rest }: ChartState): unknown => ({
    ...rest,
    ways: ways.map((way) => JSON.stringify(way)).sort(),
    states: states.map(state),
  });
  return { root: state(root), timers };
}
