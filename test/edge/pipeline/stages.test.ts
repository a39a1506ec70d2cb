import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget, type Usage } from '#edge/pipeline/budget.ts';
import { type Batch, type Stage, Stages } from '#edge/pipeline/stages.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

const batch: Batch = { radio: 'radio-0', atUs: 0, bytes: new Uint8Array(0), sweeps: [] };

function counting(name: string): Stage & { taken: number } {
  return {
    name,
    taken: 0,
    take() {
      this.taken += 1;
    },
  };
}

test('a stage that fails is off and says why; the others go on', () => {
  const [first, last] = [counting('first'), counting('last')];
  const bad: Stage = {
    name: 'bad',
    take() {
      throw new Error('no such tensor');
    },
  };
  const stages = new Stages([first, bad, last]);
  stages.take(batch);
  stages.take(batch);
  assert.deepEqual([first.taken, last.taken], [2, 2]);
  assert.deepEqual(stages.health(), [
    { stage: 'first', state: 'running' },
    { stage: 'bad', state: 'off', why: 'no such tensor' },
    { stage: 'last', state: 'running' },
  ]);
});

test('what could not be opened is told beside what runs, and trouble of what goes on too', () => {
  const full: Stage = { name: 'recorder', take: () => {}, trouble: () => 'the disk is full' };
  assert.deepEqual(new Stages([full], { vectors: 'no model' }).health(), [
    { stage: 'recorder', state: 'degraded', why: 'the disk is full' },
    { stage: 'vectors', state: 'off', why: 'no model' },
  ]);
});

test('beyond its limits the node gives up stages one by one, and takes them up again when it is calm', () => {
  const clock = new VirtualClock();
  const stages = new Stages([counting('recorder'), counting('vectors')]);
  let rssBytes = 100e6;
  let cpuUs = 0;
  let cpuShare = 0.1;
  const usage = (): Usage => {
    cpuUs += cpuShare * 10_000_000;
    return { rssBytes, cpuUs };
  };
  const order = ['vectors', 'recorder'];
  const limits = { memoryMb: 350, cpuPercent: 50 };
  const budget = new Budget({ clock, limits, stages, order, usage });
  const off = () => stages.health().filter(({ state }) => state === 'off');
  const run = (seconds: number) => clock.run(clock.monotonic() + seconds * 1_000_000);

  run(60);
  assert.deepEqual(off(), []);
  rssBytes = 400e6;
  run(20);
  assert.deepEqual(off(), [], 'a peak is none');
  run(10);
  assert.deepEqual(off(), [
    {
      stage: 'vectors',
      state: 'off',
      why: 'the process took 400 of 350 MB and 10 of 50 % of a core',
    },
  ]);
  rssBytes = 100e6;
  cpuShare = 0.9;
  run(40);
  assert.deepEqual(
    off().map(({ stage }) => stage),
    ['recorder', 'vectors'],
  );
  run(600);
  assert.equal(off().length, 2, 'there is nothing more to give up');
  cpuShare = 0.1;
  run(130);
  assert.deepEqual(
    off().map(({ stage }) => stage),
    ['vectors'],
    'the last given up comes first',
  );
  run(130);
  assert.deepEqual(off(), []);
  budget.stop();
});
