/** The link to the cloud is cut and comes back; what mattered arrives, once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { anAlert, makeField } from '#cli/lorawan/field.ts';
import { mostInAnHour } from '#sim/lorawan/fullest-hour.ts';

const HOUR_US = 3_600_000_000;

for (const [region, dr] of [
  ['EU868', 0],
  ['EU868', 5],
  ['US915', 0],
  ['US915', 3],
  ['AU915', 2],
  ['AS923', 2],
  ['IN865', 0],
  ['KR920', 0],
] as const) {
  test(`${region} DR${dr}: cut, alerts and heartbeats arrive over LoRaWAN; restored, nothing counts twice`, () => {
    const field = makeField({ seed: 7, region, dr });
    const [{ fallback, modes, modem, side }] = field.nodes as [(typeof field.nodes)[0]];
    field.pass(60);
    const before = fallback.alert(anAlert);
    assert.deepEqual(
      field.heard.map(({ message, via }) => [message.record, via]),
      [[before, 'wan']],
    );

    fallback.linkLost();
    field.pass(30);
    const early = fallback.alert(anAlert);
    field.pass(40);
    assert.equal(fallback.mode, 'lora');
    field.pass(600);
    const amid = fallback.alert({ ...anAlert, kind: 'interferer', looksLike: 'analogue_video' });
    field.pass(3_000);

    const overLora = field.heard.filter(({ via }) => via === 'lora').map(({ message }) => message);
    assert(overLora.some(({ is }) => is === 'heartbeat' || is === 'heartbeat_short'));
    assert(overLora.some(({ is }) => is === 'state'));
    for (const record of [early, amid]) {
      const found = overLora.filter((message) => message.record === record);
      assert.equal(found.length, 1);
    }
    assert.equal(side.health().received, 2);

    const last = fallback.alert({ ...anAlert, kind: 'hot' });
    fallback.linkRestored();
    field.pass(60);
    assert.deepEqual(modes, ['leaving', 'lora', 'returning', 'wan']);
    const alerts = field.heard.filter(
      ({ message, isFuller }) => !isFuller && message.is.startsWith('alert'),
    );
    assert.deepEqual(
      alerts.map(({ message }) => message.record).sort(),
      [before, early, amid, last].sort(),
    );
    // What came in its short form is complete in the end.
    for (const record of [before, early, amid, last]) {
      assert(
        field.heard.some(({ message }) => message.is === 'alert' && message.record === record),
      );
    }
    assert.deepEqual([field.faults, field.standIn.refused], [[], []]);
    assert(mostInAnHour(modem.sent) <= 0.01 * HOUR_US);
  });
}

test('a short break is no reason to leave, a short return none to come back', () => {
  const field = makeField({ seed: 3 });
  const [{ fallback, modes, modem }] = field.nodes as [(typeof field.nodes)[0]];
  field.pass(60);
  const quiet = modem.sent.length;
  fallback.linkLost();
  field.pass(50);
  const record = fallback.alert(anAlert);
  fallback.linkRestored();
  field.pass(600);
  assert.deepEqual(modes, ['leaving', 'wan']);
  assert.equal(modem.sent.length, quiet);
  assert.deepEqual(
    field.heard.map(({ message }) => message.record),
    [record],
  );

  fallback.linkLost();
  field.pass(120);
  fallback.linkRestored();
  field.pass(20);
  fallback.linkLost();
  field.pass(600);
  assert.equal(fallback.mode, 'lora');
});

test('whatever the link does and the channel loses, no alert is lost and none counts twice', () => {
  const happening = fc.record({
    what: fc.constantFrom('lost', 'restored', 'alert', 'alert'),
    afterS: fc.integer({ min: 0, max: 900 }),
  });
  fc.assert(
    fc.property(
      fc.array(happening, { minLength: 3, maxLength: 25 }),
      // From hardly a frame lost to none received at SF7.
      fc.constantFrom(120, 142, 150),
      fc.nat(1_000),
      (happenings, pathLossDb, seed) => {
        const field = makeField({ seed, dr: 5, pathLossDb });
        const [{ fallback, modem }] = field.nodes as [(typeof field.nodes)[0]];
        const told: number[] = [];
        for (const { what, afterS } of happenings) {
          field.pass(afterS);
          if (what === 'lost') fallback.linkLost();
          if (what === 'restored') fallback.linkRestored();
          if (what === 'alert') told.push(fallback.alert(anAlert));
        }
        fallback.linkRestored();
        field.pass(120);
        assert.equal(fallback.mode, 'wan');
        const counted = field.heard
          .filter(({ message, isFuller }) => message.is.startsWith('alert') && !isFuller)
          .map(({ message }) => message.record);
        assert.deepEqual(counted.toSorted(), told.toSorted());
        assert(mostInAnHour(modem.sent) <= 0.01 * HOUR_US);
        assert.deepEqual(field.faults, []);
      },
    ),
    { numRuns: 60 },
  );
});

test('a node whose alerts never stop keeps its duty cycle for a day', () => {
  const field = makeField({ seed: 11, dr: 0 });
  const [{ fallback, modem, side }] = field.nodes as [(typeof field.nodes)[0]];
  fallback.linkLost();
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    fallback.alert({ ...anAlert, count: minute % 1_000 });
    field.pass(60);
  }
  assert(mostInAnHour(modem.sent) <= 0.01 * HOUR_US);
  assert(mostInAnHour(modem.sent) > 0.009 * HOUR_US);
  assert(side.health().dropped > 0);
});

test('eight nodes that lose their link at once all get through', () => {
  const field = makeField({ seed: 5, dr: 2, nodes: 8 });
  const records = field.nodes.map(({ fallback, node }) => {
    fallback.linkLost();
    return `${node} ${fallback.alert(anAlert)}`;
  });
  field.pass(3_600);
  const heard = field.heard.filter(({ message }) => message.is === 'alert');
  assert.deepEqual(
    heard.map(({ node, message }) => `${node} ${message.record}`).toSorted(),
    records.toSorted(),
  );
  assert(field.gateway.fates.collided + field.gateway.fates.deaf > 0);
});

test('the cloud may ask for a heartbeat, and gets it', () => {
  const field = makeField({ seed: 2, dr: 3 });
  const [{ fallback, node }] = field.nodes as [(typeof field.nodes)[0]];
  fallback.linkLost();
  field.pass(70);
  const beats = () => field.heard.filter(({ message }) => message.is === 'heartbeat').length;
  assert(field.bridge.askHeartbeat(node));
  assert(!field.bridge.askHeartbeat('ap99'));
  const before = beats();
  // The wish waits for an uplink: that of an alert.
  fallback.alert(anAlert);
  field.pass(60);
  assert(beats() > before);
});
