/** What a node's process and the cloud's have in common: bus, store, clock, keys, ledger. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Bus, BusStatus } from '#agents/bus/bus.ts';
import { connectNats } from '#agents/bus/nats.ts';
import { readApart } from '#agents/bus/read-apart.ts';
import { newSeed } from '#agents/keys/ed25519.ts';
import { keyringOfTrust, loadTrust } from '#agents/keys/key-files.ts';
import { createRandom } from '#agents/random/philox.ts';
import { EnduringStore } from '#agents/store/enduring.ts';
import { SqliteStore } from '#agents/store/sqlite.ts';
import { InputError } from '#protocols/errors.ts';
import { CLOUD } from '#protocols/ids.ts';
import { CLOUD_READER } from '#protocols/permissions.ts';
import type { Random } from '#protocols/random.ts';
import { TappedBus } from '#sim/tapped-bus.ts';
import { followLedger } from '../fleet/ledger.ts';
import type { NodeParts, RunningPart } from '../fleet/parts.ts';
import { clockTrust } from './clock-trust.ts';
import { startHeartbeat } from './heartbeat.ts';
import { keysDirectory, openSiteKeys, type SiteKeys } from './keys.ts';
import { LedgerFile } from './ledger-file.ts';
import { thisMachine } from './machine.ts';
import type { Parent } from './parent.ts';
import { RealClock } from './real-clock.ts';
import { startTally } from './tally.ts';

export interface ProcessOptions {
  readonly dir: string;
  readonly site: string;
  /** A node's name, or `cloud`: the client, the store and the writer of the ledger. */
  readonly name: string;
  readonly domain: string;
  readonly natsUrl: string;
  readonly parent: Parent;
  readonly say: (line: string) => void;
}

type Parts = Pick<
  NodeParts,
  | 'site'
  | 'bus'
  | 'store'
  | 'clock'
  | 'random'
  | 'trace'
  | 'bootId'
  | 'passivateAfterMs'
  | 'keyring'
  | 'pseudonyms'
  | 'clockTrusted'
  | 'machine'
>;

export interface LiveProcess {
  readonly parts: Parts & { readonly clock: RealClock };
  readonly keys: SiteKeys;
  /** Runs it until it is time to end, then ends it in good order; without a part it ends at once. */
  run(part: RunningPart | undefined): Promise<void>;
}

const PASSIVATE_AFTER_MS = 300_000;
const STOP_WITHIN_MS = 3_000;

export async function openProcess(options: ProcessOptions): Promise<LiveProcess> {
  const { dir, site, name, domain, natsUrl, parent, say } = options;
  const keys = openSiteKeys(dir);
  const clock = new RealClock();
  const own = join(dir, name);
  fs.mkdirSync(own, { recursive: true });
  const disk = new SqliteStore({ file: join(own, 'store.db') });
  const store = new EnduringStore({ disk, clock, say });
  const random = realRandom();
  const tally = startTally(clock, parent);
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // Whoever waits for it hears it; before, nobody does.
  failed.catch(() => undefined);
  const connect = (client: string) =>
    connectTo(natsUrl, {
      client,
      site,
      domain,
      nkeySeed: keys.of(client).natsSeed,
      onFatal: (error) => fail(error),
    });
  const answering = await connect(name);
  answering.onStatus((status) => {
    if (sayProblem(status, say)) return;
    if (status.type in statusText) say(statusText[status.type as keyof typeof statusText]);
  });
  let plain = answering;
  if (name === CLOUD) {
    const reader = await connect(CLOUD_READER);
    reader.onStatus((status) => sayProblem(status, say));
    plain = readApart(answering, reader);
  }
  const file = new LedgerFile(join(dir, 'ledger'), name);
  const ledger = followLedger({ site, bus: plain }, name, name, (entry) => {
    const problem = file.append(entry);
    if (problem !== undefined) say(`ledger: not written to its file: ${problem}`);
    parent.tell({ type: 'noted', entry });
  });
  const heart = startHeartbeat(dir, name);
  const bootId = `${name}-${Buffer.from(random.fork('boot').bytes(6)).toString('hex')}`;
  return {
    keys,
    parts: {
      site,
      bus: new TappedBus(plain, tally.listener),
      store,
      clock,
      random: random.fork(`host/${name}`),
      trace: tally.trace,
      bootId,
      passivateAfterMs: PASSIVATE_AFTER_MS,
      keyring: keyringOfTrust(loadTrust(keysDirectory(dir))),
      pseudonyms: keys.pseudonyms(),
      clockTrusted: clockTrust(clock, store),
      machine: thisMachine(),
    },
    async run(part) {
      if (part !== undefined) {
        parent.tell({ type: 'ready' });
        await Promise.race([aborted(parent.stop), failed]);
        // A broker that is away must not keep the process: what is not sent is in the store.
        await within(STOP_WITHIN_MS, (done) => part.stop(done));
        part.kill();
      }
      ledger.close();
      tally.close();
      await within(STOP_WITHIN_MS, (done) => plain.drain(done));
      clock.stop();
      store.close();
      heart.close();
      parent.leave();
    },
  };
}

/** True for what is a problem of this client's own, or none. */
function sayProblem(status: BusStatus, say: (line: string) => void): boolean {
  if (status.type === 'slow_consumer') say(`behind with ${status.subject}`);
  else if (status.type !== 'not_permitted') return false;
  // Durables were made when the broker was set up; that one may not make them is as it should be.
  else if (!status.message.includes('.CONSUMER.')) say(`the broker refused: ${status.message}`);
  return true;
}

const statusText = {
  connected: 'connected to the broker again',
  disconnected: 'the broker is away',
  'link.lost': 'the link to the hub is cut',
  'link.restored': 'the link to the hub stands again',
} as const;

/** Connects, or says in one line what was expected there. */
export async function connectTo(
  natsUrl: string,
  options: Omit<Parameters<typeof connectNats>[0], 'servers'>,
): Promise<Bus> {
  if (!/^nats:\/\/[^\s/]+:\d+$/.test(natsUrl)) {
    throw new InputError(`--nats: expected a URL like nats://127.0.0.1:4222, came '${natsUrl}'`);
  }
  try {
    return await connectNats({ servers: natsUrl, ...options });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(
      `no broker at ${natsUrl}: expected one that knows the key of '${options.client}', but: ${why}`,
      'notReachable',
      { cause },
    );
  }
}

/** Live processes draw from the system's entropy: nobody is to guess their ids. */
export function realRandom(): Random {
  return createRandom(Buffer.from(newSeed()).toString('hex'));
}

export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}

function within(ms: number, act: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, ms);
    act(() => {
      clearTimeout(late);
      resolve();
    });
  });
}
