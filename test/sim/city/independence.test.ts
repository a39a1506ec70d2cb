import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import type { AirChange, Point } from '#protocols/air.ts';
import { channelFromNumber } from '#protocols/channels.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { assertIndependent } from '#sim/city/independence.ts';
import { type Neighbourhood, neighbourhoodsOf } from '#sim/city/neighbourhoods.ts';
import { airId, layOut } from '#sim/layout.ts';
import type { Scenario } from '#sim/scenario.ts';
import { loadScenario } from '#sim/scenario-files.ts';
import { cityOf } from './city-of.ts';

const check = (scenario: Scenario) => assertIndependent(scenario, neighbourhoodsOf(scenario, 1));

test('the city that comes along is of neighbourhoods that do not hear each other, at any size', () => {
  const city = loadScenario('city');

  for (const sizes of [
    {},
    { neighbourhoods: 3 },
    { nodes: 7, radios: 1 },
    { neighbourhoods: 300 },
  ]) {
    assertIndependent(city, neighbourhoodsOf(city, 1, sizes));
  }
});

test('two that hear each other are refused, with who hears whom and what would do', () => {
  const noRadar = { faults: [] };
  assert.throws(() => check(cityOf(noRadar, { gapM: 60, facadeDb: 0 })), {
    name: 'InputError',
    message:
      /^scenario town: at city\.gapM: expected neighbourhoods that do not hear each other, for which 397 is enough, came 60: town-huts-001\/[\w/-]+ arrives at town-[\w-]+\/[\w/-]+ with -\d+\.\d dBm, and -101 dBm count$/,
  });
  check(cityOf(noRadar, { gapM: 397, facadeDb: 0 }));
  check(cityOf(noRadar, { gapM: 60, facadeDb: 28 }));
});

test('a facade shields only who is indoors, and a radar stands outdoors', () => {
  const outdoors = cityOf().city!.neighbourhoods.map(({ kind, count }) => ({
    ...{ kind, count },
    generate: {
      ...{ nodes: 2, radios: 1, spacingM: 15, indoor: false },
      channels: [{ band: '2.4', number: 6 }],
    },
  }));
  assert.throws(
    () => check(cityOf({ faults: [] }, { neighbourhoods: outdoors })),
    /-101 dBm count/,
  );
  check(cityOf({ faults: [] }, { gapM: 30 }));
  assert.throws(() => check(cityOf({}, { gapM: 30 })), /a radar near .* and -64 dBm count/);
});

test('a client that walks may stand anywhere in its neighbourhood', () => {
  const still = { faults: [] };
  const city = { gapM: 391, facadeDb: 0 };
  const walking = cityOf().city!.neighbourhoods.map(({ kind, count }) => ({
    ...{ kind, count },
    generate: {
      ...{ nodes: 2, radios: 1, clientsPerRadio: 2, spacingM: 15, walking: { share: 1 } },
      channels: [{ band: '2.4', number: 6 }],
    },
  }));
  check(cityOf(still, city));
  assert.throws(
    () => check(cityOf(still, { ...city, neighbourhoods: walking })),
    /arrives at town-\w+-\d+\/n\d-r0-c\d with -10\d\.\d dBm/,
  );
});

test('where nobody hears another by the levels, the air of the whole city agrees', () => {
  for (const [gapM, facadeDb, isHeard] of [
    [397, 0, false],
    [25, 0, true],
    [25, 28, false],
    [25, 8, true],
  ] as const) {
    const scenario = cityOf({ faults: [] }, { gapM, facadeDb });
    const heard = loudCityHears(neighbourhoodsOf(scenario, 1), facadeDb);

    assert.equal(heard, isHeard, `${gapM} m, ${facadeDb} dB`);
    if (isHeard) assert.throws(() => check(scenario));
    else check(scenario);
  }
});

/** One air with every radio on one channel at full power: whether any is slowed or heard elsewhere. */
function loudCityHears(neighbourhoods: readonly Neighbourhood[], facadeDb: number): boolean {
  const together = createFluidAir({ random: createRandom(1) });
  const apart = neighbourhoods.map((one) => {
    const alone = createFluidAir({ random: createRandom(1) });
    const changes = loudly(one, facadeDb);
    for (const air of [together, alone]) for (const change of changes) air.apply(change);
    return { alone, radios: changes.filter(({ kind }) => kind === 'radio') as { id: string }[] };
  });
  const window = { fromUs: 0, untilUs: 1_000_000 };
  return apart.some(({ alone, radios }) =>
    radios.some(({ id }) =>
      (['survey', 'neighbours', 'clients'] as const).some(
        (kind) =>
          JSON.stringify(together.observe(id, kind, window)) !==
          JSON.stringify(alone.observe(id, kind, window)),
      ),
    ),
  );
}

/** A neighbourhood at its place in the city, within its four walls. */
function loudly({ scenario, seed, origin }: Neighbourhood, facadeDb: number): AirChange[] {
  const { site, clients } = layOut(scenario, createRandom(seed).fork('layout'));
  const { nodes, spacingM } = scenario.generate;
  const channel = channelFromNumber({ band: '2.4', number: 6, widthMhz: 20 })!;
  const move = ({ x, y, z }: Point) => ({ x: x + origin.x, y: y + origin.y, z });
  const nearM = -0.5 * spacingM;
  const farM = nearM + Math.ceil(Math.sqrt(nodes)) * spacingM;
  // They stand out at the corners, where a path through nothing but ends would cross none.
  const walls = [nearM, farM].flatMap((m) => [
    { from: { x: nearM - 1, y: m, z: 0 }, to: { x: farM + 1, y: m, z: 0 } },
    { from: { x: m, y: nearM - 1, z: 0 }, to: { x: m, y: farM + 1, z: 0 } },
  ]);
  return [
    ...walls.map(
      ({ from, to }): AirChange => ({
        ...{ kind: 'wall', from: move(from), to: move(to) },
        lossDb: facadeDb,
      }),
    ),
    ...site.nodes.flatMap((node) =>
      node.radios.map(
        ({ id, maxEirpDbm }): AirChange => ({
          ...{ kind: 'radio', id: `${site.site}/${airId(node.id, id)}`, at: move(node.at) },
          ...{ channel, eirpDbm: maxEirpDbm },
        }),
      ),
    ),
    ...clients.map(
      ({ id, at, radio, offeredMbps }): AirChange => ({
        ...{ kind: 'client', id: `${site.site}/${id}`, at: move(at), offeredMbps },
        radio: `${site.site}/${radio}`,
      }),
    ),
  ];
}
