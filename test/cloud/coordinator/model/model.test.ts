import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { groundOf } from '#cloud/coordinator/model/ground.ts';
import { AirModel } from '#cloud/coordinator/model/model.ts';
import { effortFor, harmless } from '#cloud/coordinator/search/effort.ts';
import { channels, drawnAir, EIRP_DBM, sharesOf, siteOf } from '../drawn-site.ts';

const options = { ...harmless, follow: effortFor(10).follow };

test('predicts what the air gives where radios hear each other, whatever they are told', () => {
  for (let seed = 1; seed <= 5; seed += 1) {
    const random = createRandom(seed);
    // All within hearing: nothing is hidden, so that all there is to know was reported.
    const { air, radios } = drawnAir({ random, aps: 8, sideM: 12, clients: 3 });
    const model = new AirModel(groundOf(siteOf(air, radios)), options);
    for (let turn = 0; turn < 20; turn += 1) {
      const station = random.below(radios.length);
      const channel = channels[random.below(channels.length)]!;
      air.apply({ kind: 'radio', id: radios[station]!, channel });
      model.set(station, model.ground.effects.numberOf(channel), EIRP_DBM);
    }
    const real = sharesOf(air, radios);
    const told = radios.flatMap((_, station) => model.throughputsOf(station));
    const total = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0);
    const error = Math.abs(total(told) / total(real) - 1);
    assert(error < 0.02, `seed ${seed}: the sum is off by ${(100 * error).toFixed(1)} %`);
  }
});

test('a trial that is taken back leaves nothing behind', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = createRandom(seed);
    const { air, radios } = drawnAir({ random, aps: 12, sideM: 60, clients: 3 });
    const model = new AirModel(groundOf(siteOf(air, radios)), options);
    const before = stateOf(model, radios.length);
    model.try();
    for (let turn = 0; turn < 5; turn += 1) {
      model.set(random.below(radios.length), random.below(channels.length), 8 + random.below(12));
    }
    model.takeBack();
    assert.deepEqual(stateOf(model, radios.length), before);
  }
});

test('what a change leaves is what a fresh start with it would give', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = createRandom(seed);
    const { air, radios } = drawnAir({ random, aps: 12, sideM: 60, clients: 3 });
    const model = new AirModel(groundOf(siteOf(air, radios)), options);
    for (let turn = 0; turn < 10; turn += 1) {
      model.set(random.below(radios.length), random.below(channels.length), 8 + random.below(12));
    }
    const followed = stateOf(model, radios.length);
    model.finish();
    stateOf(model, radios.length).forEach((value, at) => {
      assert(Math.abs(value - followed[at]!) < 1e-9, `seed ${seed}, value ${at}`);
    });
  }
});

function stateOf(model: AirModel, radios: number): number[] {
  const values = Array.from({ length: radios }, (_, at) => [model.valueOf(at), model.shareOf(at)]);
  return [model.total, ...values.flat()];
}
