/** Nodes of every region, links that come and go, channels from good to deaf: nothing is lost or doubled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anAlert, makeField } from '#cli/lorawan/field.ts';
import { dutyOf, regionNamed, regions } from '#protocols/lorawan/regions.ts';
import { mostInAnHour } from '#sim/lorawan/fullest-hour.ts';

const HOUR_US = 3_600_000_000;
const SEEDS = 20;

for (const { name, rates } of regions) {
  test(`${name}: a day of cuts at each rate, from ${SEEDS} seeds`, () => {
    for (const { dr } of rates) {
      for (let seed = 1; seed <= SEEDS; seed += 1) day(name, dr, seed);
    }
  });
}

function day(region: string, dr: number, seed: number): void {
  const pathLossDb = 120 + 2 * (seed % 16);
  const field = makeField({ seed, region, dr, nodes: 3, pathLossDb });
  const chance = field.random.fork('happenings');
  const told: string[] = [];
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    for (const { fallback, node } of field.nodes) {
      const draw = chance.below(120);
      if (draw < 2) fallback.linkLost();
      if (draw === 2) fallback.linkRestored();
      if (draw === 3) told.push(`${node} ${fallback.alert(anAlert)}`);
    }
    field.pass(60);
  }
  for (const { fallback } of field.nodes) fallback.linkRestored();
  field.pass(120);
  const counted = field.heard
    .filter(({ message, isFuller }) => message.is.startsWith('alert') && !isFuller)
    .map(({ node, message }) => `${node} ${message.record}`);
  const where = `${region} DR${dr}, seed ${seed}`;
  assert.deepEqual(counted.toSorted(), told.toSorted(), where);
  assert.deepEqual([field.faults, field.standIn.refused], [[], []], where);
  for (const { modem } of field.nodes) {
    assert(mostInAnHour(modem.sent) <= dutyOf(regionNamed(region)) * HOUR_US, where);
  }
}
