import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import type { Bus } from '#agents/bus/bus.ts';
import { createCaller } from '#agents/mcp/caller.ts';
import { createTransport } from '#agents/mcp/transport.ts';
import { createRandom } from '#agents/random/philox.ts';
import { shippedRegdb } from '#agents/regulation/regdb.ts';
import { judge } from '#agents/regulation/verdicts.ts';
import { MemoryStore } from '#agents/store/memory.ts';
import { seededKeys } from '#cli/fleet/keys.ts';
import { startNode } from '#cli/fleet/node.ts';
import type { RunningPart } from '#cli/fleet/parts.ts';
import { RealClock } from '#cli/live/real-clock.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import { createSimDriver } from '#edge/drivers/sim.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import { Address } from '#protocols/ids.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { Trace } from '#sim/trace/trace.ts';
import { type Brokers, SITE, startBrokers } from '../bus/brokers.ts';
import { channel36, channel40 } from './tiny-host.ts';

const NODE = 'ap12';
const RADIO = Address.parse(`${SITE}/${NODE}/radio-0`);
const clock = new RealClock();
const keys = seededKeys(1, [NODE]);
let brokers: Brokers;
let cloud: Bus;
let node: RunningPart;

before(async () => {
  const filter = `airguard.${SITE}.cmd.${NODE}.>`;
  brokers = await startBrokers({
    nodes: [NODE],
    consumers: { [NODE]: [{ stream: 'COMMANDS', durable: NODE, filter }] },
  });
  cloud = await brokers.connect('cloud', 'hub');
  node = startRealNode(await brokers.connect(NODE, NODE));
  await serving();
});

after(async () => {
  await new Promise<void>((resolve) => (node ? node.stop(resolve) : resolve()));
  await brokers?.stop();
  clock.stop();
});

/** A node as `up` starts it, with one simulated radio. */
function startRealNode(bus: Bus): RunningPart {
  const random = createRandom('node');
  const air = createFluidAir({ random: random.fork('air') });
  air.apply({ kind: 'radio', id: `${NODE}/radio-0`, at: { x: 0, y: 0, z: 3 } });
  const driver = createSimDriver({
    address: `sim:${NODE}/radio-0`,
    id: `${NODE}/radio-0`,
    air: directAir(air, clock),
    clock,
    random: random.fork('radio'),
    antennaGainDbi: 3,
    capabilities: {
      spectral: false,
      pulses: false,
      bands: ['5'],
      maxWidthMhz: 80,
      minEirpDbm: 0,
      maxEirpDbm: 30,
    },
  });
  const radio = { actor: 'radio-0', eirpDbm: 20, country: 'DE', indoor: true, antennaGainDbi: 3 };
  return startNode({
    site: SITE,
    node: NODE,
    bus,
    clock,
    random,
    store: new MemoryStore(),
    trace: new Trace(() => clock.monotonic()),
    bootId: 'test',
    passivateAfterMs: null,
    keyring: keys.keyring,
    pseudonyms: keys.pseudonyms,
    signer: keys.signer(NODE),
    clockTrusted: () => true,
    machine: { bootId: null, uptimeUs: () => 0 },
    radios: [{ ...radio, home: channel36, driver }],
    spectrum: { spectrumPeriodMs: 10_000, sweeps: 64, bins: 128 },
    sampling: { surveyPeriodMs: 10_000, neighbourPeriodMs: 60_000 },
  });
}

/** Interest takes a moment from a leaf to the hub, and a radio to its first channel. */
async function serving(): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const client = await connectClient('auto').catch(() => undefined);
    const state = await client?.callTool({ name: 'radio_get_state', arguments: {} });
    await client?.close();
    if ((state?.structuredContent as { doing?: string })?.doing === 'serving') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the radio never served');
}

/** A client of the radio, as a developer would make one. */
async function connectClient(mode: 'legacy' | 'auto', target = RADIO): Promise<Client> {
  const options = { bus: cloud, clock, random: createRandom(`${mode}${calls++}`), site: SITE };
  const tools = createCaller(options);
  const transport = createTransport({
    ...options,
    target,
    caller: 'operator',
    tools,
    authorize: async ({ tool, arguments: input, callId }) => {
      const call = { target, tool, arguments: input, caller: 'operator', idempotencyKey: callId };
      const nowMs = Math.floor(clock.now() / 1_000);
      const by = { signer: keys.signer('auditor'), regdb: shippedRegdb() };
      const judged = judge({ ...call, nowMs, state: await legalState() }, by);
      return judged.ok ? { verdict: judged.value } : { refusal: judged.error };
    },
  });
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(transport);
  return client;
}

let calls = 0;

async function legalState(): Promise<RadioLegalState> {
  const client = await connectClient('auto');
  const { structuredContent } = await client.callTool({ name: 'radio_get_state', arguments: {} });
  await client.close();
  return (structuredContent as { legal: RadioLegalState }).legal;
}

for (const mode of ['auto', 'legacy'] as const) {
  test(`the official client lists and calls the tools of a radio (${mode})`, async () => {
    const client = await connectClient(mode);
    const to = mode === 'auto' ? channel40 : channel36;

    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      [
        'radio_confirm_change',
        'radio_get_state',
        'radio_list_neighbours',
        'radio_pin',
        'radio_scan_spectrum',
        'radio_set_channel',
        'radio_set_power',
      ],
    );
    const state = await client.callTool({ name: 'radio_get_state', arguments: {} });
    assert.equal((state.structuredContent as { doing: string }).doing, 'serving');
    const moved = await client.callTool({ name: 'radio_set_channel', arguments: to });
    assert.deepEqual(moved.structuredContent, { silentMs: 0 });
    const after = await client.callTool({ name: 'radio_get_state', arguments: {} });
    assert.deepEqual((after.structuredContent as { legal: RadioLegalState }).legal.channel, to);
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
  const nowhere = Address.parse(`${SITE}/nowhere/radio-0`);

  await assert.rejects(connectClient('legacy', nowhere), /not_reachable/);
});
