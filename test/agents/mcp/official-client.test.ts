import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import type { Bus } from '#agents/bus/bus.ts';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { createCaller } from '#agents/mcp/caller.ts';
import { type Door, openDoor } from '#agents/mcp/door.ts';
import { createTransport } from '#agents/mcp/transport.ts';
import { createRandom } from '#agents/random/philox.ts';
import { createGate } from '#agents/regulation/gate.ts';
import { shippedRegdb } from '#agents/regulation/regdb.ts';
import { judge } from '#agents/regulation/verdicts.ts';
import { Address } from '#protocols/ids.ts';
import { type Brokers, startBrokers } from '../bus/brokers.ts';
import { systemClock } from './system-clock.ts';
import { channel40, NODE, RADIO, SITE, tinyHost } from './tiny-host.ts';

const clock = systemClock();
const host = tinyHost();
const auditor = signerFromSeed('auditor', new Uint8Array(32).fill(1));
let brokers: Brokers;
let cloud: Bus;
let door: Door;

before(async () => {
  const filter = `airguard.${SITE}.cmd.${NODE}.>`;
  brokers = await startBrokers({
    nodes: [NODE],
    consumers: { [NODE]: [{ stream: 'COMMANDS', durable: NODE, filter }] },
  });
  const node = await brokers.connect(NODE, NODE);
  cloud = await brokers.connect('cloud', 'hub');
  const own = signerFromSeed(NODE, new Uint8Array(32).fill(3));
  const keyring = keyringOf({ auditor: auditor.publicKey, [NODE]: own.publicKey });
  const gate = createGate({ keyring, selfSigner: own });
  door = openDoor({ host, bus: node, gate, clock, clockTrusted: () => true });
  await reachable();
});

/** Interest in a subject takes a moment from a leaf to the hub. */
async function reachable(): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const client = await connectClient('auto').catch(() => undefined);
    if (client !== undefined) return client.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the door of the radio was never reached');
}

after(async () => {
  door?.close();
  await brokers?.stop();
});

/** A client of the radio, as a developer would make one. */
async function connectClient(mode: 'legacy' | 'auto', target = RADIO): Promise<Client> {
  const options = { bus: cloud, clock, random: createRandom(mode), site: SITE };
  const transport = createTransport({
    ...options,
    target,
    caller: 'operator',
    tools: createCaller(options),
    authorize: async ({ tool, arguments: input, callId }) => {
      const call = { target, tool, arguments: input, caller: 'operator', idempotencyKey: callId };
      const nowMs = Math.floor(clock.now() / 1_000);
      const by = { signer: auditor, regdb: shippedRegdb() };
      const judged = judge({ ...call, nowMs, state: host.legal }, by);
      return judged.ok ? { verdict: judged.value } : { refusal: judged.error };
    },
  });
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(transport);
  return client;
}

for (const mode of ['auto', 'legacy'] as const) {
  test(`the official client lists and calls the tools of a radio (${mode})`, async () => {
    const client = await connectClient(mode);

    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      [
        'radio_get_state',
        'radio_list_neighbours',
        'radio_pin',
        'radio_set_channel',
        'radio_set_power',
      ],
    );
    const state = await client.callTool({ name: 'radio_get_state', arguments: {} });
    assert.equal((state.structuredContent as { doing: string }).doing, 'serving');
    const moved = await client.callTool({ name: 'radio_set_channel', arguments: channel40 });
    assert.deepEqual(moved.structuredContent, { silentMs: 0 });
    const turnedDown = await client.callTool({
      name: 'radio_set_power',
      arguments: { eirpDbm: 59 },
    });
    assert.equal(turnedDown.isError, true);
    assert.equal((turnedDown.structuredContent as { code: string }).code, 'rule_broken');
    await client.close();
  });
}

test('the official client speaks revision 2026-07-28 with us when it may choose', async () => {
  const client = await connectClient('auto');

  assert.equal(client.getNegotiatedProtocolVersion(), '2026-07-28');
  await client.close();
});

test('the official client fails at once where nobody answers', async () => {
  const nowhere = Address.parse('hq/nowhere/radio-0');

  await assert.rejects(connectClient('legacy', nowhere), /not_reachable/);
});
