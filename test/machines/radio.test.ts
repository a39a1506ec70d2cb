import assert from 'node:assert/strict';
import { test } from 'node:test';
import { radioMachine } from '#machines/radio.ts';
import type { Channel } from '#protocols/channels.ts';
import { startChart } from './start-chart.ts';

const channel36: Channel = { band: '5', primaryMhz: 5180, centerMhz: 5180, widthMhz: 20 };
const channel44: Channel = { band: '5', primaryMhz: 5220, centerMhz: 5220, widthMhz: 20 };
const channel100: Channel = { band: '5', primaryMhz: 5500, centerMhz: 5500, widthMhz: 20 };
const radarOn100 = { type: 'radar.detected', centerMhz: 5500, widthMhz: 20 };

test('keeps the whole silence on a radar channel before it tunes there', () => {
  const radio = serving();
  radio.send(moveTo(channel100, 60_000));
  assert.deepEqual(radio.asked(), ['listen']);
  radio.answer('listen', silentOn(channel100));
  radio.pass(59_999);
  assert.deepEqual(radio.asked(), []);
  radio.pass(1);
  assert.deepEqual(radio.asked(), ['tune']);
});

test('listens again and keeps the whole silence when its driver is opened anew in the middle of it', () => {
  const radio = serving();
  radio.send(moveTo(channel100, 60_000));
  radio.answer('listen', silentOn(channel100));
  radio.pass(30_000);
  radio.send({ type: 'driver.opened', state: { channel: null, eirpDbm: 20, silent: true } });
  assert.deepEqual(radio.asked(), ['listen']);
  radio.answer('listen', silentOn(channel100));
  radio.pass(59_999);
  assert.deepEqual(radio.asked(), []);
  radio.pass(1);
  assert.deepEqual(radio.asked(), ['tune']);
});

test('never tunes to a channel where radar is heard during the silence', () => {
  const radio = serving();
  radio.send(moveTo(channel100, 60_000));
  radio.answer('listen', silentOn(channel100));
  radio.pass(30_000);
  radio.send(radarOn100);
  radio.pass(600_000);
  assert.deepEqual(radio.asked(), ['hush']);
  const codes = radio.emitted
    .filter(({ type }) => type === 'call.answered')
    .map(({ outcome }) => (outcome as { error: { code: string } }).error.code);
  assert.deepEqual(codes, ['radar_present']);
});

test('tells on a suspicion of radar, and neither falls silent nor moves nor closes anything for it', () => {
  const radio = serving(channel100, 60_000);
  const before = [radio.value(), radio.context(), radio.emitted.length] as const;
  const suspicion = { pattern: 'fcc-0', fits: ['fcc-0'], confidence: 1, centerMhz: 5500 };
  radio.send({ type: 'radar.suspected', ...suspicion });
  assert.deepEqual([radio.value(), radio.context()], before.slice(0, 2));
  assert.deepEqual(radio.emitted.slice(before[2]), [{ type: 'radar.suspected', ...suspicion }]);
  assert.deepEqual(radio.asked(), []);
});

test('falls silent before anything else where radar is heard, and keeps the channel closed for 30 minutes', () => {
  const radio = serving(channel100, 60_000);
  radio.send(radarOn100);
  assert.deepEqual(radio.value(), { hushing: 'falling' });
  assert.equal(radio.context().silent, true);
  assert.deepEqual(radio.context().closures, [{ centerMhz: 5500, widthMhz: 20 }]);
  radio.answer('hush', { channel: null, eirpDbm: 20, silent: true });
  radio.answer('choose', choice(channel36, 0));
  radio.answer('tune', sendingOn(channel36));
  assert.equal(radio.value(), 'serving');
  radio.pass(30 * 60_000 - 1);
  assert.equal((radio.context().closures as unknown[]).length, 1);
  radio.pass(1);
  assert.deepEqual(radio.context().closures, []);
});

test('stays when radar is heard elsewhere', () => {
  const radio = serving();
  radio.send(radarOn100);
  assert.equal(radio.value(), 'serving');
});

test('answers a second move while it is on its way with busy', () => {
  const radio = serving();
  radio.send(moveTo(channel100, 60_000, 'first'));
  radio.send(moveTo(channel44, 0, 'second'));
  const answers = radio.emitted.filter(({ type }) => type === 'call.answered');
  assert.deepEqual(
    answers.map(({ callId }) => callId),
    ['second'],
  );
});

test('a pinned radio refuses to be moved but still leaves radar', () => {
  const radio = serving(channel100, 60_000);
  radio.send({ type: 'pin.requested', pinned: true });
  radio.send(moveTo(channel36, 0));
  assert.equal(radio.value(), 'serving');
  radio.send(radarOn100);
  assert.deepEqual(radio.value(), { hushing: 'falling' });
});

test('looks for another channel by itself after a minute of poor service, only while it is alone', () => {
  const poor = { type: 'survey.measured', clients: [fare(10, 4)] };
  const watched = serving();
  for (let survey = 0; survey < 20; survey += 1) watched.send(poor);
  assert.deepEqual(watched.asked(), []);

  const alone = serving();
  alone.send({ type: 'cloud.lost' });
  for (let survey = 0; survey < 5; survey += 1) alone.send(poor);
  assert.deepEqual(alone.asked(), []);
  alone.send(poor);
  assert.deepEqual(alone.asked(), ['choose']);
  const { served, cause } = alone.inputOf('choose') as { served: number[]; cause: string };
  assert.equal(cause, 'alone');
  assert(served.length === 6 && served.every((share) => Math.abs(share - 0.4) < 1e-9));
  // What it was told on goes on being told on.
  assert.equal(alone.emitted.filter(({ type }) => type === 'survey.measured').length, 6);
});

test('alone, it asks again only after another minute where nothing better was known, and never while pinned or content', () => {
  const poor = { type: 'survey.measured', clients: [fare(10, 4)] };
  const alone = serving();
  alone.send({ type: 'cloud.lost' });
  for (let survey = 0; survey < 6; survey += 1) alone.send(poor);
  alone.fail('choose', 'nothing better');
  assert.equal(alone.value(), 'serving');
  for (let survey = 0; survey < 5; survey += 1) alone.send(poor);
  assert.deepEqual(alone.asked(), []);
  alone.send(poor);
  assert.deepEqual(alone.asked(), ['choose']);

  const content = serving();
  content.send({ type: 'cloud.lost' });
  for (let survey = 0; survey < 30; survey += 1) {
    content.send({ type: 'survey.measured', clients: [fare(10, 9.5)] });
  }
  assert.deepEqual(content.asked(), []);

  const pinned = serving();
  pinned.send({ type: 'pin.requested', pinned: true });
  pinned.send({ type: 'cloud.lost' });
  for (let survey = 0; survey < 30; survey += 1) pinned.send(poor);
  assert.deepEqual(pinned.asked(), []);
});

test('leaves a filled channel by itself only while it is alone', () => {
  const finding = {
    looksLike: 'analogue video',
    lowMhz: 5170,
    highMhz: 5190,
    duty: 1,
    peakDbm: -40,
    floorDbm: -112,
    sweeps: 64,
  };
  const attached = serving();
  attached.send({ type: 'spectrum.judged', findings: [finding] });
  assert.equal(attached.value(), 'serving');
  assert.equal(attached.emitted.filter(({ type }) => type === 'interferer.detected').length, 1);

  const alone = serving();
  alone.send({ type: 'cloud.lost' });
  alone.send({ type: 'spectrum.judged', findings: [finding] });
  assert.deepEqual(alone.asked(), ['choose']);
});

test('goes back through the silence when the radio was reset behind its back', () => {
  const radio = serving(channel100, 60_000);
  radio.send({ type: 'driver.opened', state: { channel: null, eirpDbm: 20, silent: true } });
  radio.answer('choose', choice(channel100, 60_000));
  assert.deepEqual(radio.asked(), ['listen']);
});

test('every change that the rules look at is told with a version that grows', () => {
  const radio = serving();
  radio.send({ type: 'pin.requested', pinned: true });
  const versions = radio.emitted
    .filter(({ type }) => type === 'state.changed')
    .map(({ stateVersion }) => stateVersion as number);
  assert.deepEqual(
    versions,
    [...versions].sort((a, b) => a - b),
  );
  assert.equal(new Set(versions).size, versions.length);
});

/** A radio that has started and serves on a channel. */
function serving(channel = channel36, clearMs = 0) {
  const radio = startChart(radioMachine, {
    address: 'hq/ap1/radio-0',
    country: 'DE',
    indoor: true,
    antennaGainDbi: 3,
    bands: ['5'],
    maxWidthMhz: 80,
    minEirpDbm: 0,
    maxEirpDbm: 23,
    eirpDbm: 20,
    home: channel,
    nonOccupancyMs: 30 * 60_000,
  });
  radio.answer('open', { channel: null, eirpDbm: 20, silent: true });
  radio.answer('choose', choice(channel, clearMs));
  if (clearMs > 0) {
    radio.answer('listen', silentOn(channel));
    radio.pass(clearMs);
  }
  radio.answer('tune', sendingOn(channel));
  assert.equal(radio.value(), 'serving');
  return radio;
}

function choice(to: Channel, clearMs: number) {
  return { to, clearMs, cause: 'start', reason: 'for the test', callId: null, verdictId: 'v' };
}

function moveTo(to: Channel, clearMs: number, callId = 'call') {
  const move = { to, clearMs, cause: 'call', reason: 'asked', callId, verdictId: 'v' };
  return { type: 'move.requested', move };
}

const silentOn = (channel: Channel) => ({ channel, eirpDbm: 20, silent: true });
const sendingOn = (channel: Channel) => ({ channel, eirpDbm: 20, silent: false });
const fare = (offeredMbps: number, throughputMbps: number) => ({
  id: 'phone',
  offeredMbps,
  throughputMbps,
});
