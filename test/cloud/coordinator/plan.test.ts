import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Memory } from '#agents/body.ts';
import { createRandom } from '#agents/random/philox.ts';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { measureChange } from '#cloud/coordinator/measure.ts';
import * as picture from '#cloud/coordinator/picture.ts';
import { makePlan } from '#cloud/coordinator/plan.ts';
import { strategies } from '#cloud/coordinator/strategies/index.ts';
import { thompson } from '#cloud/coordinator/strategies/thompson.ts';
import { type Channel, overlapMhz, span } from '#protocols/channels.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';

const channel1: Channel = { band: '2.4', primaryMhz: 2412, centerMhz: 2412, widthMhz: 20 };
const channel6: Channel = { band: '2.4', primaryMhz: 2437, centerMhz: 2437, widthMhz: 20 };
const camera = {
  looksLike: 'analogue video',
  lowMhz: 2402,
  highMhz: 2422,
  duty: 0.98,
  peakDbm: -36,
  floorDbm: -112,
  sweeps: 41,
};

test('leaves a fleet alone that gets what it asks', () => {
  const site = fleet([['a', channel1, 1]]);
  for (const strategy of strategies.filter(({ name }) => name !== 'random')) {
    assert.equal(plan(site, strategy.name), null, strategy.name);
  }
});

test('moves a radio off what fills its channel, to where that is not, and says why', () => {
  const site = fleet([['a', channel1, 0.1]]);
  picture.noteFilled(site, radio('a'), camera, 100);
  const made = plan(site, 'thompson');
  const [change] = made?.changes ?? [];
  assert.equal(made?.changes.length, 1);
  assert(change !== undefined && overlapMhz(span(change.to), camera) === 0);
  assert.match(change.reason, /analogue video fills 2402 to 2422 MHz for 98 % of the time/);
  assert(change.evidence.some((line) => line.includes('41 sweeps')));
});

test('changes one radio of a neighbourhood at a time, the worst first', () => {
  const site = fleet([
    ['a', channel1, 0.3],
    ['b', channel1, 0.1],
    ['c', channel1, 0.2],
  ]);
  for (const one of ['a', 'b', 'c']) {
    picture.noteFilled(site, radio(one), camera, 100);
    const others = ['a', 'b', 'c'].filter((other) => other !== one);
    picture.noteNeighbours(
      site,
      radio(one),
      others.map((other) => ({
        id: radio(other),
        channel: channel1,
        rssiDbm: -60,
        load: 0.2,
        managed: true,
      })),
    );
  }
  assert.deepEqual(
    plan(site, 'thompson')?.changes.map((change) => change.radio),
    [radio('b')],
  );
});

test('does not move a pinned, a silent, or a radio that has only just moved', () => {
  for (const legal of [{ pinned: true }, { silent: true }, { channel: null }]) {
    const site = fleet([['a', channel1, 0.1]], legal);
    picture.noteFilled(site, radio('a'), camera, 100);
    assert.equal(plan(site, 'thompson'), null, JSON.stringify(legal));
  }
  const site = fleet([['a', channel1, 0.1]]);
  picture.noteMoved(site, radio('a'), nowMs - 60_000);
  assert.equal(plan(site, 'thompson'), null);
});

test('never proposes a channel that radar has closed', () => {
  const closures = [{ centerMhz: 2437, widthMhz: 20 }];
  for (let seed = 0; seed < 30; seed += 1) {
    const site = fleet([['a', channel1, 0.1]], { closures });
    picture.noteFilled(site, radio('a'), camera, 100);
    const to = plan(site, 'thompson', seed)?.changes[0]?.to as Channel;
    assert.equal(overlapMhz(span(to), { lowMhz: 2427, highMhz: 2447 }), 0);
  }
});

test('says that a move made things worse only beyond what the measurements scatter', () => {
  const change = {
    changeId: 'c',
    radio: radio('a'),
    from: channel1,
    to: channel6,
    reason: '',
    evidence: [],
    expectedBefore: 0.5,
    expectedAfter: 0.9,
  };
  const measure = (
    before: readonly number[],
    after: readonly number[],
    filledAtMs: number | null = null,
  ) => {
    const site = fleet([]);
    picture.noteState(site, radio('a'), { ...legalState, channel: channel6 }, 0);
    for (const [i, utility] of before.entries()) survey(site, 'a', channel1, utility, i * 10);
    if (filledAtMs !== null) picture.noteFilled(site, radio('a'), camera, filledAtMs);
    picture.noteMoved(site, radio('a'), 5_000);
    for (const [i, utility] of after.entries()) {
      survey(site, 'a', channel6, utility, 6_000 + i * 10);
    }
    return measureChange(new picture.Picture(site, nowMs), change);
  };
  assert.equal(measure([0.5, 0.5, 0.5], [0.9, 0.9, 0.9]).worse, false);
  assert.equal(measure([0.9, 0.9, 0.9], [0.5, 0.5, 0.5]).worse, true);
  assert.equal(measure([0.9, 0.3, 0.6], [0.4, 0.8, 0.5]).worse, false);
  assert.equal(measure([0.9, 0.9, 0.9], []).worse, true);
  // What was had before something filled the channel is gone in any case.
  assert.equal(measure([0.9, 0.9, 0.9], [0.5, 0.5, 0.5], 100).worse, false);
  assert.equal(measure([0.9, 0.1, 0.1], [0.5, 0.5, 0.5], 10).worse, false);
  assert.equal(measure([0.9, 0.9, 0.9], [0.5, 0.5, 0.5], 0).worse, true);
});

test('lets a radio lose a little where its neighbours gain more, unless the site has lost', () => {
  const change = {
    ...{ changeId: 'c', radio: radio('a'), from: channel1, to: channel6 },
    ...{ reason: '', evidence: [], expectedBefore: 0.5, expectedAfter: 0.9 },
  };
  const measure = (shares: Readonly<Record<string, readonly [before: number, after: number]>>) => {
    const site = fleet([]);
    for (const [name, [before, after]] of Object.entries(shares)) {
      const isMoved = name === 'a';
      picture.noteState(site, radio(name), { ...legalState, channel: channel6 }, 0);
      survey(site, name, isMoved ? channel1 : channel6, before, 10);
      survey(site, name, channel6, after, 6_000);
    }
    picture.noteMoved(site, radio('a'), 5_000);
    const near = { id: radio('b'), channel: channel6, rssiDbm: -60, load: 0.2, managed: true };
    picture.noteNeighbours(site, radio('a'), [near]);
    return measureChange(new picture.Picture(site, nowMs), change).worse;
  };

  assert.equal(measure({ a: [0.7, 0.6], b: [0.5, 0.7] }), false);
  assert.equal(measure({ a: [0.7, 0.6], b: [0.5, 0.55] }), true);
  // What lies far away lost by a move of another, made at the same time, that helped b.
  assert.equal(measure({ a: [0.7, 0.6], b: [0.5, 0.7], c: [0.5, 0.3] }), true);
  assert.equal(measure({ a: [0.7, 0.6], b: [0.5, 0.55], c: [0.5, 0.9] }), true);
});

test('does not confirm a move carried out long after the last report, unless driven out', () => {
  const change = {
    changeId: 'c',
    radio: radio('a'),
    from: channel1,
    to: channel6,
    reason: '',
    evidence: [],
    expectedBefore: 0.1,
    expectedAfter: 0.9,
  };
  const state = (site: Memory, channel: Channel | null, atMs: number) =>
    picture.noteState(site, radio('a'), { ...legalState, channel }, atMs);
  const measure = (leftAtMs: number, isFilled = false) => {
    const site = fleet([]);
    state(site, channel1, 0);
    for (let i = 0; i < 3; i += 1) survey(site, 'a', channel1, 0, 990_000 + i * 5_000);
    if (isFilled) picture.noteFilled(site, radio('a'), camera, 1_000_000);
    // It keeps a silence of ten minutes, in which there is nothing to report.
    state(site, null, leftAtMs);
    picture.noteMoved(site, radio('a'), leftAtMs + 600_000);
    state(site, channel6, leftAtMs + 600_000);
    survey(site, 'a', channel6, 0.7, leftAtMs + 610_000);
    return measureChange(new picture.Picture(site, nowMs), change);
  };

  const inTime = measure(1_010_000);
  assert.deepEqual([inTime.before === null, inTime.worse], [false, false]);
  const late = measure(1_180_000);
  assert.deepEqual([late.before === null, late.worse], [true, true]);
  assert.equal(measure(1_180_000, true).worse, false);
});

test('thompson learns from what it measures rather than from what it expected', () => {
  const site = fleet([['a', channel1, 0.2]]);
  for (let i = 0; i < 60; i += 1) survey(site, 'a', channel6, 0.05, 1_000 + i * 10);
  for (let i = 0; i < 5; i += 1) survey(site, 'a', channel1, 0.2, 2_000 + i * 10);
  for (let seed = 0; seed < 20; seed += 1) {
    assert.notEqual(plan(site, thompson.name, seed)?.changes[0]?.to.centerMhz, 2437);
  }
});

const nowMs = 30 * 60_000;
const radio = (name: string) => `hq/${name}/radio-0`;

const legalState: RadioLegalState = {
  country: 'DE',
  indoor: true,
  antennaGainDbi: 3,
  channel: channel1,
  eirpDbm: 20,
  silent: false,
  pinned: false,
  closures: [],
  bands: ['2.4'],
  maxWidthMhz: 20,
  minEirpDbm: 0,
  maxEirpDbm: 20,
  stateVersion: 1,
};

/** A memory that knows radios by name, channel and what share of their demand they serve. */
function fleet(
  radios: readonly (readonly [name: string, channel: Channel, utility: number])[],
  legal: Partial<RadioLegalState> = {},
): Memory {
  const table = new Map<string, unknown>();
  const memory: Memory = {
    get: (key) => table.get(key),
    set: (key, value) => void table.set(key, value),
    delete: (key) => void table.delete(key),
    entries: (prefix) => [...table].filter(([key]) => key.startsWith(prefix)),
  };
  for (const [name, channel, utility] of radios) {
    picture.noteState(memory, radio(name), { ...legalState, channel, ...legal }, 0);
    for (let i = 0; i < 3; i += 1) survey(memory, name, channel, utility, i * 10);
  }
  return memory;
}

function survey(memory: Memory, name: string, channel: Channel, utility: number, atMs: number) {
  picture.noteSurvey(
    memory,
    radio(name),
    {
      channel,
      windowMs: 10_000,
      busy: 0.9,
      tx: 0.2,
      noiseDbm: -95,
      clients: [{ id: 'x', rssiDbm: -50, offeredMbps: 10, throughputMbps: 10 * utility }],
    },
    atMs,
  );
}

function plan(memory: Memory, name: string, seed = 1) {
  const strategy = strategies.find((one) => one.name === name);
  assert(strategy !== undefined);
  return makePlan({
    picture: new picture.Picture(memory, nowMs),
    strategy,
    random: createRandom(seed),
    baseVersion: 0,
    planId: 'p',
    radios: null,
    legalChannels,
  });
}
