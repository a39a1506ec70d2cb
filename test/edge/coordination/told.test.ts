/** From the drivers of a node to a reader at the hub, over real brokers. The air is simulated. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { EdgeConfig } from '#cli/edge/config.ts';
import { SelfReport } from '#cli/edge/self-report.ts';
import { Uplink } from '#edge/uplink/uplink.ts';
import { matrixKinds } from '#protocols/telemetry/matrix.ts';
import type { Draft } from '#protocols/telemetry/record.ts';
import { until } from '../../agents/bus/wait.ts';
import { startRealSite } from '../uplink/real-site.ts';
import { nodeInAir } from './world.ts';

const config = EdgeConfig.parse({
  site: 'hq',
  node: 'ap1',
  country: 'DE',
  broker: { url: 'nats://127.0.0.1:1' },
  radios: [1, 6, 11].map((number, index) => ({
    id: `radio-${index}`,
    driver: `sim:ap1/radio-${index}`,
    channel: { number },
    antennaGainDbi: 3,
  })),
});

function reporting(put: (actor: string, draft: Draft) => void) {
  const world = nodeInAir();
  const { clock, drivers } = world;
  const said: string[] = [];
  const report = new SelfReport(config, { clock, drivers, put, say: (line) => said.push(line) });
  world.sample(report.drivers);
  return { ...world, report, said };
}

test('matrices and calibration of a node reach the hub as they were made', async () => {
  const site = await startRealSite();
  const made: { actor: string; draft: Draft }[] = [];
  let uplink: Uplink | undefined;
  const { clock, run, report, said } = reporting((actor, draft) => {
    made.push({ actor, draft });
    uplink?.put(actor, draft);
  });
  try {
    uplink = new Uplink({
      bus: site.node,
      clock: site.clock,
      recordClock: clock,
      random: createRandom('told'),
      site: 'hq',
      node: 'ap1',
      file: join(site.dir, 'queue.db'),
    });
    run(30);
    report.stop();
    await until(() => site.arrived.length >= made.length, 'all of it at the hub');
    // Calibration goes before matrices, so only each actor and type is in order.
    const sorted = (of: typeof made) =>
      of.toSorted((a, b) => a.draft.type.localeCompare(b.draft.type));
    const came = site.arrived.map(({ actor, record: { type, body } }) => ({
      actor,
      draft: { type, body } as Draft,
    }));
    assert.deepEqual(sorted(came), sorted(made));
    const kinds = new Set(
      made.flatMap(({ draft }) => (draft.type === 'matrix' ? draft.body.kind : [])),
    );
    // Levels of this air stay as they are, so that nothing can be said of diversity.
    assert.deepEqual(
      [...kinds].sort(),
      Object.keys(matrixKinds)
        .filter((kind) => kind !== 'diversity')
        .sort(),
    );
    const calibrations = made.flatMap(({ draft }) =>
      draft.type === 'calibration' ? draft.body : [],
    );
    assert(calibrations.some(({ noiseFloorDbm }) => noiseFloorDbm !== undefined));
    assert(calibrations.some(({ rxDeltasDb, txDeltasDb }) => rxDeltasDb && txDeltasDb));
    assert(calibrations.some(({ coupling }) => coupling !== undefined));
    assert.deepEqual([said, site.refused], [[], []]);
  } finally {
    uplink?.close();
    await site.stop();
  }
});

test('calibration is told once an hour while it stays, and at once when it has changed', () => {
  const told: Draft[] = [];
  const { run, put, report } = reporting((actor, draft) => {
    if (draft.type === 'calibration' && actor === 'radio-0') told.push(draft);
  });
  const count = () => told.splice(0).length;
  run(25);
  const atFirst = count();
  assert(atFirst >= 2, 'the noise floor, and what others show');
  run(25);
  assert.equal(count(), 0);
  // All strangers are gone: nothing is left to compare the radios by.
  for (let index = 0; index < 6; index += 1) put(`02:00:00:00:00:0${index}`, 15, null);
  put('ap2/radio-0', 12, null);
  run(40);
  assert(count() >= 1);
  run(70);
  assert(count() >= 2);
  report.stop();
});

test('a draft that the uplink does not take stops nothing', () => {
  let tries = 0;
  const { run, said, report } = reporting(() => {
    tries += 1;
    throw new Error('no room');
  });
  run(10);
  report.stop();
  assert(tries > 5);
  assert.equal(said.length, tries);
  assert.match(said[0]!, /^(node|radio-\d): not told: no room$/);
});
