import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Sampled, VectorSample } from '#edge/pipeline/vector-sample.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

const scores = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 400 });

test('of a second no more leave than may, the strangest among them, and the rest is counted', () => {
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 40 }), (all, most) => {
      const { sample, sent, clock } = world(most);
      all.forEach((score, place) => {
        sample.add(sampled(score, place));
      });
      clock.run(clock.monotonic() + US_PER_S);
      assert.equal(sent.length, Math.min(all.length, most));
      assert.equal(sent.length + sample.left, all.length);
      const strongest = all.toSorted((one, other) => other - one);
      const got = sent.map(({ score }) => score).toSorted((one, other) => other - one);
      const kept = Math.min(all.length, Math.ceil(most / 2));
      assert.deepEqual(got.slice(0, kept), strongest.slice(0, kept));
      const times = sent.map(({ atUs }) => atUs);
      assert.deepEqual(
        times,
        times.toSorted((one, other) => one - other),
      );
    }),
  );
});

test('what is equally strange is sampled over the whole second', () => {
  const { sample, sent, clock } = world(16);
  for (let place = 0; place < 260; place += 1) sample.add(sampled(place < 8 ? 9 : 1, place));
  clock.run(clock.monotonic() + US_PER_S);
  const byTime = sent.slice(8).map(({ atUs }) => atUs);
  assert.equal(byTime.length, 8);
  byTime.forEach((atUs, place) => {
    const from = 8 + (place * 252) / 8;
    assert(atUs >= from && atUs < from + 252 / 8, `${atUs}`);
  });
});

test('each second begins anew', () => {
  const { sample, sent, clock } = world(2);
  for (let second = 0; second < 5; second += 1) {
    for (let place = 0; place < 10; place += 1) sample.add(sampled(place, place));
    clock.run(clock.monotonic() + US_PER_S);
    assert.equal(sent.length, 2 * (second + 1));
  }
  assert.equal(sample.left, 40);
});

function sampled(score: number, atUs: number): Sampled {
  return { vector: new Uint8Array(256), centerMhz: 5_180, score, atUs };
}

function world(most: number) {
  const clock = new VirtualClock();
  const sent: Sampled[] = [];
  const sample = new VectorSample({ clock, most, onVector: (one) => sent.push(one) });
  return { clock, sent, sample };
}
