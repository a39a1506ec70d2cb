import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSweeps } from '#edge/capture/tlv.ts';
import { Classifier } from '#edge/detector/classes/classify.ts';
import { readClassModel } from '#edge/detector/classes/model.ts';
import type { ClassName } from '#edge/detector/classes/names.ts';
import type { AirChange, Emission } from '#protocols/air.ts';
import { channelOf, emitter, heard } from '../../../sim/air/spectrum/ear.ts';

const classifier = new Classifier(readClassModel());
const sweeps = 1024;

function namesOf(changes: readonly AirChange[], listening: Parameters<typeof heard>[1] = {}) {
  const classified = classifier.classify(heard(changes, { sweeps, ...listening }));
  return classified?.classes.map(({ name }) => name).toSorted();
}

/** As the simulated air has them, which is not how training drew them: other places, other powers. */
const usual: readonly (readonly [Emission, ClassName])[] = [
  ['wifi', 'wifi'],
  ['microwave', 'microwave'],
  ['bluetooth', 'bluetooth'],
  ['zigbee', 'zigbee'],
  ['analogue-video', 'analogue-video'],
  ['fhss-phone', 'fhss-phone'],
  ['narrow-jammer', 'narrow-jammer'],
];

for (const [emission, name] of usual) {
  test(`names ${emission} on the simulated air, and nothing besides, in 4 of 5 seeds at least`, () => {
    const at = emission === 'analogue-video' || emission === 'zigbee' ? { centerMhz: 2435 } : {};
    const channel = channelOf('2.4', emission === 'microwave' ? 9 : 6);
    const said = [1, 2, 3, 4, 5].map((seed) =>
      namesOf([emitter(emission, { eirpDbm: -60, ...at } as never)], { channel, seed })?.join(),
    );
    assert(said.filter((names) => names === name).length >= 4, said.join(' | '));
  });
}

test('names nothing where there is nothing but noise', () => {
  for (const bins of [64, 256, 512]) {
    for (const seed of [1, 2, 3]) assert.deepEqual(namesOf([], { bins, seed }), []);
  }
});

test('raises at most one alarm in 60 windows of Wi-Fi of all loads', () => {
  let alarms = 0;
  for (let seed = 0; seed < 60; seed += 1) {
    const duty = (seed % 20) / 20 + 0.02;
    const frames = emitter('wifi', { duty, eirpDbm: -85 + (seed % 12) * 5 } as never);
    const names = namesOf([frames], { seed, bins: 64 }) ?? [];
    if (names.some((one) => one !== 'wifi')) alarms += 1;
  }
  assert(alarms <= 1, `${alarms} alarms`);
});

test('says nothing from fewer than eight sweeps of one span, and leaves others out', () => {
  const few = heard([emitter('microwave')], { sweeps: 7 });
  assert.equal(classifier.classify(few), undefined);
  assert.equal(classifier.classify([]), undefined);
  const elsewhere = heard([], { sweeps: 40, channel: channelOf('5', 36) });
  assert.equal(classifier.classify([...few, ...elsewhere]), undefined);
  const enough = heard([emitter('microwave')], { sweeps: 64 });
  assert.equal(classifier.classify([...enough, ...elsewhere])?.sweeps, 64);
});

test('the same sweeps give the same scores', () => {
  const own = heard([emitter('bluetooth'), emitter('wifi')]);
  assert.deepEqual(classifier.classify(own), classifier.classify(own));
});

test('whatever bytes a damaged stream still holds, scores are numbers from 0 to 1', () => {
  const headers = [
    [1, 0, 73, 76],
    [2, 0, 152, 155],
    [3, 0, 90, 93],
    [4, 0, 83, 86],
  ] as const;
  const sample = fc.constantFrom(...headers).chain(([type, high, low, length]) =>
    fc.uint8Array({ minLength: length - 3, maxLength: length - 3 }).map((body) => {
      const bytes = Uint8Array.of(type, high, low, ...body);
      // A width that exists, so that most of them are read.
      if (type === 3) bytes[3] = 22;
      if (type === 4) bytes[3] = 20;
      return bytes;
    }),
  );
  fc.assert(
    fc.property(sample, fc.array(sample, { maxLength: 4 }), (first, others) => {
      const again = Array.from({ length: 9 }, (_, index) => {
        const copy = first.slice();
        const other = others[index % Math.max(1, others.length)] ?? first;
        copy.set(other.subarray(40, Math.min(other.length, first.length)), 40);
        return copy;
      });
      const classified = classifier.classify(readSweeps(Buffer.concat(again)).sweeps);
      for (const score of classified?.scores ?? []) assert(score >= 0 && score <= 1);
    }),
    { numRuns: 200 },
  );
});
