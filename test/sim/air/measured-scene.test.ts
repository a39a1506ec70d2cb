import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import type { Air, AirChange } from '#protocols/air.ts';
import type { Band } from '#protocols/channels.ts';
import { PREAMBLE_DETECT_DBM } from '#protocols/hearing.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { Random } from '#protocols/random.ts';
import { createFluidAir, type FluidAir } from '#sim/air/fluid-air.ts';
import { sceneFromMeasurements } from '#sim/air/measured-scene.ts';
import { createPacketAir } from '#sim/air/packet-air.ts';
import { lossDb } from '#sim/air/path-loss.ts';
import { airtime, emptyAir, on, place, second } from './scenes.ts';

/** Of the noise that is put on every reported level. */
const READING_SIGMA_DB = 2;
const rules = { levelSigmaDb: READING_SIGMA_DB };

function build(changes: readonly AirChange[]): FluidAir {
  const air = createFluidAir({ random: createRandom(1) });
  for (const change of changes) air.apply(change);
  return air;
}

interface Site {
  readonly air: FluidAir;
  /** Another air in the same state. */
  readonly copy: () => FluidAir;
  readonly ours: readonly string[];
  readonly neighbours: readonly string[];
  readonly clients: readonly (readonly [client: string, radio: string])[];
}

/** Nodes of two radios on a floor of 60 by 40 m, with clients, neighbours and links that deviate. */
function randomSite(seed: number, { shadowingDb = 4, nodes = 8 } = {}): Site {
  const random = createRandom(seed);
  const air = createFluidAir({ random: random.fork('air'), shadowingDb });
  const layout = random.fork('layout');
  const anywhere = () => ({ x: 60 * layout.uniform(), y: 40 * layout.uniform(), z: 0 });
  const of = <Item>(items: readonly Item[]) => items[layout.below(items.length)]!;
  const ours: string[] = [];
  const clients: [string, string][] = [];
  for (let node = 0; node < nodes; node += 1) {
    const at = anywhere();
    for (const [place, primaries] of [
      [2412, 2437, 2462],
      [5180, 5220, 5260],
    ].entries()) {
      const id = `ap${node}/radio-${place}`;
      const eirpDbm = 15 + layout.below(6);
      const channel = on(of(primaries), place === 0 ? 20 : 40);
      air.apply({ kind: 'radio', id, at, channel, eirpDbm });
      ours.push(id);
      for (let index = 0; index < 2; index += 1) {
        const around = {
          x: at.x + 8 * layout.uniform() - 4,
          y: at.y + 8 * layout.uniform() - 4,
          z: 0,
        };
        const client = `${id}-c${index}`;
        const offeredMbps = [10, 60, 300][layout.below(3)]!;
        air.apply({ kind: 'client', id: client, at: around, radio: id, offeredMbps });
        clients.push([client, id]);
      }
    }
  }
  const neighbours = ['cafe', 'flat', 'shop'];
  for (const id of neighbours) {
    const at = anywhere();
    const channel = on(of([2412, 2437, 2462]));
    air.apply({ kind: 'radio', id, at, channel, eirpDbm: 20, unmanaged: true });
    const client = { ...at, x: at.x + 3 };
    const offeredMbps = of([5, 40, 300]);
    air.apply({ kind: 'client', id: `${id}-client`, at: client, radio: id, offeredMbps });
  }
  const copy = () => {
    const other = createFluidAir({ random: random.fork('air'), shadowingDb });
    other.restore(air.snapshot());
    return other;
  };
  return { air, copy, ours, neighbours, clients };
}

/** As chips do: levels with an error, in whole dB. */
function reportsOf(
  air: Air,
  ours: readonly string[],
  noise: Random,
  window = second,
): RadioReport[] {
  const read = (dbm: number) => Math.round(dbm + READING_SIGMA_DB * noise.normal());
  return ours.map((id) => ({
    id,
    ...air.tuned(id),
    survey: [...air.observe(id, 'survey', window)],
    neighbours: air.observe(id, 'neighbours', window).map((one) => {
      return { ...one, rssiDbm: read(one.rssiDbm) };
    }),
    clients: air.observe(id, 'clients', window).map((one) => {
      return { ...one, rssiDbm: read(one.rssiDbm) };
    }),
  }));
}

const seeds = Array.from({ length: 12 }, (_, index) => index + 1);

test('what the ways between things take lies within two sigma in about 95 of 100 cases', (context) => {
  const held = { measured: 0, estimated: 0 };
  const all = { measured: 0, estimated: 0 };
  let estimatedSigma = 0;
  for (const seed of seeds) {
    const site = randomSite(seed);
    const lossOf = truthOf(site);
    for (const link of rebuilt(site, seed).links) {
      const real = lossOf(link);
      if (real === undefined) continue;
      const kind = link.isMeasured ? 'measured' : 'estimated';
      all[kind] += 1;
      if (!link.isMeasured) estimatedSigma += link.sigma;
      if (Math.abs(real - link.mean) <= 2 * link.sigma) held[kind] += 1;
    }
  }
  const measured = held.measured / all.measured;
  const estimated = held.estimated / all.estimated;
  context.diagnostic(
    `within two sigma: ${measured.toFixed(3)} of ${all.measured} measured, ` +
      `${estimated.toFixed(3)} of ${all.estimated} estimated ones, whose sigma is ` +
      `${(estimatedSigma / all.estimated).toFixed(1)} dB on average`,
  );
  assert(all.measured > 1_000 && all.estimated > 6_000);
  assert(measured >= 0.93 && measured <= 0.985, `${measured} of measured links`);
  assert(estimated >= 0.91 && estimated <= 0.985, `${estimated} of estimated links`);
  // Wide, and still of use.
  assert(estimatedSigma / all.estimated < 8);
});

test('a rebuilt site does what the site does', (context) => {
  const errors = { airtime: [] as number[], throughput: [] as number[], bracketed: 0, pairs: 0 };
  for (const seed of seeds) {
    const site = randomSite(seed);
    const scene = rebuilt(site, seed);
    const twin = build(scene.mean());
    const { air, ours } = site;
    const apart = ours.map((id) => Math.abs(airtime(air, id) - airtime(twin, id)));
    errors.airtime.push(sum(apart) / ours.length);
    const real = total(air, ours);
    errors.throughput.push(Math.abs(total(twin, ours) - real) / real);
    errors.pairs += holdsHearing(site, twin);
    const drawn = Array.from({ length: 12 }, (_, draw) =>
      total(build(scene.draw(createRandom(seed).fork(`draw/${draw}`))), ours),
    );
    if (real >= 0.98 * Math.min(...drawn) && real <= 1.02 * Math.max(...drawn))
      errors.bracketed += 1;
  }
  const worst = {
    airtime: Math.max(...errors.airtime),
    throughput: Math.max(...errors.throughput),
  };
  context.diagnostic(
    `a radio's airtime is off by ${median(errors.airtime).toFixed(3)} in the median site, by ` +
      `${worst.airtime.toFixed(3)} in the worst; a site's throughput by ` +
      `${median(errors.throughput).toFixed(3)} and ${worst.throughput.toFixed(3)}; ` +
      `12 draws bracket it in ${errors.bracketed} of ${seeds.length} sites`,
  );
  assert(errors.pairs > 100);
  assert(median(errors.airtime) <= 0.04 && worst.airtime <= 0.12);
  assert(median(errors.throughput) <= 0.05 && worst.throughput <= 0.25);
  assert(errors.bracketed >= seeds.length - 1);
});

test('a site of frames is rebuilt from its frames', (context) => {
  const window = { fromUs: 0, untilUs: 5_000_000 };
  const errors = [1, 2, 3].map((seed) => {
    const { air: fluid, ours } = randomSite(seed);
    const site = createPacketAir({ random: createRandom(seed).fork('air'), shadowingDb: 4 });
    const { radios, clients } = fluid.snapshot();
    for (const radio of radios) site.apply({ kind: 'radio', ...radio });
    for (const client of clients) site.apply({ kind: 'client', ...client });
    const reports = reportsOf(site, ours, createRandom(seed).fork('noise'), window);
    const twin = createPacketAir({ random: createRandom(seed).fork('twin') });
    for (const change of sceneFromMeasurements(reports, rules).mean()) twin.apply(change);
    return Math.abs(total(twin, ours, window) / total(site, ours, window) - 1);
  });
  context.diagnostic(`throughput is off by ${errors.map((one) => one.toFixed(3)).join(', ')}`);
  assert(Math.max(...errors) <= 0.15);
});

test('neighbours send as much as they seem to, or their uncertainty says so', () => {
  let within = 0;
  let known = 0;
  for (const seed of seeds) {
    const site = randomSite(seed);
    for (const [id, { mean, sigma }] of rebuilt(site, seed).airtimes) {
      known += 1;
      if (Math.abs(airtime(site.air, id) - mean) <= 2 * sigma + 0.05) within += 1;
    }
  }
  assert(known >= 30);
  assert(within >= 0.85 * known, `${within} of ${known}`);
});

test('busy time that no frame explains is an emitter, on the spectrum that its hearers share', () => {
  const air = emptyAir();
  place(air, { id: 'a/r0', x: 0 }, 5);
  place(air, { id: 'b/r0', x: 8, channel: on(2422) }, 5);
  place(air, { id: 'c/r0', x: 4, channel: on(2462) }, 5);
  air.apply({
    kind: 'emitter',
    id: 'camera',
    at: { x: 4, y: 2, z: 0 },
    centerMhz: 2417,
    widthMhz: 8,
    eirpDbm: 20,
    duty: 0.6,
  });
  const ours = ['a/r0', 'b/r0', 'c/r0'];
  const scene = sceneFromMeasurements(reportsOf(air, ours, createRandom(1)), rules);

  const [emitter, ...more] = scene.emitters;
  assert.equal(more.length, 0);
  assert.deepEqual(emitter?.hearers, ['a/r0', 'b/r0']);
  assert.deepEqual(emitter?.block, { lowMhz: 2412, highMhz: 2422 });
  assert(Math.abs(emitter!.duty.mean - 0.6) < 0.01);
  const twin = build(scene.mean());
  for (const id of ours) {
    assert(Math.abs(twin.load(id).utilisation - air.load(id).utilisation) < 0.02, id);
    assert(Math.abs(airtime(twin, id) - airtime(air, id)) < 0.02, id);
  }
});

test('noise above the receiver’s own is something weak that sends', () => {
  const air = emptyAir();
  place(air, { id: 'a/r0', x: 0 }, 5);
  air.apply({
    kind: 'emitter',
    id: 'babyphone',
    at: { x: 20, y: 0, z: 0 },
    centerMhz: 2412,
    widthMhz: 2,
    eirpDbm: 10,
    duty: 1,
  });
  const scene = sceneFromMeasurements(reportsOf(air, ['a/r0'], createRandom(1)), rules);
  const noise = (one: Air) => one.observe('a/r0', 'survey', second)[0]!.noiseDbm;

  assert.equal(scene.emitters.length, 1);
  assert(noise(air) > -90);
  assert(Math.abs(noise(build(scene.mean())) - noise(air)) < 0.5);
});

test('a draw is repeated by its stream, and another stream gives another', () => {
  const site = randomSite(3);
  const scene = rebuilt(site, 3);
  const draw = (seed: number) => scene.draw(createRandom(seed).fork('twin'));

  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
  assert.notDeepEqual(draw(1), scene.mean());
});

test('radios that were off or silent when it was measured can be switched on in the twin', () => {
  const site = randomSite(5);
  const { air, ours } = site;
  air.apply({ kind: 'radio', id: ours[0]!, channel: null });
  air.apply({ kind: 'radio', id: ours[2]!, silent: true });
  const twin = build(rebuilt(site, 5).mean());

  assert.equal(twin.tuned(ours[0]!).channel, null);
  assert.equal(twin.tuned(ours[2]!).silent, true);
  twin.apply({ kind: 'radio', id: ours[0]!, channel: on(2412) });
  twin.apply({ kind: 'radio', id: ours[2]!, silent: false });
  assert(total(twin, [ours[0]!]) > 0 && total(twin, [ours[2]!]) > 0);
  assert(twin.observe(ours[0]!, 'neighbours', second).length > 0);
});

test('what is wrong with measurements is said in one line', () => {
  const [first, ...rest] = reportsOf(randomSite(1).air, randomSite(1).ours, createRandom(1));
  const wrong =
    (...reports: RadioReport[]) =>
    () =>
      sceneFromMeasurements(reports);
  assert.throws(
    wrong({ ...first!, eirpDbm: Number.NaN }, ...rest),
    /^InputError: measurements: report 0: at eirpDbm: .*NaN/,
  );
  assert.throws(wrong(first!, first!, ...rest), /one report of each .*'ap0\/radio-0' twice/);
  assert.throws(wrong(first!), /radio 'ap0\/radio-0' heard '.*', one of ours: expected a report/);
  assert.deepEqual(sceneFromMeasurements([]).mean(), []);
});

test('an air takes a link’s loss as it is given, from the first metre on in any band', () => {
  const air = emptyAir(4);
  place(air, { id: 'a', x: 0 });
  place(air, { id: 'b', x: 400 });
  const level = () => air.observe('b', 'neighbours', second)[0]?.rssiDbm;
  assert.equal(level(), undefined);
  air.apply({ kind: 'link', from: 'a', to: 'b', band: '2.4', lossDb: 60 });
  assert.equal(level(), -40);
  for (const id of ['a', 'b']) air.apply({ kind: 'radio', id, channel: on(5180) });
  assert(Math.abs(level()! - (-40 - 46.68 + 40.05)) < 1e-9);
  air.apply({ kind: 'link', from: 'b', to: 'a', band: '5', lossDb: 70 });
  assert.equal(level(), -50);
  air.apply({ kind: 'link', from: 'a-client', to: 'a', band: '5', lossDb: 80 });
  assert.equal(air.observe('a', 'clients', second)[0]!.rssiDbm, -60);

  assert.throws(
    () => air.apply({ kind: 'link', from: 'a', to: 'x', band: '5', lossDb: 70 }),
    /link 'a' to 'x': expected a radio, client or emitter of the air, came 'x'/,
  );
});

/** Every pair that is clearly in or out of hearing is so in both; returns how many there were. */
function holdsHearing({ air, ours }: Site, twin: Air): number {
  let pairs = 0;
  for (const id of ours) {
    const band = air.tuned(id).channel!.band;
    const seen = new Map(air.observe(id, 'neighbours', second).map((one) => [one.id, one.rssiDbm]));
    const rebuilt = new Set(twin.observe(id, 'neighbours', second).map((one) => one.id));
    for (const other of ours) {
      if (other === id || air.tuned(other).channel!.band !== band) continue;
      const level = seen.get(other);
      if (level !== undefined && level < PREAMBLE_DETECT_DBM + 4 * READING_SIGMA_DB) continue;
      assert.equal(rebuilt.has(other), level !== undefined, `${id} hears ${other}`);
      pairs += 1;
    }
  }
  return pairs;
}

function rebuilt({ air, ours }: Site, seed: number) {
  return sceneFromMeasurements(reportsOf(air, ours, createRandom(seed).fork('noise')), rules);
}

function total(air: Air, radios: readonly string[], window = second): number {
  const clients = radios.flatMap((id) => air.observe(id, 'clients', window));
  return sum(clients.map(({ throughputMbps }) => throughputMbps));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** What the way between two really takes: seen by making everything loud in a copy of the air. */
function truthOf({ copy, ours, neighbours, clients }: Site) {
  const air = copy();
  const isClient = new Set(clients.map(([id]) => id));
  const losses = new Map<string, number>();
  for (const id of [...ours, ...neighbours]) {
    air.apply({ kind: 'radio', id, channel: on(2412), eirpDbm: 60 });
  }
  for (const id of [...ours, ...neighbours]) {
    for (const other of air.observe(id, 'neighbours', second)) {
      losses.set(`${id} ${other.id}`, 60 - other.rssiDbm);
    }
    for (const [client] of clients) air.apply({ kind: 'client', id: client, radio: id });
    for (const { id: client, rssiDbm } of air.observe(id, 'clients', second)) {
      if (isClient.has(client)) losses.set(`${client} ${id}`, 60 - rssiDbm);
    }
  }
  return ({ from, to, band }: { from: string; to: string; band: Band }) => {
    const loss = losses.get(`${from} ${to}`);
    return loss === undefined ? undefined : loss + lossDb(band, 0, 0) - lossDb('2.4', 0, 0);
  };
}
