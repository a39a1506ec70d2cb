import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { describeDurationMs, parseDurationMs } from '#protocols/duration.ts';
import { nearest } from '#protocols/nearest.ts';
import { emissionOf } from '#sim/air/spectrum/setting.ts';
import { neighbourhoodsOf } from '#sim/city/neighbourhoods.ts';
import { layOut } from '#sim/layout.ts';
import { parseScenario } from '#sim/scenario.ts';
import { loadScenario, scenarioNames } from '#sim/scenario-files.ts';

test('every scenario that comes along loads and is laid out', () => {
  assert.deepEqual(scenarioNames(), ['campus', 'city', 'office', 'partition', 'radar', 'walk']);
  for (const name of scenarioNames()) {
    const scenario = loadScenario(name);
    const sites =
      scenario.city === undefined
        ? [scenario]
        : neighbourhoodsOf(scenario, 1).map((neighbourhood) => neighbourhood.scenario);
    for (const one of sites) {
      const { site, clients } = layOut(one, createRandom(1));
      assert(site.nodes.length > 0 && clients.length > 0);
    }
  }
});

test('the office has 4 nodes of 3 radios and 24 clients, a radar and a cut in every seed', () => {
  const office = loadScenario('office');
  const { site, clients } = layOut(office, createRandom(1));

  assert.deepEqual(
    site.nodes.map(({ radios }) => radios.length),
    [3, 3, 3, 3],
  );
  assert.equal(clients.length, 24);
  assert(['radar', 'cut'].every((kind) => office.faults.some((fault) => fault.kind === kind)));
});

test('a campus is as large as asked, with 8 clients a radio, and the same for one seed', () => {
  const campus = loadScenario('campus');
  const sizes = { nodes: 7, radios: 2 };

  const layout = layOut(campus, createRandom(5), sizes);

  assert.equal(layout.site.nodes.length, 7);
  assert.equal(layout.clients.length, 7 * 2 * 8);
  assert.deepEqual(layout, layOut(campus, createRandom(5), sizes));
  assert.notDeepEqual(layout.clients, layOut(campus, createRandom(6), sizes).clients);
});

test('an emitter that says what it is needs nothing else, and is put on the air as that usually is', () => {
  const office = loadScenario('office');
  const at = { x: 1, y: 2, z: 1 };
  const oven = { id: 'oven', at, emission: 'microwave', eirpDbm: 20, from: 60e6 } as const;
  const { later } = layOut({ ...office, emitters: [oven] }, createRandom(1));

  const { centerMhz, widthMhz, duty } = emissionOf('microwave').usual;
  const { from, ...written } = oven;
  const change = { kind: 'emitter', ...written, centerMhz, widthMhz, duty };
  assert.deepEqual(later, [{ atUs: from, change }]);
});

test('sizes are refused where the nodes are named', () => {
  assert.throws(() => layOut(loadScenario('office'), createRandom(1), { nodes: 3 }), /--nodes/);
});

test('what is wrong with a scenario is said in one line', () => {
  const good = {
    name: 'x',
    about: '',
    site: 'hq',
    country: 'DE',
    startsAt: '2026-01-01T00:00:00+01:00',
    nodes: [
      { id: 'ap1', at: { x: 0, y: 0 }, radios: [{ id: 'radio-0', channel: { number: 36 } }] },
    ],
  };
  const broken: [object, RegExp][] = [
    [{ ...good, sort: 1 }, /Unrecognized key: "sort"/],
    [{ ...good, startsAt: '2026-01-01T00:00:00' }, /at startsAt/],
    [{ ...good, duration: 'soon' }, /at duration: .*a duration like 60/],
    [{ ...good, nodes: [] }, /expected `nodes`, `generate` or `city`, came none of them/],
    [{ ...good, nodes: [...good.nodes, ...good.nodes] }, /'ap1' twice/],
    [
      { ...good, clients: [{ id: 'c', at: { x: 0, y: 0 }, radio: 'ap2/radio-0' }] },
      /uses 'ap2\/radio-0': expected one of ap1\/radio-0/,
    ],
    [
      { ...good, faults: [{ kind: 'cut', node: 'ap9', when: { at: 1 } }] },
      /fault cut of node 'ap9': expected any, cloud or one of ap1/,
    ],
    [
      { ...good, emitters: [{ id: 'e', at: { x: 0, y: 0 }, eirpDbm: 10, centerMhz: 2412 }] },
      /at emitters\.0: expected `centerMhz`, `widthMhz` and `duty`, or an `emission`/,
    ],
    [
      { ...good, emitters: [{ id: 'e', at: { x: 0, y: 0 }, eirpDbm: 10, emission: 'toaster' }] },
      /at emitters\.0\.emission: .*"wifi"\|"microwave"/,
    ],
    [
      { ...good, faults: [{ kind: 'radar', when: { at: 1 }, pattern: 'fcc-9' }] },
      /at faults\.0\.pattern: .*"fcc-0"\|"fcc-1"/,
    ],
    [{ ...good, faults: [{ kind: 'flood', when: { at: 1 } }] }, /at faults\.0\.kind/],
  ];
  assert.equal(parseScenario(good, 'x').nodes[0]!.radios[0]!.channel.primaryMhz, 5180);
  for (const [data, message] of broken) {
    assert.throws(() => parseScenario(data, 'x'), { name: 'InputError', message });
  }
  const lost = structuredClone(good);
  lost.nodes[0]!.radios[0]!.channel.number = 38;
  assert.throws(
    () => parseScenario(lost, 'x'),
    /expected a channel of IEEE 802\.11, came number 38/,
  );
});

test('a scenario that is not there, or is no YAML, is refused', () => {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'airguard-scenario-'));
  try {
    const file = path.join(folder, 'bad.yaml');
    fs.writeFileSync(file, 'name: [');

    assert.throws(() => loadScenario(file), /expected YAML or JSON/);
    assert.throws(
      () => loadScenario(path.join(folder, 'gone.yaml')),
      /expected a file that can be read/,
    );
    assert.throws(() => loadScenario('ofice'), /did you mean 'office'/);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('durations are read as people write them', () => {
  const written = { 60: 60_000, '60s': 60_000, '10m': 600_000, '1h': 3_600_000, '250ms': 250 };
  for (const [text, ms] of Object.entries(written)) assert.equal(parseDurationMs(text), ms);
  for (const text of ['', 'm', '-1', '1 h', '1y', '10mm']) {
    assert.equal(parseDurationMs(text), undefined);
  }
  for (const ms of [0, 250, 60_000, 90_000, 3_600_000, 3_601_000]) {
    assert.equal(parseDurationMs(describeDurationMs(ms)), ms);
  }
});

test('the nearest word is suggested only when one is near', () => {
  assert.equal(nearest('tolls', ['sim', 'tools', 'up']), 'tools');
  assert.equal(nearest('xylophone', ['sim', 'tools', 'up']), undefined);
});
