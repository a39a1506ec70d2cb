import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mobilityLines, mobilitySummary } from '#cli/sim/mobility.ts';
import type { RoamEvent } from '#sim/mobility/roaming.ts';

const roam: RoamEvent = {
  kind: 'client.roamed',
  tUs: 1_000_000,
  client: 'ann',
  from: 'ap1/radio-0',
  to: 'ap2/radio-0',
  fromDbm: -71.5,
  toDbm: -60,
  outageUs: 300_000,
};
const lost: RoamEvent = { ...roam, kind: 'client.lost', to: null, fromDbm: null, toDbm: null };
const hour = { clients: 4, virtualUs: 3_600_000_000 };
const totals = { movingNodes: 1, movingClients: 2, scansInVain: 3, awayUs: 144_000_000 };

test('roams are counted per client and hour, outages over roams alone', () => {
  const roams = [roam, { ...roam, outageUs: 500_000 }, lost];
  const { mobility } = mobilitySummary({ ...hour, mobility: { ...totals, roams } });

  const { events, ...counts } = mobility!;
  assert.deepEqual(counts, {
    movingNodes: 1,
    movingClients: 2,
    roams: 2,
    roamsPerClientHour: 0.5,
    meanOutageMs: 400,
    scansInVain: 3,
    awayShare: 0.01,
  });
  assert.equal(events.length, 3);
  assert.equal(mobilitySummary({ ...hour, mobility: undefined }).mobility, undefined);
});

test('a report lists the first changes and says how many more there are', () => {
  const roams = [roam, lost, roam];
  const { mobility } = mobilitySummary({ ...hour, mobility: { ...totals, roams } });
  const lines = mobilityLines(mobility, { clock: (seconds) => `at ${seconds}`, most: 2 });

  const text = lines.join('\n').replace(/ +/g, ' ');
  assert.match(text, /^Movement: nodes 1, clients 2\n roams 2\n/);
  assert.match(
    text,
    / at 1 ann roamed from ap1\/radio-0 \(-71\.5 dBm\) to ap2\/radio-0 \(-60\.0 dBm\) 300 ms\n/,
  );
  assert.match(text, / at 1 ann lost from ap1\/radio-0 \(not heard\) 300 ms\n/);
  assert.match(text, /… and 1 more; --json lists them all/);
  assert.deepEqual(mobilityLines(undefined, { clock: String, most: 2 }), []);
});
