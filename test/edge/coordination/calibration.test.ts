import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { couplingFrom } from '#edge/coordination/calibration/coupling.ts';
import { driftDb } from '#edge/coordination/calibration/drift.ts';
import { noiseFloorDbm } from '#edge/coordination/calibration/noise-floor.ts';
import { receiveDeltas } from '#edge/coordination/calibration/receive-deltas.ts';
import { calibrationsOf } from '#edge/coordination/calibration/records.ts';
import { sendDeltas } from '#edge/coordination/calibration/send-deltas.ts';
import { Calibration } from '#protocols/telemetry/calibration.ts';
import { channel, radio, sound, surroundings } from './made.ts';

const db = (most: number) => fc.double({ min: -most, max: most, noNaN: true });

test('by how much each radio sends and hears too much is found from levels alone', () => {
  const radios = fc.array(fc.record({ receives: db(6), sends: db(6), eirpDbm: db(20) }), {
    minLength: 2,
    maxLength: 4,
  });
  const senders = fc.array(db(30), { minLength: 4, maxLength: 12 });
  fc.assert(
    fc.property(radios, senders, fc.integer({ min: 0, max: 7 }), (wrong, levels, shift) => {
      const numbers = [36, 40, 44, 48, 100, 104, 108, 112];
      const at = (index: number) => channel(numbers[(index + shift) % numbers.length]!);
      const heard = Object.fromEntries(
        wrong.map(({ receives }, here) => [
          `radio-${here}`,
          {
            ...Object.fromEntries(
              levels.map((level, index) => [
                `other-${index}`,
                sound(channel(100), -60 + level + receives),
              ]),
            ),
            ...Object.fromEntries(
              wrong.flatMap(({ sends, eirpDbm }, there) => {
                if (here === there) return [];
                const from = at(there);
                // The way is one of so many metres, the same there and back.
                const lossDb = 20 * Math.log10(from.centerMhz) - 27.55 + here + there;
                const overEirpDb = sends + receives - lossDb;
                return [[`radio-${there}`, sound(from, eirpDbm + overEirpDb, { overEirpDb })]];
              }),
            ),
          },
        ]),
      );
      const of = surroundings(
        wrong.map((_, index) => radio(`radio-${index}`, at(index))),
        heard,
      );
      const receive = receiveDeltas(of, '5');
      const send = sendDeltas(of, '5', receive);
      const middle = (of: (one: (typeof wrong)[number]) => number) =>
        wrong.reduce((sum, one) => sum + of(one), 0) / wrong.length;
      wrong.forEach(({ receives, sends }, index) => {
        const name = `radio-${index}`;
        assert.ok(Math.abs(receive.get(name)! - (receives - middle((one) => one.receives))) < 1e-6);
        assert.ok(Math.abs(send.get(name)! - (sends - middle((one) => one.sends))) < 1e-6);
      });
    }),
    { numRuns: 100 },
  );
});

test('radios that hear different senders are fitted over those they share', () => {
  // Radio 0 hears the near ones alone, radio 2 the far ones alone, radio 1 all of them, 3 dB too loudly.
  const near = [-40, -42, -44, -46];
  const far = [-80, -81, -82, -83];
  const of = (levels: readonly number[], first: number, more: number) =>
    Object.fromEntries(
      levels.map((level, index) => [`other-${first + index}`, sound(channel(36), level + more)]),
    );
  const heard = {
    'radio-0': of(near, 0, 0),
    'radio-1': { ...of(near, 0, 3), ...of(far, 4, 3) },
    'radio-2': of(far, 4, 0),
  };
  const radios = Object.keys(heard).map((name) => radio(name, channel(36)));
  const deltas = receiveDeltas(surroundings(radios, heard), '5');
  assert.deepEqual(
    [...deltas].map(([name, delta]) => [name, Math.round(delta * 1e6) / 1e6]),
    [
      ['radio-0', -1],
      ['radio-1', 2],
      ['radio-2', -1],
    ],
  );
});

test('what a single radio hears, or three senders, shows nothing', () => {
  const few = Object.fromEntries([1, 2, 3].map((n) => [`other-${n}`, sound(channel(36), -60)]));
  const radios = [radio('radio-0', channel(36)), radio('radio-1', channel(36))];
  assert.equal(
    receiveDeltas(surroundings(radios, { 'radio-0': few, 'radio-1': few }), '5').size,
    0,
  );
  const alone = { 'radio-0': { ...few, 'other-4': sound(channel(36), -60) } };
  assert.equal(receiveDeltas(surroundings(radios, alone), '5').size, 0);
});

test('the noise floor is what is left when a jammer pauses', () => {
  const quiet = [-95, -95, -95];
  const jammed = new Array<number>(20).fill(-70);
  assert.equal(
    noiseFloorDbm(radio('radio-0', channel(36), { noiseDbm: [...jammed, ...quiet] })),
    -95,
  );
  assert.equal(noiseFloorDbm(radio('radio-0', channel(36), { noiseDbm: quiet })), undefined);
});

test('a sender that moves or is turned down is not taken for a radio that went deaf', () => {
  const changed = (changes: readonly (number | undefined)[]) =>
    surroundings([radio('radio-0', channel(36))], {
      'radio-0': Object.fromEntries(
        changes.map((changeDb, index) => [`other-${index}`, sound(channel(36), -60, { changeDb })]),
      ),
    });
  assert.equal(driftDb(changed([0, 0.5, -20, 0, 0.5]), 'radio-0'), 0);
  assert.equal(driftDb(changed([-6, -6.5, -5.5, -6, 12]), 'radio-0'), -6);
  assert.equal(driftDb(changed([-6, -6, -6, undefined]), 'radio-0'), undefined);
});

test('coupling is from connector to connector: gains and cable are taken out', () => {
  const of = surroundings(
    [
      radio('radio-0', channel(36), { antennaGainDbi: 4 }),
      radio('radio-1', channel(149), { cableLossDb: 2 }),
    ],
    { 'radio-1': { 'radio-0': sound(channel(36), -25, { overEirpDb: -45 }) } },
  );
  const { antennas, coupling } = couplingFrom(of, 'radio-0')!;
  assert.deepEqual(antennas, ['radio-0', 'radio-1']);
  // 20 dBm EIRP are 16 dBm at the connector; −25 dBm behind 2 dB of cable are −23 dBm before: 39 dB less.
  assert.deepEqual([...coupling.values], [Number.NaN, -39, Number.NaN, Number.NaN]);
  assert.equal(couplingFrom(of, 'radio-1'), undefined);
});

test('records hold what is known and leave out the rest', () => {
  const noiseDbm = new Array<number>(10).fill(-96);
  const tuned = radio('radio-0', channel(36, 80), { noiseDbm });
  const records = calibrationsOf(surroundings([tuned]), tuned, 41.5);
  assert.deepEqual(records, [
    {
      centerMhz: 5_210,
      widthMhz: 80,
      method: 'self',
      noiseFloorDbm: -96,
      environment: { temperatureC: 41.5 },
    },
  ]);
  for (const record of records) Calibration.parse(record);
  const off = radio('radio-0', null, { noiseDbm });
  assert.deepEqual(calibrationsOf(surroundings([off]), off, 41.5), []);
});
