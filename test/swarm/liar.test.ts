/** A node whose reports are well-formed and untrue, in a world with real hosts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decoder } from 'cbor-x';
import type { Bus } from '#agents/bus/bus.ts';
import { type Envelope, encodeEnvelope } from '#agents/host/event-codec.ts';
import type { Quarantine } from '#agents/plausibility/witness.ts';
import { MemoryStore } from '#agents/store/memory.ts';
import { populate } from '#cli/fleet/in-world.ts';
import { address, CLOUD } from '#protocols/ids.ts';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import { loadScenario } from '#sim/scenario-files.ts';
import { runWorld } from '#sim/world.ts';

test('a node that hears every neighbour 30 dB too loudly is put in quarantine, by auditor and coordinator', async () => {
  const lying = await quarantinedWith(shouting('ap3', 30));
  assert.deepEqual(lying, { auditor: ['ap3'], coordinator: ['ap3'] });
  assert.deepEqual(await quarantinedWith((bus) => bus), { auditor: [], coordinator: [] });
});

/** Ten minutes of the office; which nodes the cloud's actors do not believe at their end. */
async function quarantinedWith(nodeBus: (bus: Bus) => Bus) {
  const scenario = { ...loadScenario('office'), faults: [], emitters: [] };
  const plant = { name: 'liar', about: 'A node lies', nodeBus };
  const store = new MemoryStore();
  const population = populate({
    seed: 1,
    passivateAfterMs: null,
    strategy: scenario.strategy,
    plant,
  });
  await runWorld({
    scenario,
    seed: 1,
    durationUs: 600_000_000,
    ...population,
    makeStore: (host) => (host === CLOUD ? store : population.makeStore(host)),
    limits: limitsOf(scenario.country),
    checkers: [],
  });
  const seenBy = (actor: string) =>
    [...store.memory(address(scenario.site, CLOUD, actor))]
      .filter(([key]) => key.startsWith('witness/quarantine/'))
      .map(([, value]) => (value as Quarantine).node);
  return { auditor: seenBy('auditor'), coordinator: seenBy('coordinator') };
}

function shouting(node: string, byDb: number): (bus: Bus) => Bus {
  const decoder = new Decoder({ mapsAsObjects: true });
  return (bus) => {
    if (bus.client !== node) return bus;
    return {
      ...bus,
      keyValue: (bucket) => bus.keyValue(bucket),
      publish(subject, data, ...rest) {
        if (!subject.endsWith('.neighbours.measured')) return bus.publish(subject, data, ...rest);
        const envelope = decoder.decode(data) as Envelope & {
          data: { neighbours: { rssiDbm: number }[] };
        };
        const neighbours = envelope.data.neighbours.map((one) => ({
          ...one,
          rssiDbm: Math.min(-1, one.rssiDbm + byDb),
        }));
        const changed = { ...envelope, data: { neighbours } };
        return bus.publish(subject, encodeEnvelope('metric', changed), ...rest);
      },
    };
  };
}
