/**
 * Calls of `radio_get_state` to a live node in another process, everything of a call included, next
 * to the library's bare request to a bare responder in another process, over the same broker.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startBroker } from '#agents/bus/broker.ts';
import { hubConfig } from '#agents/bus/broker-config.ts';
import { connectNats } from '#agents/bus/nats.ts';
import { createNkey } from '#agents/bus/nats-key.ts';
import { openLibraryRequester } from '#agents/bus/nats-peer-request.ts';
import { declareStreams } from '#agents/bus/nats-streams.ts';
import { createCaller } from '#agents/mcp/caller.ts';
import { createRandom } from '#agents/random/philox.ts';
import { RealClock } from '#cli/live/real-clock.ts';
import { address } from '#protocols/ids.ts';
import { type Client, permissionsOf } from '#protocols/permissions.ts';
import { findNatsServer } from '#setup/nats-server.mjs';
import { atLeast, type Bench, inTurns, median, told } from './bench.ts';
import type { PeerWish } from './calls-peer.ts';

const CALLS = 40_000;
const IN_FLIGHT = 64;
const SITE = 'bench';
const NODE = 'ap1';
const BARE_SUBJECT = 'bench.bare';
/** The usual payload of bus benchmarks; a call's own bodies are three to five times that. */
const BARE_BYTES = 200;

export const bench: Bench = {
  name: 'calls',
  about: 'Calls of radio_get_state to a live host, next to bare requests of the NATS library.',
  async run({ repeats, note }) {
    const folder = mkdtempSync(join(tmpdir(), 'airguard-bench-'));
    const [port, leafPort] = [await freePort(), await freePort()];
    const [setup, cloud, node] = [createNkey(), createNkey(), createNkey()];
    const broker = await startBroker({
      program: await findNatsServer({ install: true, say: note }),
      configFile: join(folder, 'hub.conf'),
      config: hubConfig({
        site: SITE,
        port,
        leafPort,
        storeDir: join(folder, 'store'),
        // Caller and host may do what they may in a fleet; the bare pair is held to nothing.
        users: [
          { nkey: setup.publicKey },
          user(cloud.publicKey, { kind: 'cloud', site: SITE }),
          user(node.publicKey, { kind: 'node', site: SITE, node: NODE }),
        ],
        leaves: [],
      }),
      port,
    });
    const peers: ChildProcess[] = [];
    const clock = new RealClock();
    try {
      // The node comes to the hub itself, so that caller and host share one broker as the bare pair does.
      const to = { servers: broker.url, site: SITE };
      const filter = `airguard.${SITE}.cmd.${NODE}.>`;
      const consumers = [{ stream: 'COMMANDS', durable: NODE, filter }];
      await declareStreams({ ...to, nkeySeed: setup.seed, domain: 'hub', consumers });
      const wish = { ...to, node: NODE, subject: BARE_SUBJECT, answerBytes: BARE_BYTES };
      peers.push(await startPeer({ ...wish, role: 'host', nkeySeed: node.seed }));
      peers.push(await startPeer({ ...wish, role: 'responder', nkeySeed: setup.seed }));
      const onFatal = (error: Error) => {
        throw error;
      };
      const bus = await connectNats({ ...to, nkeySeed: cloud.seed, client: 'cloud', onFatal });
      const random = createRandom('calls');
      const caller = createCaller({ bus, clock, random, site: SITE });
      const target = address(SITE, NODE, 'radio-0');
      const from = { actor: target, caller: 'coordinator' };
      const library = await openLibraryRequester({ ...to, nkeySeed: setup.seed });
      const data = new Uint8Array(BARE_BYTES).fill(0x20);
      const request = {
        callId: 'state',
        target,
        tool: 'radio_get_state',
        arguments: {},
        timeoutMs: 10_000,
      };
      const calls = () => rate((ended) => caller.call(from, request, ({ ok }) => ended(ok)));
      const bare = () =>
        rate((ended) => {
          library.request(BARE_SUBJECT, data).then(
            () => ended(true),
            () => ended(false),
          );
        });
      note('warming up');
      await calls();
      await bare();
      note(`${CALLS} calls a turn`);
      const rates = await inTurns(repeats, { calls, bare });
      const ratios = rates.calls.map((value, turn) => value / rates.bare[turn]!);
      caller.close();
      await library.close();
      await new Promise<void>((resolve) => bus.drain(resolve));
      return [
        atLeast('radio_get_state ÷ bare nc.request, 64 in flight', median(ratios), '×', 1.5),
        told('radio_get_state, 64 in flight', median(rates.calls), 'calls/s'),
        told('bare nc.request, 64 in flight', median(rates.bare), 'requests/s'),
      ];
    } finally {
      clock.stop();
      for (const peer of peers) peer.kill();
      await broker.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function user(nkey: string, client: Client) {
  return { nkey, permissions: permissionsOf(client) };
}

function startPeer(wish: PeerWish): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const file = join(import.meta.dirname, 'calls-peer.ts');
    const peer = fork(file, [JSON.stringify(wish)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    peer.once('message', () => resolve(peer));
    peer.once('exit', (code) => reject(new Error(`the ${wish.role} ended with ${code}`)));
  });
}

/** Calls a second, `IN_FLIGHT` of them at any time. */
function rate(begin: (ended: (ok: boolean) => void) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const beganMs = performance.now();
    let begun = 0;
    let count = 0;
    const ended = (ok: boolean) => {
      if (!ok) {
        reject(new Error('a call was not answered well'));
        return;
      }
      count += 1;
      if (count === CALLS) resolve((CALLS * 1_000) / (performance.now() - beganMs));
      else if (begun < CALLS) next();
    };
    const next = () => {
      begun += 1;
      begin(ended);
    };
    for (let index = 0; index < IN_FLIGHT; index += 1) next();
  });
}
