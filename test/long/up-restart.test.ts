/** A live fleet whose node, leaf broker and hub are killed while it works. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connectNats } from '#agents/bus/nats.ts';
import { loadKeys } from '#agents/keys/key-files.ts';
import { SqliteStore } from '#agents/store/sqlite.ts';
import type { Arguments } from '#cli/command.ts';
import { setupOf } from '#cli/live/keys.ts';
import type { UpState } from '#cli/live/state.ts';
import { makeCall } from '#cli/tools/call.ts';
import { openSession, type Session } from '#cli/tools/session.ts';
import { address } from '#protocols/ids.ts';
import { setPower } from '#protocols/tools/radio.ts';
import { airguard, UpProcess } from '../live/fleet-process.ts';

const CLEARING_MS = 60_000;

test('a node, its leaf and the hub are killed and started again: nothing acknowledged is lost, nothing done twice, silence starts over', async (t) => {
  const up = new UpProcess('office', '--seed', '1', '--pace', '1');
  try {
    const state = await up.started();
    const session = await openSession(operatorAt(up.dir));
    const target = address('hq', 'ap1', 'radio-0');
    await up.until(() => firstSilence(up) !== undefined, 'clearing of ap1/radio-2');
    const before = up.call('hq/ap1/node', 'node_describe');

    // Twenty calls, each with a power of its own, so that the air can tell them apart.
    const outcomes = new Map<number, string>();
    const calls: Promise<void>[] = [];
    for (let count = 0; count < 20; count += 1) {
      const eirpDbm = 1 + count / 2;
      calls.push(
        makeCall(session, target, setPower, { eirpDbm }, quietly).then(({ outcome }) => {
          outcomes.set(eirpDbm, outcome.ok ? 'ok' : outcome.error.code);
        }),
      );
      await pause(400);
      if (count === 4) kill(up.state(), 'node');
      if (count === 9) kill(up.state(), 'leaf');
      if (count === 14) kill(up.state(), 'hub');
    }
    const killedMs = Date.now();
    await Promise.all(calls);
    await everythingIsBack(up, state);

    const powers = up.orders().flatMap((order) => {
      const { radio, eirpDbm } = order as { radio: string; eirpDbm?: number };
      return radio === 'ap1/radio-0' && eirpDbm !== undefined ? [eirpDbm] : [];
    });
    for (const [eirpDbm, outcome] of outcomes) {
      const times = powers.filter((each) => each === eirpDbm).length;
      assert(times <= 1, `${eirpDbm} dBm was set ${times} times`);
      if (outcome === 'ok') assert.equal(times, 1, `${eirpDbm} dBm was answered and not done`);
    }
    const answered = [...outcomes.values()].filter((outcome) => outcome === 'ok').length;
    assert(
      answered >= 5,
      `only ${answered} of 20 calls were answered: ${JSON.stringify([...outcomes])}`,
    );

    t.diagnostic(
      `${answered} of ${outcomes.size} calls answered, ${up.orders().length} orders at the air: ${[...outcomes.values()]}`,
    );

    // The silence of ap1/radio-2 began anew with the process, and was served to its end.
    const after = up.call('hq/ap1/node', 'node_describe');
    assert.notEqual(bootOf(after.stdout), bootOf(before.stdout));
    await up.until(() => firstSending(up) !== undefined, 'use of ap1/radio-2', 80_000);
    const sinceFirstMs = firstSending(up)! - firstSilence(up)!;
    assert(sinceFirstMs > CLEARING_MS + 1_000, `only ${sinceFirstMs} ms after it began to listen`);
    assert(firstSending(up)! - killedMs > CLEARING_MS - 20_000);

    t.diagnostic(
      `${await sameAtTheHub(up, session)} events of ap1 at the leaf, all at the hub once`,
    );
    await session.close();
    assert.equal(await up.end('SIGINT'), 130);
    const verified = airguard('ledger', 'verify', '--dir', `${up.dir}/ledger`);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    const store = new SqliteStore({ file: `${up.dir}/ap1/store.db` });
    assert.deepEqual([...store.outbox()], []);
    store.close();
  } finally {
    if (process.env.AIRGUARD_DEBUG) process.stderr.write(up.output);
    await up.remove();
  }
});

const quietly = { progress: () => {}, signal: new AbortController().signal };

function kill({ hub, nodes }: UpState, what: 'node' | 'leaf' | 'hub'): void {
  const [ap1] = nodes;
  const pid = what === 'hub' ? hub.pid : what === 'leaf' ? ap1?.brokerPid : ap1?.pid;
  assert(pid != null, `${what} runs`);
  process.kill(pid, 'SIGKILL');
}

async function everythingIsBack(up: UpProcess, before: UpState): Promise<void> {
  await up.until(() => {
    const { hub, nodes } = up.state();
    const [ap1] = nodes;
    const pids = [hub.pid, ap1?.pid, ap1?.brokerPid];
    const old = [before.hub.pid, before.nodes[0]?.pid, before.nodes[0]?.brokerPid];
    return pids.every((pid, index) => pid != null && pid !== old[index]);
  }, 'return of what was killed');
  await up.until(() => up.call('hq/ap1/radio-0', 'radio_get_state').code === 0, 'answer', 30_000);
}

/** When the air first heard radio-2 of ap1 listen on its channel, and first saw it send. */
function firstSilence(up: UpProcess): number | undefined {
  return ordersOf(up, 'ap1/radio-2').find(({ channel, silent }) => channel && silent === true)
    ?.atMs;
}

function firstSending(up: UpProcess): number | undefined {
  return ordersOf(up, 'ap1/radio-2').find(({ silent }) => silent === false)?.atMs;
}

interface Order {
  readonly atMs: number;
  readonly radio: string;
  readonly channel?: unknown;
  readonly silent?: boolean;
}

function ordersOf(up: UpProcess, name: string): Order[] {
  return (up.orders() as unknown as Order[]).filter(({ radio }) => radio === name);
}

function bootOf(stdout: string): string {
  return (JSON.parse(stdout) as { value: { bootId: string } }).value.bootId;
}

/** Every event that the leaf of ap1 has acknowledged is at the hub, once. */
async function sameAtTheHub(up: UpProcess, { site }: Session): Promise<number> {
  const { hub, nodes, keysDir } = up.state();
  const atLeaf = await eventsAt(nodes[0]!.natsUrl, 'ap1');
  assert(atLeaf.length > 10, `${atLeaf.length} events at the leaf`);
  let atHub: string[] = [];
  for (let tries = 0; tries < 20; tries += 1) {
    atHub = (await eventsAt(hub.natsUrl, 'hub')).filter((id) => id.startsWith('hq/ap1/'));
    if (atLeaf.every((id) => atHub.includes(id))) break;
    await pause(1_000);
  }
  assert.deepEqual(
    atLeaf.filter((id) => !atHub.includes(id)),
    [],
  );
  assert.equal(new Set(atHub).size, atHub.length, 'an event came twice');
  return atLeaf.length;

  async function eventsAt(natsUrl: string, domain: string): Promise<string[]> {
    const bus = await connectNats({
      servers: natsUrl,
      client: 'setup',
      site,
      domain,
      nkeySeed: loadKeys(keysDir, setupOf(domain)).natsSeed,
      onFatal: () => {},
    });
    const ids: string[] = [];
    let quietMs = 0;
    const durable = `test-${Date.now()}`;
    const consumer = bus.consume(
      { stream: 'EVENTS', durable, filter: `airguard.${site}.event.ap1.>`, forgetAfterMs: 10_000 },
      (message) => {
        quietMs = 0;
        ids.push((JSON.parse(Buffer.from(message.data).toString()) as { id: string }).id);
        message.ack();
      },
    );
    for (; quietMs < 1_500; quietMs += 100) await pause(100);
    consumer.close();
    await new Promise<void>((resolve) => bus.drain(resolve));
    return ids;
  }
}

function operatorAt(dir: string): Arguments {
  const values: Record<string, string> = { dir, timeout: '40s' };
  return {
    positionals: [],
    text: (name) => values[name],
    flag: () => false,
    integer: () => undefined,
    durationMs: (name) => (name === 'timeout' ? 40_000 : undefined),
  };
}
