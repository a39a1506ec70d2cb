import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plausible } from '#agents/plausibility/limits.ts';
import { implausible } from '#agents/plausibility/report.ts';
import type { EventDefinition } from '#protocols/event.ts';
import {
  interfererDetected,
  neighboursMeasured,
  radarSuspected,
  stateChanged,
  surveyMeasured,
} from '#protocols/events/radio.ts';
import { radioState } from '../regulation/radio-state.ts';

const now = 1_760_000_000_000;
const channel = { band: '5', primaryMhz: 5180, centerMhz: 5180, widthMhz: 20 };
const client = { id: 'c', rssiDbm: -60, offeredMbps: 10, throughputMbps: 9 };
const survey = { channel, windowMs: 10_000, busy: 0.4, tx: 0.2, noiseDbm: -95, clients: [client] };
const neighbour = { id: 'hq/ap2/radio-0', channel, rssiDbm: -70, load: 0.2, managed: true };

test('what can be is heard', () => {
  assert.equal(ask(surveyMeasured, survey), undefined);
  assert.equal(ask(neighboursMeasured, { neighbours: [neighbour] }), undefined);
  assert.equal(ask(stateChanged, radioState()), undefined);
});

test('absurd figures are turned away with what was expected', () => {
  assert.match(
    ask(surveyMeasured, { ...survey, busy: 3 }) ?? '',
    /utilisation is 3: expected 0 to 1/,
  );
  assert.match(
    ask(neighboursMeasured, { neighbours: [{ ...neighbour, rssiDbm: 40 }] }) ?? '',
    /a neighbour’s level is 40 dBm: expected -110 to 0 dBm/,
  );
  for (const wrong of [
    { tx: 0.6 },
    { noiseDbm: 3 },
    { busy: Number.NaN },
    { windowMs: -1 },
    { clients: [{ ...client, rssiDbm: 12 }] },
    { clients: [{ ...client, throughputMbps: 1e6 }] },
    { clients: [{ ...client, offeredMbps: Number.POSITIVE_INFINITY }] },
  ]) {
    assert.notEqual(ask(surveyMeasured, { ...survey, ...wrong }), undefined, JSON.stringify(wrong));
  }
  for (const neighbours of [
    [neighbour, neighbour],
    [{ ...neighbour, id: 'hq/ap1/radio-0' }],
    [{ ...neighbour, load: 2 }],
  ]) {
    assert.notEqual(ask(neighboursMeasured, { neighbours }), undefined);
  }
  const found = {
    looksLike: 'x',
    lowMhz: 5200,
    highMhz: 5190,
    duty: 1,
    peakDbm: -50,
    floorDbm: -95,
  };
  assert.notEqual(ask(interfererDetected, found), undefined);
  assert.notEqual(ask(radarSuspected, { rssiDbm: 20 }), undefined);
});

test('a clock from next year is turned away, whatever it says; an event may have waited for days', () => {
  const year = 365 * 86_400_000;
  assert.match(ask(stateChanged, radioState(), now + year) ?? '', /its clock is 31536000 s ahead/);
  assert.equal(ask(stateChanged, radioState(), now + 59_000), undefined);
  assert.equal(ask(stateChanged, radioState(), now - 3 * 86_400_000), undefined);
  assert.match(ask(surveyMeasured, survey, now - 86_400_000) ?? '', /behind/);
});

test('each limit has its source', () => {
  for (const { least, most, source } of Object.values(plausible)) {
    assert(least < most && source.length > 5);
  }
});

function ask(event: EventDefinition, data: unknown, atMs = now): string | undefined {
  return implausible(event, { source: 'hq/ap1/radio-0', atMs, data }, now);
}
