/** From recorded bytes to what a node tells: the whole ear, with the models that ship. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readSweeps } from '#edge/capture/tlv.ts';
import { openAutoencoder, shippedModel } from '#edge/detector/autoencoder.ts';
import { Classifier } from '#edge/detector/classes/classify.ts';
import { readClassModel } from '#edge/detector/classes/model.ts';
import { ClassStage } from '#edge/pipeline/class-stage.ts';
import { Ear } from '#edge/pipeline/ear.ts';
import { Stages } from '#edge/pipeline/stages.ts';
import { Told } from '#edge/pipeline/told.ts';
import { VECTORS_A_SECOND, VectorStage } from '#edge/pipeline/vector-stage.ts';
import { VectorMemory } from '#edge/uplink/vector-memory.ts';
import type { Driver } from '#protocols/driver.ts';
import { NodeEvent } from '#protocols/telemetry/events.ts';
import { VectorBatch } from '#protocols/telemetry/vectors.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

const file = new URL('../../fixtures/fft-eval/ath10k_20mhz.dump', import.meta.url);
/** Channel 128 with a strong narrow carrier in it; the sweeps of one number of bins. */
const carrier = readSweeps(readFileSync(file)).sweeps.filter(
  ({ segments }) => segments[0]?.bins.length === 64,
);

function playing(bytes: Uint8Array): Driver {
  const driver: Pick<Driver, 'capabilities' | 'openSpectrum'> = {
    capabilities: () => ({
      spectral: true,
      pulses: false,
      bands: ['5'],
      maxWidthMhz: 20,
      minEirpDbm: 0,
      maxEirpDbm: 20,
    }),
    openSpectrum(_, done) {
      let isRead = false;
      const stream = {
        // Once a poll, as a driver has it.
        read() {
          isRead = !isRead;
          return isRead ? bytes : new Uint8Array(0);
        },
        close() {},
      };
      done({ ok: true, value: stream });
    },
  };
  return driver as Driver;
}

test('a carrier on recorded bytes is classified, found strange, and told once', async () => {
  const clock = new VirtualClock();
  const opened = await openAutoencoder(shippedModel);
  assert(opened.ok);
  const autoencoder = opened.value;
  const events: NodeEvent[] = [];
  const batches: VectorBatch[] = [];
  const onEvent = (radio: string, event: NodeEvent) => {
    assert.equal(radio, 'radio-0');
    events.push(NodeEvent.parse(event));
  };
  const memory = new VectorMemory({ file: ':memory:', model: '0123456789abcdef' });
  const stages = new Stages([
    new ClassStage({
      classifier: new Classifier(readClassModel()),
      clock,
      told: new Told(),
      onEvent,
    }),
    new VectorStage({
      autoencoder,
      clock,
      memory,
      onEvent,
      onBatch: (_, batch) => batches.push(VectorBatch.parse(batch)),
    }),
  ]);
  const bytes = Buffer.concat(carrier.map((sweep) => sweep.bytes));
  const drivers = new Map([['radio-0', playing(bytes)]]);
  const ear = new Ear({ drivers, clock, bins: 512, stages });
  for (let poll = 0; poll < 260; poll += 1) {
    clock.run(clock.monotonic() + 50_000);
    // The model answers in its own time.
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (let turn = 0; turn < 50 && batches.length === 0; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    clock.run(clock.monotonic() + 50_000);
  }
  assert.deepEqual(
    ear.health().map(({ stage, state }) => [stage, state]),
    [
      ['listening/radio-0', 'running'],
      ['classes', 'running'],
      ['vectors', 'running'],
    ],
  );
  const classes = events.filter(({ kind }) => kind === 'interference.classified');
  assert.deepEqual(
    classes.map((event) => event.kind === 'interference.classified' && event.class),
    ['narrow-jammer'],
  );
  const strange = events.filter(({ kind }) => kind === 'anomaly.detected');
  assert.equal(strange.length, 1, 'once, while it lasts');
  assert(batches.length > 0 && memory.size > 0);
  const sent = batches.reduce((sum, { count }) => sum + count, 0);
  const { counts } = ear.health().find(({ stage }) => stage === 'vectors')!;
  assert(counts!.strangeTiles! > 100 && counts!.vectorsNotSent! > 0);
  assert(sent + counts!.vectorsNotSent! <= counts!.strangeTiles!, 'none is counted twice');
  assert(sent <= VECTORS_A_SECOND * 17, 'thirteen seconds and what the model took');
  const { sweeps } = ear.newest('radio-0', 10);
  assert.deepEqual(
    sweeps.map((sweep) => sweep.tsf),
    carrier.slice(-10).map((sweep) => sweep.tsf),
  );
  await ear.stop();
});

test('a memory that the disk does not take costs no vectors, and is said', async () => {
  const clock = new VirtualClock();
  const opened = await openAutoencoder(shippedModel);
  assert(opened.ok);
  const memory = new VectorMemory({ file: ':memory:', model: '0123456789abcdef' });
  let isFull = true;
  const remember = memory.remember.bind(memory);
  memory.remember = (...args) => {
    if (isFull) throw new Error('database or disk is full');
    remember(...args);
  };
  let batches = 0;
  const onBatch = () => {
    batches += 1;
  };
  const stage = new VectorStage({
    autoencoder: opened.value,
    clock,
    memory,
    onEvent: () => {},
    onBatch,
  });
  const stages = new Stages([stage]);
  const listen = async (seconds: number) => {
    for (let turn = 0; turn < seconds * 5; turn += 1) {
      stages.take({ radio: 'radio-0', atUs: 0, bytes: new Uint8Array(0), sweeps: carrier });
      clock.run(clock.monotonic() + 200_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const { counts: _, ...said } = stages.health()[0]!;
    return said;
  };
  const during = await listen(6);
  assert.deepEqual(during, {
    stage: 'vectors',
    state: 'degraded',
    why: 'nothing is remembered: database or disk is full',
  });
  assert(batches > 0 && memory.size === 0);
  isFull = false;
  assert.equal((await listen(6)).state, 'running');
  assert(memory.size > 0);
  await stages.close();
});
