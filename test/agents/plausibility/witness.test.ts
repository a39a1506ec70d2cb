import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hears, Memory, Place } from '#agents/body.ts';
import { isQuarantined, quarantines, release, underWitness } from '#agents/plausibility/witness.ts';
import { createRandom } from '#agents/random/philox.ts';
import type { EventDefinition } from '#protocols/event.ts';
import { quarantineLifted } from '#protocols/events/auditor.ts';
import { neighboursMeasured, stateChanged, surveyMeasured } from '#protocols/events/radio.ts';
import { Address } from '#protocols/ids.ts';
import { log10 } from '#protocols/math.ts';
import { channelAt, radioState } from '../regulation/radio-state.ts';

test('honest radios, each measuring within 5 dB, are never put in quarantine', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 2, max: 8 }), (seed, nodes) => {
      const site = startSite(seed, nodes);
      site.rounds(12);
      assert.deepEqual(site.quarantined(), []);
    }),
    { numRuns: 100 },
  );
});

test('a node that hears everybody too loudly is put in quarantine, and nobody else is', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 4, max: 8 }),
      fc.constantFrom(-40, 40),
      (seed, nodes, shiftDb) => {
        const site = startSite(seed, nodes);
        site.rounds(12, { node: 0, shiftDb });
        assert.deepEqual(site.quarantined(), ['ap0']);
      },
    ),
    { numRuns: 100 },
  );
});

test('a node that finds its channel idle while neighbours send is put in quarantine', () => {
  const site = startSite(1, 5, 8);
  site.rounds(12, { node: 2, busy: 0.01 });
  assert.deepEqual(site.quarantined(), ['ap2']);
  assert.match(quarantines(site.memory)[0]?.why[0] ?? '', /finds its channel busy 1 %/);
});

test('of two that contradict each other neither is believed to lie', () => {
  const site = startSite(1, 2);
  site.rounds(20, { node: 0, shiftDb: 40 });
  assert.deepEqual(site.quarantined(), []);
});

test('one wrong report is not a lie', () => {
  const site = startSite(3, 6);
  for (let round = 0; round < 6; round += 1) {
    site.rounds(1, { node: 0, shiftDb: 40 });
    site.rounds(3);
  }
  assert.deepEqual(site.quarantined(), []);
});

test('what a node in quarantine reports moves nothing until a person lifts that', () => {
  const site = startSite(1, 5);
  site.rounds(12, { node: 0, shiftDb: 40 });
  const before = site.surveysHeard('ap0');
  site.rounds(3);
  assert.equal(site.surveysHeard('ap0'), before);
  assert(site.surveysHeard('ap1') > before);
  assert(isQuarantined(site.memory, 'hq/ap0/radio-0'));

  site.lift('ap0');
  assert.equal(isQuarantined(site.memory, 'hq/ap0/radio-0'), false);
  site.rounds(6);
  assert(site.surveysHeard('ap0') > before);
  assert.deepEqual(site.quarantined(), []);
  assert.equal(release(site.memory, 'ap0'), false);
});

interface Liar {
  readonly node: number;
  readonly shiftDb?: number;
  readonly busy?: number;
}

/** Radios on one channel, strewn over a square, with a path loss alike in both directions. */
function startSite(seed: number, nodes: number, sideM = 40) {
  const random = createRandom(`witness/${seed}`);
  const table = new Map<string, unknown>();
  const memory: Memory = {
    get: (key) => table.get(key),
    set: (key, value) => void table.set(key, value),
    delete: (key) => void table.delete(key),
    entries: (prefix) => [...table].filter(([key]) => key.startsWith(prefix)),
  };
  const heard: string[] = [];
  const hears = underWitness([
    { event: surveyMeasured, to: ({ source }) => void heard.push(source) },
  ]);
  const place = { memory } as unknown as Place;
  const channel = channelAt(5180, 20);
  const places = Array.from({ length: nodes }, () => ({
    x: sideM * random.uniform(),
    y: sideM * random.uniform(),
    eirpDbm: 10 + Math.floor(10 * random.uniform()),
  }));
  const idOf = (node: number) => `hq/ap${node}/radio-0`;
  const lossDb = (a: number, b: number) => {
    const [one, other] = [places[a]!, places[b]!];
    const metres = Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
    return 47 + 30 * log10(metres);
  };
  let atMs = 1_760_000_000_000;
  const tell = (event: EventDefinition, node: number, data: unknown) => {
    for (const { event: wanted, to } of hears as readonly Hears[]) {
      if (wanted !== event || to === 'chart') continue;
      to({ event, source: Address.parse(idOf(node)), data, atMs }, place);
    }
  };
  const all = Array.from({ length: nodes }, (_, node) => node);
  for (const node of all) {
    tell(stateChanged, node, radioState({ channel, eirpDbm: places[node]!.eirpDbm }));
  }
  return {
    memory,
    quarantined: () => quarantines(memory).map(({ node }) => node),
    surveysHeard: (node: string) => heard.filter((one) => one === `hq/${node}/radio-0`).length,
    lift: (node: string) => tell(quarantineLifted, 0, { node, reason: 'Looked after.' }),
    rounds(count: number, liar?: Liar) {
      for (let round = 0; round < count; round += 1) {
        atMs += 50_000;
        for (const node of all) {
          atMs += 1_000;
          const mine = liar?.node === node ? liar : undefined;
          tell(surveyMeasured, node, {
            channel,
            windowMs: 10_000,
            busy: mine?.busy ?? 0.8,
            tx: mine?.busy === undefined ? 0.6 : 0,
            noiseDbm: -95,
            clients: [],
          });
          const neighbours = all
            .filter((other) => other !== node)
            .map((other) => ({
              id: idOf(other),
              channel,
              rssiDbm:
                places[other]!.eirpDbm -
                lossDb(node, other) +
                (mine?.shiftDb ?? 0) +
                10 * random.uniform() -
                5,
              load: 0.6,
              managed: true,
            }));
          tell(neighboursMeasured, node, { neighbours });
        }
      }
    },
  };
}
