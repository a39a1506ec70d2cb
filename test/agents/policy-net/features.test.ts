import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meanOf } from '#agents/bandits/beta-arm.ts';
import { channelFeatures, radioFeatures, see } from '#agents/policy-net/features.ts';
import { optionsIn } from '#agents/policy-net/input.ts';
import { priorArms } from '#agents/policy-net/priors.ts';
import { allChannels } from '#protocols/channels.ts';
import type { RadioReport } from '#protocols/radio-report.ts';

const channels = allChannels('5', 20).slice(0, 3);
const [first, second] = channels as [(typeof channels)[0], (typeof channels)[0]];

function report(id: string, more: Partial<RadioReport> = {}): RadioReport {
  return {
    id,
    channel: first,
    eirpDbm: 20,
    silent: false,
    survey: [],
    neighbours: [],
    clients: [{ id: `${id}-c`, rssiDbm: -60, offeredMbps: 20, throughputMbps: 5 }],
    ...more,
  };
}

const hears = (id: string, rssiDbm: number, managed = true) => ({
  id,
  channel: first,
  rssiDbm,
  load: 0.4,
  managed,
});

test('a row of features is as long as the names say', () => {
  const { radios } = see({ reports: [report('a')], options: [channels] });
  const { features } = radios[0]!;
  assert.equal(features.length, radioFeatures.length + 4 * channelFeatures.length);
  assert.equal(optionsIn(features.length), 3);
  assert(features.every(Number.isFinite));
});

test('who hears whom is an edge by its level, and two whom a third hears are one below zero', () => {
  const reports = [
    report('a', { neighbours: [hears('b', -62)] }),
    report('b', { neighbours: [hears('c', -82)] }),
    report('c'),
  ];
  const { edges } = see({ reports, options: [[], [], []] });
  assert.deepEqual(
    edges.filter(([, , weight]) => weight > 0),
    [
      [0, 1, 1],
      [1, 2, 0.5],
    ],
  );
  const [guess] = edges.filter(([, , weight]) => weight < 0);
  assert.deepEqual(guess?.slice(0, 2), [0, 2]);
  // Farther than the farther of both, nearer than both in a row.
  assert.ok(guess![2] > -0.5 && guess![2] < -0.4, `${guess![2]}`);
});

test('strangers count where they send, and what was measured only on that channel', () => {
  const reports = [report('a', { neighbours: [hears('x', -70, false)] })];
  const { radios } = see({ reports, options: [channels] });
  const of = (name: (typeof channelFeatures)[number], option: number) =>
    radios[0]!.features[
      radioFeatures.length + (1 + option) * channelFeatures.length + channelFeatures.indexOf(name)
    ];
  assert.deepEqual([of('foreignShare', 0), of('foreignShare', 1)], [0.4, 0]);
  assert.deepEqual([of('wasMeasured', 0), of('wasMeasured', 1)], [1, 0]);
  assert.ok(Math.abs(of('fareMeasured', 0)! - Math.log(5 / 20)) < 1e-12);
});

test('nothing but the measured fare depends on where others of ours are tuned', () => {
  const other = (channel: typeof first) =>
    see({
      reports: [report('a', { neighbours: [hears('b', -60)] }), report('b', { channel })],
      options: [channels, []],
    });
  assert.deepEqual(other(first).radios[0], other(second).radios[0]);
});

test('priors follow the scores, and the option it is on is believed as it was measured', () => {
  const arms = priorArms([0, 1, -2], { temperature: 0.15, here: 0, served: 0.6, weight: 4 });
  const means = arms.map(meanOf);
  assert.ok(Math.abs(means[0]! - 0.6) < 1e-12);
  assert.ok(Math.abs(means[1]! - 0.6 * Math.exp(0.15)) < 1e-12);
  assert.ok(
    means[2]! < means[0]! && arms.every(({ alpha, beta }) => Math.abs(alpha + beta - 4) < 1e-12),
  );
});
