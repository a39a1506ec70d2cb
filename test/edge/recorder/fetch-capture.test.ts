/** `node_fetch_capture` as an operator calls it: door, host, chart, recorder and object store. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { edgeNodeBody } from '#agents/edge-node.ts';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { createCaller } from '#agents/mcp/caller.ts';
import { openDoor } from '#agents/mcp/door.ts';
import { createRandom } from '#agents/random/philox.ts';
import { createGate } from '#agents/regulation/gate.ts';
import { handOverPort } from '#edge/recorder/hand-over.ts';
import type { Recorder } from '#edge/recorder/recorder.ts';
import { SpectrumWatch } from '#edge/spectrum.ts';
import type { Outcome } from '#protocols/errors.ts';
import { address } from '#protocols/ids.ts';
import { fetchCapture } from '#protocols/tools/edge-node.ts';
import { Rig } from '../../agents/host/rig.ts';
import { makeRig } from './rig.ts';
import { sweeps } from './sweeps.ts';

test('an operator is given a range of time as an object, and what was last heard in the answer', async (t) => {
  const { clock, open } = makeRig(t);
  const recorder = open();
  const bytes = sweeps(createRandom(1), 1_000);
  recorder.append('radio-0', bytes, 5_000_000);
  clock.run(1_000_000);
  const node = startNode(recorder);
  const range = { radio: 'radio-0', fromMs: 5_000, toMs: 5_000 };

  const [first, second] = await node.call(range, range);
  assert(first?.ok);
  const { sweeps: count, payload, base64 } = fetchCapture.output.parse(first.value);
  assert.deepEqual([count, payload?.bytes, base64], [1_000, bytes.length, undefined]);
  assert.equal(payload?.sha256, createHash('sha256').update(bytes).digest('hex'));
  assert(second?.ok === false);
  assert.deepEqual([second.error.code, second.error.retryAfterMs], ['busy', 5_000]);

  const [again, half, newest] = await node.call(
    range,
    { radio: 'radio-0', fromMs: 5_000 },
    { radio: 'radio-0' },
  );
  assert.deepEqual(again, first);
  assert(half?.ok === false && half.error.code === 'invalid_arguments');
  // No driver of this node has been asked yet.
  assert(newest?.ok === false && newest.error.code === 'no_capture');
  await recorder.close();
});

function startNode(recorder: Recorder) {
  const rig = new Rig();
  const bus = rig.bus();
  const host = rig.host({ bus });
  const own = signerFromSeed('ap1', new Uint8Array(32).fill(3));
  const watch = new SpectrumWatch(new Map());
  const body = edgeNodeBody({
    describe: () => assert.fail('nobody asks'),
    health: () => assert.fail('nobody asks'),
    capture: watch.capture,
    replay: watch.replay,
  });
  const settings = { spectrumPeriodMs: 1_000, sweeps: 64, bins: 64 };
  host.start({
    body,
    actor: 'node',
    input: { ...settings, radios: [], spectral: [] },
    ports: {
      look: watch.look,
      pulse: { kind: 'work', run: () => undefined },
      handOver: handOverPort({ recorder, bus }),
    },
  });
  const { clock } = rig;
  openDoor({
    host,
    bus,
    gate: createGate({ keyring: keyringOf({ ap1: own.publicKey }), selfSigner: own }),
    clock,
    clockTrusted: () => true,
  });
  const caller = createCaller({
    bus: rig.network.connect({ client: 'operator', domain: 'hub' }),
    clock,
    random: createRandom('caller'),
    site: 'hq',
  });
  const target = address('hq', 'ap1', 'node');
  let calls = 0;

  return {
    /** Makes the calls at once; the outcomes in the order of the calls. */
    async call(...inputs: object[]): Promise<(Outcome<unknown> | undefined)[]> {
      const outcomes: (Outcome<unknown> | undefined)[] = inputs.map(() => undefined);
      inputs.forEach((input, index) => {
        calls += 1;
        caller.call(
          { actor: target, caller: 'operator' },
          {
            callId: `call-${calls}`,
            target,
            tool: 'node_fetch_capture',
            arguments: input,
            timeoutMs: 60_000,
          },
          (outcome) => {
            outcomes[index] = outcome;
          },
        );
      });
      // Files are read in real time, everything else lives in virtual time.
      for (let turn = 0; turn < 2_000 && outcomes.includes(undefined); turn += 1) {
        rig.run(1);
        await pause(1);
      }
      return outcomes;
    },
  };
}
