/** The commands, and the codec for ChirpStack against our own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { chirpstackCodec } from '#cli/lorawan/chirpstack-codec.ts';
import { decodeMessage, encodeMessage } from '#protocols/lorawan/codec.ts';
import { framesOf, readFragment } from '#protocols/lorawan/fragments.ts';
import { anyMessage, anyMessageAtAll } from '../../protocols/lorawan/any-message.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');

test('ChirpStack reads every message as we do', () => {
  const decodeUplink = theirDecoder();
  fc.assert(
    fc.property(anyMessageAtAll(), (message) => {
      const bytes = encodeMessage(message);
      assert.deepEqual(decodeUplink({ fPort: 10, bytes: [...bytes] }), { data: message });
    }),
  );
});

test('ChirpStack refuses what we refuse', () => {
  const decodeUplink = theirDecoder();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.constantFrom(32, 0), (bytes, version) => {
      if (bytes.length > 0) bytes[0] = (bytes[0]! & 31) | version;
      if (readFragment(bytes)?.ok === false) return;
      const theirs = decodeUplink({ fPort: 10, bytes: [...bytes] });
      const ours = decodeMessage(bytes);
      if (ours.ok) assert.deepEqual(theirs, { data: ours.value });
      else if (theirs.data?.is !== 'fragment') assert.equal(theirs.errors?.length, 1);
    }),
    { numRuns: 1_000 },
  );
  assert.match(decodeUplink({ fPort: 2, bytes: [32] }).errors?.[0] ?? '', /expected port 10/);
});

test('ChirpStack shows a fragment as what it is', () => {
  const decodeUplink = theirDecoder();
  fc.assert(
    fc.property(anyMessage('state'), fc.nat(63), (message, id) => {
      for (const frame of framesOf(encodeMessage(message), 11, id)) {
        const ours = readFragment(frame);
        assert(ours?.ok);
        const share = Buffer.from(ours.value.share).toString('hex');
        const { data } = decodeUplink({ fPort: 10, bytes: [...frame] });
        assert.deepEqual(data, { is: 'fragment', ...ours.value, share });
      }
    }),
    { numRuns: 20 },
  );
});

test('`lorawan airtime` tells a figure, and refuses a payload that is too long', () => {
  const { status, stdout } = airguard(
    'airtime',
    '--region',
    'EU868',
    '--dr',
    '0',
    '--bytes',
    '51',
    '--json',
  );
  assert.equal(status, 0);
  const { dutyCycle, rates } = JSON.parse(stdout);
  assert.deepEqual(
    [dutyCycle, rates.length, rates[0].airtimeMs, rates[0].framesAnHour],
    [0.01, 1, 2_793.472, 12],
  );
  const long = airguard('airtime', '--region', 'us915', '--dr', '0', '--bytes', '12');
  assert.equal(long.status, 5);
  assert.match(long.stdout, /may not be sent: a payload of 12 bytes: US915 DR0 carries at most 11/);
  const unknown = airguard('airtime', '--region', 'EU86');
  assert.deepEqual([unknown.status, unknown.stdout], [2, '']);
  assert.match(unknown.stderr, /did you mean 'EU868'/);
  assert.match(
    airguard('airtime', '--bytes', '300').stderr,
    /--bytes: expected a number from 0 to 242/,
  );
});

test('`lorawan decode` reads a frame, and fragments together', () => {
  const single = airguard('decode', '2500004dcf1e041a5537fe', '--json');
  assert.equal(single.status, 0);
  const [alert] = JSON.parse(single.stdout).messages;
  assert.deepEqual(
    [alert.is, alert.kind, alert.centerMhz, alert.peakDbm],
    ['alert_short', 'radar', 5_290, -62],
  );

  const frames = framesOf(encodeMessage(aState), 51, 1).map((frame) =>
    Buffer.from(frame).toString('hex'),
  );
  assert(frames.length > 1);
  const whole = airguard('decode', ...frames.toReversed(), '--json');
  assert.deepEqual(JSON.parse(whole.stdout).messages, [aState]);
  const part = airguard('decode', ...frames.slice(1));
  assert.equal(part.status, 2);
  assert.match(part.stderr, /expected all fragments of a message; some are missing/);
  assert.match(airguard('decode', 'xyz').stderr, /'xyz': expected pairs of hexadecimal digits/);
  assert.match(airguard('decode', '45ff').stderr, /expected version 1 .*, came version 2/);
});

test('`lorawan try` loses and doubles nothing, keeps the duty cycle, and says where its figures come from', () => {
  const { status, stdout } = airguard('try', '--nodes', '2', '--hours', '1', '--json');
  assert.equal(status, 0);
  const figures = JSON.parse(stdout);
  assert.deepEqual([figures.lost, figures.doubled, figures.generated], [0, 0, true]);
  assert(figures.alertsOverLora > 0 && figures.heartbeats > 0);
  assert(figures.fullestHour <= figures.dutyCycle);
  assert.match(airguard('try', '--hours', '1').stdout, /simulated nodes .*\(simulated channel\)/);
  assert.match(airguard('try', '--hours', '0').stderr, /--hours: expected a number from 1 to 48/);
});

/** One of three radios, which takes two frames. */
const aState = fc
  .sample(anyMessage('state'), { numRuns: 200, seed: 1 })
  .find((message) => message.is === 'state' && message.radios.length === 3)!;

function airguard(...args: readonly string[]) {
  return spawnSync(path.join(root, 'airguard'), ['lorawan', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
}

interface Decoded {
  readonly data?: { readonly is: string };
  readonly errors?: readonly string[];
}

/** `decodeUplink` as ChirpStack would call it; its answer by way of JSON, as it is passed on. */
function theirDecoder(): (input: { fPort: number; bytes: number[] }) => Decoded {
  const sandbox: { decodeUplink?: (input: object) => unknown } = {};
  runInNewContext(chirpstackCodec(), sandbox);
  return (input) => JSON.parse(JSON.stringify(sandbox.decodeUplink?.(input)));
}
