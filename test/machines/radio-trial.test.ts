import assert from 'node:assert/strict';
import { test } from 'node:test';
import { radioMachine } from '#machines/radio.ts';
import type { Channel } from '#protocols/channels.ts';
import { startChart } from './start-chart.ts';

const channel36: Channel = { band: '5', primaryMhz: 5180, centerMhz: 5180, widthMhz: 20 };
const channel44: Channel = { band: '5', primaryMhz: 5220, centerMhz: 5220, widthMhz: 20 };
const channel100: Channel = { band: '5', primaryMhz: 5500, centerMhz: 5500, widthMhz: 20 };
const minute = 60_000;

test('a change that is confirmed in time stays, and may be confirmed again', () => {
  const radio = movedOnTrial();
  radio.pass(minute - 1);
  radio.send({ type: 'confirm.requested', key: 'call' });
  assert.equal(radio.context().confirmed, 'call');
  radio.send({ type: 'confirm.requested', key: 'call' });
  radio.pass(10 * minute);
  assert.equal(radio.value(), 'serving');
  assert.deepEqual(radio.context().channel, channel44);
  assert.deepEqual(ends(radio), ['confirmed']);
});

test('a change that nobody confirms is taken back, channel and power, under the node’s own verdict', () => {
  const radio = movedOnTrial();
  radio.send(powerOf(14, 'power'));
  radio.answer('power', { channel: channel44, eirpDbm: 14, silent: false });
  radio.pass(minute - 1);
  assert.equal(radio.value(), 'serving');
  radio.pass(1);
  assert.deepEqual(radio.asked(), ['goBack']);
  assert.deepEqual((radio.inputOf('goBack') as { to: unknown }).to, {
    channel: channel36,
    eirpDbm: 20,
  });
  radio.answer('goBack', { move: back(channel36) });
  radio.answer('tune', sendingOn(channel36, 14));
  assert.deepEqual(radio.asked(), ['goBack']);
  radio.answer('goBack', { eirpDbm: 20, verdictId: 'own', callId: null, confirming: null });
  radio.answer('power', sendingOn(channel36));
  radio.answer('goBack', { isThere: true });
  assert.equal(radio.value(), 'serving');
  assert.deepEqual(radio.context().channel, channel36);
  assert.equal(radio.context().eirpDbm, 20);
  assert.deepEqual(ends(radio), ['went-back']);
  const [, again] = radio.emitted.filter(({ type }) => type === 'channel.changed').slice(-2);
  assert.equal(again?.cause, 'back');
  assert.match(String(again?.reason), /channel 36 .*20 dBm: nobody confirmed .* within 60 s/);
  radio.pass(10 * minute);
  assert.equal(radio.value(), 'serving');
});

test('a second change on trial goes back to before the first, and has the whole time again', () => {
  const radio = movedOnTrial();
  radio.pass(minute - 1);
  radio.send(moveTo(channel100, 'second'));
  radio.answer('tune', sendingOn(channel100));
  radio.pass(minute - 1);
  assert.equal(radio.value(), 'serving');
  radio.send({ type: 'confirm.requested', key: 'call' });
  assert.deepEqual(ends(radio), []);
  radio.pass(1);
  assert.deepEqual((radio.inputOf('goBack') as { to: { channel: Channel } }).to.channel, channel36);
});

test('a change that need not be confirmed ends what was on trial', () => {
  const radio = movedOnTrial();
  radio.send(moveTo(channel100, 'operator', null));
  radio.answer('tune', sendingOn(channel100));
  radio.pass(10 * minute);
  assert.equal(radio.value(), 'serving');
  assert.deepEqual(radio.context().channel, channel100);
  assert.deepEqual(ends(radio), ['overtaken']);
});

test('losing the cloud takes an unconfirmed change back at once, and a confirmed one never', () => {
  const radio = movedOnTrial();
  radio.send({ type: 'cloud.lost' });
  assert.deepEqual(radio.asked(), ['goBack']);

  const sure = movedOnTrial();
  sure.send({ type: 'confirm.requested', key: 'call' });
  sure.send({ type: 'cloud.lost' });
  assert.deepEqual(sure.asked(), []);
});

test('a confirmation that comes when the radio is already on its way back is too late', () => {
  const radio = movedOnTrial();
  radio.pass(minute);
  radio.send({ type: 'confirm.requested', key: 'call' });
  assert.equal(radio.context().confirmed, null);
  assert.deepEqual(radio.asked(), ['goBack']);
});

test('clients that fare worse by more than they scatter take the change back, by less they do not', () => {
  const steady = [0.8, 0.79, 0.81, 0.8, 0.8];
  const outcomes = [
    { before: steady, since: [0.6, 0.61, 0.6], goes: true },
    { before: steady, since: [0.79, 0.8, 0.78, 0.79], goes: false },
    { before: [0.3, 0.9, 0.5, 1, 0.6], since: [0.4, 0.7, 0.5, 0.6], goes: false },
    { before: [0.8, 0.8], since: [0.1, 0.1, 0.1, 0.1], goes: false },
    { before: steady, since: [0.6, 0.61], goes: false },
    { before: steady, since: [0.9, 0.9, 0.9], goes: false },
  ];
  for (const { before, since, goes } of outcomes) {
    const radio = serving(channel36);
    for (const share of before) radio.send(survey(share));
    radio.send(moveTo(channel44, 'call'));
    radio.answer('tune', sendingOn(channel44));
    for (const share of since) radio.send(survey(share));
    assert.deepEqual(radio.asked(), goes ? ['goBack'] : [], `${before} then ${since}`);
  }
});

test('clients may lose what the plan says they will, and no more', () => {
  for (const [share, goes] of [
    [0.65, false],
    [0.55, true],
  ] as const) {
    const radio = serving(channel36);
    for (let index = 0; index < 6; index += 1) radio.send(survey(0.8));
    radio.send(moveTo(channel44, 'call', { confirmWithinMs: minute, mayLose: 0.2 }));
    radio.answer('tune', sendingOn(channel44));
    for (let index = 0; index < 3; index += 1) radio.send(survey(share));
    assert.deepEqual(radio.asked(), goes ? ['goBack'] : []);
  }
});

test('what clients got before something filled the channel is no measure of the change that fled it', () => {
  const radio = serving(channel36);
  for (let index = 0; index < 6; index += 1) radio.send(survey(1));
  const finding = {
    looksLike: 'analogue video',
    lowMhz: 5170,
    highMhz: 5190,
    duty: 1,
    peakDbm: -40,
    floorDbm: -112,
    sweeps: 64,
  };
  radio.send({ type: 'spectrum.judged', findings: [finding] });
  for (let index = 0; index < 3; index += 1) radio.send(survey(0.1));
  radio.send(moveTo(channel44, 'call'));
  radio.answer('tune', sendingOn(channel44));
  for (let index = 0; index < 6; index += 1) radio.send(survey(0.7));
  assert.equal(radio.value(), 'serving');
});

test('a way back that the rules forbid is not gone: the radio stays and says so', () => {
  const radio = movedOnTrial();
  radio.pass(minute);
  radio.fail('goBack', 'the channel is closed');
  assert.equal(radio.value(), 'serving');
  assert.deepEqual(radio.context().channel, channel44);
  assert.deepEqual(ends(radio), ['stayed']);
  radio.pass(10 * minute);
  assert.deepEqual(radio.asked(), []);
});

test('radar on the way comes first: the radio leaves for where it is legal, and the trial is over', () => {
  const radio = movedOnTrial(channel100);
  radio.send({ type: 'radar.detected', centerMhz: 5500, widthMhz: 20 });
  radio.answer('hush', { channel: null, eirpDbm: 20, silent: true });
  radio.pass(minute);
  assert.deepEqual(radio.asked(), ['choose']);
  radio.answer('choose', { ...back(channel44), cause: 'radar' });
  radio.answer('tune', sendingOn(channel44));
  assert.equal(radio.value(), 'serving');
  assert.deepEqual(ends(radio), ['overtaken']);
});

test('a driver that does not take the power on the way back ends it, and it is not tried for ever', () => {
  const radio = movedOnTrial();
  radio.pass(minute);
  radio.answer('goBack', { eirpDbm: 20, verdictId: 'own', callId: null, confirming: null });
  radio.fail('power', 'gone');
  assert.equal(radio.value(), 'serving');
  assert.deepEqual(ends(radio), ['stayed']);
});

function movedOnTrial(to = channel44) {
  const radio = serving(channel36);
  radio.send(moveTo(to, 'call'));
  radio.answer('tune', sendingOn(to));
  assert.equal(radio.value(), 'serving');
  return radio;
}

function serving(home: Channel) {
  const radio = startChart(radioMachine, {
    address: 'hq/ap1/radio-0',
    country: 'DE',
    indoor: true,
    antennaGainDbi: 3,
    bands: ['5'],
    maxWidthMhz: 80,
    minEirpDbm: 0,
    maxEirpDbm: 30,
    eirpDbm: 20,
    home,
    nonOccupancyMs: 30 * minute,
  });
  radio.answer('open', { channel: null, eirpDbm: 20, silent: true });
  radio.answer('choose', { ...back(home), cause: 'start' });
  radio.answer('tune', sendingOn(home));
  return radio;
}

function back(to: Channel) {
  const move = { to, clearMs: 0, cause: 'back', callId: null, verdictId: 'own', confirming: null };
  return {
    ...move,
    reason: `Back to channel 36 (5180 MHz) with 20 dBm: nobody confirmed the change within 60 s.`,
  };
}

function moveTo(
  to: Channel,
  callId: string,
  asked: object | null = { confirmWithinMs: minute, mayLose: 0 },
) {
  const confirming = asked && { key: callId, ...asked };
  const move = {
    to,
    clearMs: 0,
    cause: 'call',
    reason: 'asked',
    callId,
    verdictId: 'v',
    confirming,
  };
  return { type: 'move.requested', move };
}

function powerOf(eirpDbm: number, callId: string) {
  const confirming = { key: callId, confirmWithinMs: minute, mayLose: 0 };
  return { type: 'power.requested', callId, eirpDbm, verdictId: 'v', confirming };
}

/** A client that gets this share of its load. */
function survey(share: number) {
  const clients = [{ id: 'c', rssiDbm: -50, offeredMbps: 100, throughputMbps: 100 * share }];
  return { type: 'survey.measured', channel: channel36, windowMs: 10_000, busy: 0.5, clients };
}

function ends(radio: ReturnType<typeof serving>) {
  return radio.emitted.filter(({ type }) => type === 'trial.ended').map(({ outcome }) => outcome);
}

function sendingOn(channel: Channel, eirpDbm = 20) {
  return { channel, eirpDbm, silent: false };
}
