import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matrices } from '#edge/coordination/matrices/index.ts';
import { productShare } from '#edge/coordination/matrices/intermodulation.ts';
import type { Surroundings } from '#edge/coordination/surroundings.ts';
import { CoordinationMatrix, type MatrixKind } from '#protocols/telemetry/matrix.ts';
import { channel, radio, sound, surroundings } from './made.ts';

/** The cells by their names, as a record of that kind holds them; undefined where none is made. */
function matrix(kind: MatrixKind, of: Surroundings) {
  const entry = matrices.find((one) => one.kind === kind)!;
  const filled = entry.fill(of);
  if (filled === undefined) return undefined;
  const { rows, columns, cells } = CoordinationMatrix.parse({
    kind,
    windowMs: of.windowMs,
    ...filled,
  });
  const values = [...cells.values];
  return Object.fromEntries(
    rows.map((row, at) => [
      row,
      Object.fromEntries(
        columns.map((column, place) => [column, values[at * columns.length + place]!]),
      ),
    ]),
  );
}

test('a node with one radio that hears nobody makes no claim about others', () => {
  const alone = surroundings([radio('radio-0', channel(36, 80))]);
  assert.deepEqual(
    matrices.flatMap(({ kind, fill }) => (fill(alone) === undefined ? [] : kind)),
    ['assignment', 'co-channel'],
  );
  const off = surroundings([radio('radio-0', null)]);
  assert.deepEqual(
    matrices.flatMap(({ kind, fill }) => (fill(off) === undefined ? [] : kind)),
    [],
  );
});

test('interference is the mean level at which each sender is heard, and NaN where it is not', () => {
  const heard = surroundings([radio('radio-0', channel(36)), radio('radio-1', channel(44))], {
    'radio-0': { 'other-1': sound(channel(36), [-60, -64]), 'radio-1': sound(channel(44), -30) },
    'radio-1': { 'ap2.radio-0': sound(channel(44), -71, { isOurs: true }) },
  });
  assert.deepEqual(matrix('interference', heard), {
    'radio-0': { 'radio-0': Number.NaN, 'radio-1': Number.NaN },
    'radio-1': { 'radio-0': -30, 'radio-1': Number.NaN },
    'other-1': { 'radio-0': -62, 'radio-1': Number.NaN },
    'ap2.radio-0': { 'radio-0': Number.NaN, 'radio-1': -71 },
  });
});

test('of many senders the loudest are told, and our own radios always', () => {
  const many = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [
      `other-${index}`,
      sound(channel(1), -90 + index / 4),
    ]),
  );
  const rows = Object.keys(
    matrix('interference', surroundings([radio('radio-0', channel(1))], { 'radio-0': many }))!,
  );
  assert.equal(rows.length, 64);
  assert.deepEqual(rows.slice(0, 3), ['radio-0', 'other-199', 'other-198']);
});

test('assignment has the channel of each of our radios, and a row of zeros for one that is off', () => {
  const fleet = sound(channel(36, 80), -70, { isOurs: true });
  const stranger = sound(channel(11), -70);
  const of = surroundings([radio('radio-0', channel(36, 80)), radio('radio-1', null)], {
    'radio-0': { 'ap2.radio-0': fleet, 'other-1': stranger },
  });
  assert.deepEqual(matrix('assignment', of), {
    'radio-0': { '5-5210-80': 1 },
    'radio-1': { '5-5210-80': 0 },
    'ap2.radio-0': { '5-5210-80': 1 },
  });
});

test('co-channel is the share of the channel that the other has too', () => {
  const of = surroundings([radio('radio-0', channel(36, 80)), radio('radio-1', channel(6))], {
    'radio-0': { 'other-1': sound(channel(44, 40), -70) },
    'radio-1': { 'other-2': sound(channel(8), -70) },
  });
  assert.deepEqual(matrix('co-channel', of)!['radio-0'], {
    'radio-0': 1,
    'radio-1': 0,
    'other-1': 0.5,
    'other-2': 0,
  });
  assert.equal(matrix('co-channel', of)!['radio-1']!['other-2'], 0.5);
});

test('leakage into the next channel is what the mask allows, and unknown where it ends', () => {
  const of = surroundings([
    radio('radio-0', channel(36)),
    radio('radio-1', channel(40)),
    radio('radio-2', channel(149)),
  ]);
  const { 'radio-0': cells } = matrix('adjacent-leakage', of)!;
  // Between −20 and −28 dBr over 9 MHz of 20: some −23 dB (IEEE 802.11-2020, 17.3.9.3).
  assert.ok(cells!['radio-1']! < -20 && cells!['radio-1']! > -28, String(cells!['radio-1']));
  assert.deepEqual([cells!['radio-0'], cells!['radio-2']], [Number.NaN, Number.NaN]);
});

test('2·6 − 11 falls on channel 1: two thirds of it, for three blocks of one width', () => {
  // Three even blocks of 20 MHz laid over each other: the outer sixths lie beyond the middle 20 MHz.
  const share = productShare(channel(6), channel(11), { lowMhz: 2402, highMhz: 2422 });
  assert.ok(Math.abs(share - 2 / 3) < 1e-12);
  const at = { 'radio-1': sound(channel(6), -20), 'radio-2': sound(channel(11), -30) };
  const of = surroundings(
    [radio('radio-0', channel(1)), radio('radio-1', channel(6)), radio('radio-2', channel(11))],
    { 'radio-0': at },
  );
  const cells = matrix('intermodulation', of)!;
  // 2·(−20) − 30 dBm for an intercept point of 0 dBm, and two thirds of that.
  assert.ok(Math.abs(cells['radio-1']!['radio-2']! - (-70 + 10 * Math.log10(2 / 3))) < 1e-4);
  // 2·11 − 6 is 2,487 MHz, and nobody is there.
  assert.equal(cells['radio-2']!['radio-1'], Number.NEGATIVE_INFINITY);
  // 2·6 − 1 falls on channel 11, whose radio hears neither.
  assert.ok(Number.isNaN(cells['radio-1']!['radio-0']));
});

test('a product is there once: what lies in stretches side by side is all of it', () => {
  const block = fc.record({
    centerMhz: fc.integer({ min: 5_000, max: 6_000 }),
    widthMhz: fc.constantFrom(20 as const, 40 as const, 80 as const, 160 as const),
  });
  fc.assert(
    fc.property(block, block, fc.integer({ min: -700, max: 700 }), (first, second, cutMhz) => {
      const centerMhz = 2 * first.centerMhz - second.centerMhz;
      const at = (lowMhz: number, highMhz: number) =>
        productShare(first, second, { lowMhz: centerMhz + lowMhz, highMhz: centerMhz + highMhz });
      const whole = first.widthMhz + second.widthMhz / 2;
      assert.ok(Math.abs(at(-800, cutMhz) + at(cutMhz, 800) - 1) < 1e-9);
      assert.ok(Math.abs(at(-800, 0) - 0.5) < 1e-9);
      assert.equal(at(whole, whole + 20), 0);
      assert.ok(at(-20, 20) >= at(20, 60));
    }),
  );
});

test('radios whose levels go up and down together correlate, whatever the levels are', () => {
  const waves = [0, 3, -2, 4, -5, 1, 2, -3];
  const others = [1, -2, 2, 1, -1, 3, -4, 0];
  const of = (more: readonly number[], scale: number) =>
    Object.fromEntries(
      [-50, -63, -80].map((level, at) => [
        `other-${at}`,
        sound(
          channel(36),
          more.map((db) => level + scale * db),
        ),
      ]),
    );
  const radios = [0, 1, 2, 3].map((number) => radio(`radio-${number}`, channel(36)));
  const heard = {
    'radio-0': of(waves, 1),
    'radio-1': of(waves, 0.5),
    'radio-2': of(waves, -1),
    'radio-3': of(others, 1),
  };
  const { 'radio-0': cells } = matrix('diversity', surroundings(radios, heard))!;
  const [itself, alike, opposite, apart] = Object.values(cells!);
  assert.ok(Number.isNaN(itself));
  assert.ok(Math.abs(alike! - 1) < 1e-6 && Math.abs(opposite! + 1) < 1e-6);
  assert.ok(Math.abs(apart!) < 0.5);
});

test('where nothing moves, or too little was heard, nothing is said of diversity', () => {
  const radios = [radio('radio-0', channel(36)), radio('radio-1', channel(36))];
  const still = { 'other-1': sound(channel(36), new Array<number>(30).fill(-60)) };
  const few = { 'other-1': sound(channel(36), [-60, -62, -61]) };
  for (const heard of [still, few]) {
    const of = surroundings(radios, { 'radio-0': heard, 'radio-1': heard });
    assert.equal(matrix('diversity', of), undefined);
  }
});
