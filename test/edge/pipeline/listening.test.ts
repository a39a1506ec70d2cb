import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Listening } from '#edge/pipeline/listening.ts';
import type { Driver, SpectrumStream } from '#protocols/driver.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

/** A radio of which only the spectrum counts: it gives what was put in, or fails as it is told to. */
function radio() {
  const waiting: Uint8Array[] = [];
  const seen = { opened: 0, closed: 0 };
  let refusal: string | undefined;
  let broken: string | undefined;
  const stream: SpectrumStream = {
    read() {
      if (broken !== undefined) throw new Error(broken);
      return waiting.shift() ?? new Uint8Array(0);
    },
    close() {
      seen.closed += 1;
    },
  };
  const driver: Pick<Driver, 'openSpectrum'> = {
    openSpectrum(request, done) {
      assert.equal(request.sweeps, null, 'without end');
      seen.opened += 1;
      if (refusal === undefined) done({ ok: true, value: stream });
      else done({ ok: false, error: { code: 'gone', message: refusal } });
    },
  };
  return {
    driver: driver as Driver,
    seen,
    give: (...bytes: number[]) => waiting.push(Uint8Array.from(bytes)),
    refuse(why: string | undefined) {
      refusal = why;
    },
    breakDown(why: string | undefined) {
      broken = why;
    },
  };
}

function listenTo(given: ReturnType<typeof radio>) {
  const clock = new VirtualClock(1_000);
  const heard: { bytes: number[]; atUs: number }[] = [];
  const listening = new Listening({
    actor: 'radio-0',
    driver: given.driver,
    clock,
    bins: 512,
    onBytes: (bytes, atUs) => heard.push({ bytes: [...bytes], atUs }),
  });
  return {
    clock,
    heard,
    listening,
    run: (ms: number) => clock.run(clock.monotonic() + ms * 1_000),
  };
}

test('everything that was read comes once, in order, with the time of its reading', () => {
  const given = radio();
  const { heard, run, listening } = listenTo(given);
  given.give(1);
  given.give(2, 3);
  run(50);
  given.give(4);
  run(50);
  assert.deepEqual(heard, [
    { bytes: [1], atUs: 51_000 },
    { bytes: [2, 3], atUs: 51_000 },
    { bytes: [4], atUs: 101_000 },
  ]);
  assert.equal(listening.trouble, undefined);
});

test('a radio that refuses is asked again, and says why until it answers', () => {
  const given = radio();
  given.refuse('radio-0 is gone');
  const { heard, run, listening } = listenTo(given);
  assert.equal(listening.trouble, 'radio-0 is gone');
  given.refuse(undefined);
  given.give(1);
  run(5_100);
  assert.equal(heard.length, 1);
  assert.equal(listening.trouble, undefined);
});

test('a stream that breaks, or gives nothing for long, is opened anew', () => {
  const given = radio();
  const { run, listening } = listenTo(given);
  given.breakDown('EIO');
  run(100);
  assert.equal(listening.trouble, 'EIO');
  given.breakDown(undefined);
  run(5_100);
  assert.deepEqual(given.seen, { opened: 2, closed: 1 });
  run(16_000);
  assert.deepEqual(given.seen, { opened: 3, closed: 2 });
  assert.equal(listening.trouble, undefined, 'it was only just opened');
});

test('after it was stopped nothing is read, and the stream is closed', () => {
  const given = radio();
  const { heard, run, listening } = listenTo(given);
  listening.stop();
  given.give(1);
  run(60_000);
  assert.deepEqual(heard, []);
  assert.deepEqual(given.seen, { opened: 1, closed: 1 });
});
