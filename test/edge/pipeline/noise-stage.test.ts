import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sweep } from '#edge/capture/tlv.ts';
import { NoiseStage } from '#edge/pipeline/noise-stage.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { NodeEvent } from '#protocols/telemetry/events.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

const centersMhz = [5_180, 5_200, 5_220, 5_240, 5_260, 5_280, 5_300];

test('a frequency whose noise stands out is told once, and again when it comes back', () => {
  const { pass, events } = world();
  for (let minute = 0; minute < 5; minute += 1) pass({});
  assert.equal(events.length, 0);
  for (let minute = 0; minute < 5; minute += 1) pass({ 5220: -80 });
  assert.equal(events.length, 1);
  const [first] = events;
  assert(first?.kind === 'anomaly.detected' && first.sign === 'noise');
  assert.deepEqual([first.lowMhz, first.highMhz, first.seenBefore], [5_210, 5_230, 0]);
  assert(first.score > first.threshold);
  pass({});
  pass({ 5220: -80 });
  assert.equal(events.length, 2);
  assert(events[1]?.kind === 'anomaly.detected' && events[1].seenBefore === 1);
});

test('a radio that stays on its channel tells nothing, whatever its noise', () => {
  const { stage, clock, events } = world();
  for (let minute = 0; minute < 10; minute += 1) {
    stage.take(batch([sweepOf(5_180, minute < 5 ? -95 : -60)]));
    clock.run(clock.monotonic() + 61 * US_PER_S);
  }
  assert.equal(events.length, 0);
});

test('what a radio heard more than ten minutes ago is held against nothing', () => {
  const { pass, stage, clock, events } = world();
  pass({});
  clock.run(clock.monotonic() + 11 * 60 * US_PER_S);
  for (let look = 0; look < 3; look += 1) {
    stage.take(batch([sweepOf(5_220, -60)]));
    clock.run(clock.monotonic() + 61 * US_PER_S);
  }
  assert.equal(events.length, 0);
});

function batch(sweeps: readonly Sweep[]) {
  return { radio: 'radio-0', atUs: 0, bytes: new Uint8Array(0), sweeps };
}

function sweepOf(centerMhz: number, noiseDbm: number): Sweep {
  const segment = { lowMhz: centerMhz - 10, highMhz: centerMhz + 10, noiseDbm };
  // Of a sweep, only this is looked at.
  return { segments: [segment] } as unknown as Sweep;
}

function world() {
  const clock = new VirtualClock();
  const events: NodeEvent[] = [];
  const card = { threshold: 5, falseAlarmRate: 0.001 };
  const onEvent = (_: string, event: NodeEvent) => events.push(NodeEvent.parse(event));
  const stage = new NoiseStage({ card, clock, onEvent });
  /** One scan, and a minute. */
  const pass = (raised: Record<number, number>) => {
    clock.run(clock.monotonic() + 61 * US_PER_S);
    for (let sweep = 0; sweep < 9; sweep += 1) {
      const sweeps = centersMhz.map((mhz) => sweepOf(mhz, raised[mhz] ?? -95));
      stage.take(batch(sweeps.slice(0, -1)));
      stage.take(batch(sweeps.slice(-1)));
    }
    clock.run(clock.monotonic() + 61 * US_PER_S);
    stage.take(batch([]));
  };
  return { clock, stage, events, pass };
}
