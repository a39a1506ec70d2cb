/** What handing a range of recorded time over has to keep, whichever bus carries it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { PortContext } from '#agents/body.ts';
import type { Bus, BusDone } from '#agents/bus/bus.ts';
import { createRandom } from '#agents/random/philox.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { type HandOverOptions, handOverPort } from '#edge/recorder/hand-over.ts';
import type { Recorder } from '#edge/recorder/recorder.ts';
import type { CaptureFetched, CaptureHanded } from '#machines/edge-node.ts';
import type { ToolOutput } from '#protocols/tool.ts';
import { fetchCapture } from '#protocols/tools/edge-node.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { outcomes, type Until } from '../../agents/bus/outcomes.ts';
import { makeRig, type Rig } from './rig.ts';
import { sweeps } from './sweeps.ts';

const second = 1_000_000;
const startUs = 1_790_000_000 * second;

export function handOverConformance(world: {
  readonly node: () => Bus;
  readonly hub: () => Bus;
  readonly until: Until;
}): void {
  const { value, failure } = outcomes(world.until);

  test('stores a range under the hash of its bytes, and says what is in it', async (t) => {
    const rig = makeRig(t);
    const { recorder, recorded } = await recordMinute(rig, 200);
    const fetched = await fetch({ recorder }, { from: 10, to: 39.999 });
    const { payload, sweeps: count, skippedBytes } = accepted(fetched);
    const expected = recorded.slice(10, 40);
    const bytes = Buffer.concat(expected);
    assert.deepEqual([count, skippedBytes, payload?.bytes], [30 * 200, 0, bytes.length]);
    assert.equal(payload?.sha256, createHash('sha256').update(bytes).digest('hex'));
    assert.equal(payload?.uri, `nats-object://CAPTURES/${payload?.sha256}`);
    const read = await value<Uint8Array>((done: BusDone<Uint8Array>) =>
      world
        .hub()
        .objects('CAPTURES')
        .get(payload?.sha256 ?? '', done),
    );
    // Larger than a message, so it came in pieces.
    assert(read.length > 1_048_576 && bytes.equals(read));
    assert.equal(readSweeps(read).sweeps.length, count);
    assert.deepEqual(fetched.handed, [
      { atMs: startUs / 1_000, sha256: payload?.sha256, bytes: bytes.length },
    ]);
    await recorder.close();
  });

  test('keeps the quota of a day, and says what was asked and what is left', async (t) => {
    const rig = makeRig(t);
    const { recorder, recorded } = await recordMinute(rig, 20);
    const each = recorded[0]!.length;
    const options = { recorder, quotaBytes: 25 * each };
    const first = await fetch(options, { from: 0, to: 19.999 });
    assert.equal(accepted(first).payload?.bytes, 20 * each);
    const second_ = await fetch(options, { from: 20, to: 39.999 }, first.handed);
    assert(!second_.outcome.ok);
    assert.equal(second_.outcome.error.code, 'quota_exceeded');
    const [, quota, asked, left] =
      /Quota (\d+) bytes, asked for at least (\d+), left (\d+)/.exec(second_.outcome.error.hint) ??
      [];
    assert.deepEqual([Number(quota), Number(left)], [25 * each, 5 * each]);
    assert(Number(asked) > 5 * each && Number(asked) <= 20 * each);
    assert.deepEqual(second_.handed, first.handed);
    // The same range again is there already, and costs nothing.
    const again = await fetch(options, { from: 0, to: 19.999 }, first.handed);
    assert.deepEqual(again.handed, first.handed);
    assert.deepEqual(accepted(again), accepted(first));
    // What was handed over more than a day ago no longer counts.
    const old = first.handed.map((one) => ({ ...one, atMs: one.atMs - 24 * 3_600_000 }));
    assert(accepted(await fetch(options, { from: 20, to: 39.999 }, old)).sweeps > 0);
    await recorder.close();
  });

  test('what is removed between reading and sending is not stored by the name of the whole', async (t) => {
    const rig = makeRig(t);
    const { recorder, recorded } = await recordMinute(rig, 100);
    let reads = 0;
    const losing: Recorder = {
      ...recorder,
      async *read(range) {
        reads += 1;
        const fromMs = range.fromMs + (reads > 1 ? 30_000 : 0);
        yield* recorder.read({ ...range, fromMs });
      },
    };
    const { outcome, handed } = await fetch({ recorder: losing }, { from: 0, to: 60 });
    assert(!outcome.ok);
    assert.equal(outcome.error.code, 'not_stored');
    assert.match(outcome.error.hint, /changed while it was handed over/);
    assert.deepEqual(handed, []);
    const name = createHash('sha256').update(Buffer.concat(recorded)).digest('hex');
    const stored = (done: BusDone<Uint8Array>) => world.hub().objects('CAPTURES').get(name, done);
    assert.equal(await failure(stored), 'not_found');
    await recorder.close();
  });

  test('refuses what it has not, by name', async (t) => {
    const rig = makeRig(t);
    const { recorder } = await recordMinute(rig, 1);
    const codes = [
      await fetch({ recorder }, { from: 100, to: 200 }),
      await fetch({ recorder }, { from: 20, to: 10 }),
      await fetch({ recorder }, { from: 0, to: 10 }, [], 'radio-7'),
      await fetch({ recorder: undefined }, { from: 0, to: 10 }),
    ].map(({ outcome }) => (outcome.ok ? 'ok' : outcome.error.code));
    assert.deepEqual(codes, ['no_capture', 'no_capture', 'no_capture', 'no_recorder']);
    await recorder.close();
  });

  async function fetch(
    options: Pick<HandOverOptions, 'recorder' | 'quotaBytes'>,
    { from, to }: { from: number; to: number },
    handed: readonly CaptureHanded[] = [],
    radio = 'radio-0',
  ): Promise<CaptureFetched> {
    const came: CaptureFetched[] = [];
    const asked = {
      callId: 'call-1',
      radio,
      fromMs: startUs / 1_000 + from * 1_000,
      toMs: startUs / 1_000 + to * 1_000,
      handed,
    };
    // The port looks at nothing else of where it stands.
    const context = { clock: new VirtualClock(startUs), first: true } as unknown as PortContext;
    handOverPort({ ...options, bus: world.node() }).run(asked, context, (outcome) => {
      assert(outcome.ok);
      came.push(outcome.value);
    });
    await world.until(() => came.length > 0, 'the range is handed over');
    assert.equal(came.length, 1);
    return came[0]!;
  }
}

function accepted({ outcome }: CaptureFetched): ToolOutput<typeof fetchCapture> {
  assert(outcome.ok, outcome.ok ? '' : `${outcome.error.code}: ${outcome.error.hint}`);
  return fetchCapture.output.parse(outcome.value);
}

/** So many sweeps in each second of a minute, and what was recorded in each. */
async function recordMinute(rig: Rig, each: number) {
  const recorder = rig.open();
  const random = createRandom(each);
  const recorded: Buffer[] = [];
  for (let at = 0; at < 60; at += 1) {
    const bytes = Buffer.from(sweeps(random, each));
    recorder.append('radio-0', bytes, startUs + at * second);
    recorded.push(bytes);
    rig.clock.run((at + 1) * second);
  }
  await recorder.flush();
  return { recorder, recorded };
}
