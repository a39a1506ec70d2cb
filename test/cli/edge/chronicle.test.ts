import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chronicle } from '#cli/edge/chronicle.ts';
import { Told } from '#edge/pipeline/told.ts';
import { interfererDetected, interfererGone } from '#protocols/events/radio.ts';
import { address } from '#protocols/ids.ts';
import { subjectOf } from '#protocols/subjects.ts';
import type { NodeEvent } from '#protocols/telemetry/events.ts';

const finding = {
  looksLike: 'narrow jammer',
  lowMhz: 2_430,
  highMhz: 2_432,
  duty: 0.9,
  peakDbm: -50,
  floorDbm: -101,
};

/** A node of one radio; what its events come to. */
function startChronicle() {
  const told = new Told();
  const events: NodeEvent[] = [];
  let alerts = 0;
  const { listener } = new Chronicle(['radio-0'], told, (_, { event, alert }) => {
    if (event !== undefined) events.push(event);
    if (alert !== undefined) alerts += 1;
  });
  const happens = (name: string, data: object) => {
    const subject = subjectOf('event', address('hq', 'ap1', 'radio-0'), name);
    listener.appended('ap1', subject, 'id', Buffer.from(JSON.stringify({ data })));
  };
  return { told, events, happens, alerts: () => alerts };
}

test('what the classifier has told already is no second event, and an alert all the same', () => {
  const { told, events, happens, alerts } = startChronicle();
  told.note('radio-0', 'narrow-jammer', 'classes');
  happens(interfererDetected.name, { ...finding, sweeps: 512 });
  assert.deepEqual(events, []);
  assert.equal(alerts(), 1);
});

test('what is found first is told by its class, and again only once it was gone', () => {
  const { told, events, happens } = startChronicle();
  happens(interfererDetected.name, { ...finding, sweeps: 512 });
  assert.deepEqual(
    events.map((event) => event.kind === 'interference.classified' && event.class),
    ['narrow-jammer'],
  );
  assert(!told.note('radio-0', 'narrow-jammer', 'classes'), 'the classifier is silent then');
  told.gone('radio-0', 'narrow-jammer', 'classes');
  happens(interfererGone.name, { lowMhz: 2_430, highMhz: 2_432 });
  happens(interfererDetected.name, { ...finding, sweeps: 512 });
  assert.equal(events.length, 2);
});
