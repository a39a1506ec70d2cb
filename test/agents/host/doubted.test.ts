/** Reports that cannot be true, at the door of a host. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEnvelope, eventSubject } from '#agents/host/event-codec.ts';
import type { EventDefinition } from '#protocols/event.ts';
import { neighboursMeasured, stateChanged, surveyMeasured } from '#protocols/events/radio.ts';
import { Address } from '#protocols/ids.ts';
import { channelAt, radioState } from '../regulation/radio-state.ts';
import { dimmerBody } from './dimmer.ts';
import { Rig, START_US } from './rig.ts';

const source = Address.parse('hq/ap2/radio-0');
const now = START_US / 1_000;
const channel = channelAt(5180, 20);
const survey = { channel, windowMs: 10_000, busy: 0.4, tx: 0.1, noiseDbm: -95, clients: [] };
const neighbour = { id: 'hq/ap3/radio-0', channel, rssiDbm: -60, load: 0.1, managed: true };

test('absurd reports are heard by nobody, and counted by the node that sent them', () => {
  const rig = new Rig();
  const noted: string[] = [];
  const to = ({ event }: { event: EventDefinition }) => void noted.push(event.name);
  const host = rig.host({ node: 'cloud', bus: rig.bus('cloud') });
  const hears = [surveyMeasured, neighboursMeasured, stateChanged].map((event) => ({ event, to }));
  rig.start(host, dimmerBody({}, hears), 'ears');
  const bus = rig.bus('ap2');
  let seq = 0;
  const say = (event: EventDefinition, data: unknown, atMs = now) => {
    seq += 1;
    const id = `${source}#${seq}`;
    const subject = eventSubject(event.kind, source, event.name);
    const bytes = encodeEnvelope(event.kind, { id, type: event.name, source, atMs, seq, data });
    if (event.kind === 'metric') bus.publish(subject, bytes);
    else bus.append(subject, bytes, { id }, () => undefined);
    rig.run(1_000);
  };

  say(surveyMeasured, survey);
  say(neighboursMeasured, { neighbours: [neighbour] });
  say(stateChanged, radioState());
  assert.deepEqual(noted, ['survey.measured', 'neighbours.measured', 'state.changed']);
  assert.deepEqual(host.health().doubted, {});

  say(surveyMeasured, { ...survey, busy: 3 });
  say(neighboursMeasured, { neighbours: [{ ...neighbour, rssiDbm: 40 }] });
  say(stateChanged, radioState(), now + 365 * 86_400_000);
  say(surveyMeasured, survey, now + 365 * 86_400_000);
  assert.equal(noted.length, 3);
  const { ap2 } = host.health().doubted;
  assert.equal(ap2?.count, 4);
  assert.match(ap2.last, /its clock is \d+ s ahead: expected 60 s at most/);
});
