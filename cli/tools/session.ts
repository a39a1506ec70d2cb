/** A person at the bus: connected as `operator`, by the state of a running fleet or by a URL. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bus } from '#agents/bus/bus.ts';
import { connectNats } from '#agents/bus/nats.ts';
import { newSeed } from '#agents/keys/ed25519.ts';
import { type KeyPairs, loadKeys } from '#agents/keys/key-files.ts';
import { createCaller, type RemoteCaller } from '#agents/mcp/caller.ts';
import { createRandom } from '#agents/random/philox.ts';
import { InputError } from '#protocols/errors.ts';
import { type Address, CLOUD, isToken } from '#protocols/ids.ts';
import type { Random } from '#protocols/random.ts';
import { OPERATOR } from '#protocols/roles.ts';
import type { Arguments, Option } from '../command.ts';
import { RealClock } from '../live/real-clock.ts';
import { expectUpState, readUpState, type UpState } from '../live/state.ts';

/** What every command at the bus takes. */
export const sessionOptions: Readonly<Record<string, Option>> = {
  dir: { about: 'Where the running fleet keeps its state', value: 'DIR', default: '.airguard' },
  nats: { about: 'The hub, when it is not the fleet of --dir', value: 'URL' },
  site: { about: 'The site at that hub', value: 'SITE' },
  timeout: { about: 'How long to wait for an answer', value: 'DURATION', default: '10s' },
};

export interface Session {
  readonly bus: Bus;
  readonly site: string;
  readonly clock: RealClock;
  readonly random: Random;
  readonly caller: RemoteCaller;
  readonly timeoutMs: number;
  /** The nodes that are known to be there; the cloud's is among them. */
  readonly nodes: readonly string[];
  /** The operator's signing key. */
  readonly keys: () => KeyPairs;
  close(): Promise<void>;
}

export async function openSession(args: Arguments): Promise<Session> {
  const dir = args.text('dir') ?? '.airguard';
  const { url, site, keysDir, nodes } = findFleet(args, dir);
  const timeoutMs = args.durationMs('timeout') ?? 10_000;
  const keys = () => loadKeys(keysDir, OPERATOR);
  // A broker of one's own may ask for no key; one that does says so.
  const seed = existsSync(keysDir) ? { nkeySeed: keys().natsSeed } : {};
  const bus = await connectNats({
    servers: url,
    client: OPERATOR,
    site,
    ...seed,
    connectTimeoutMs: Math.min(timeoutMs, 5_000),
    onFatal: () => {},
  }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(
      `no broker at ${url}: expected a hub that takes the operator's key, but: ${why}; start one with \`airguard up\``,
      'notReachable',
      { cause },
    );
  });
  const clock = new RealClock();
  const random = createRandom(Buffer.from(newSeed()).toString('hex'));
  const caller = createCaller({ bus, clock, random: random.fork('caller'), site });
  return {
    bus,
    site,
    clock,
    random,
    caller,
    timeoutMs,
    nodes,
    keys,
    close: () => {
      caller.close();
      clock.stop();
      return new Promise((resolve) => bus.drain(resolve));
    },
  };
}

interface Fleet {
  readonly url: string;
  readonly site: string;
  readonly keysDir: string;
  readonly nodes: readonly string[];
}

/** The fleet that `--dir` or `--nats` names. */
export function findFleet(args: Arguments, dir: string): Fleet {
  const url = args.text('nats');
  if (url === undefined) return ofState(expectUpState(dir));
  if (!/^(?:nats|tls):\/\/[^\s/]+$/.test(url)) {
    throw new InputError(`--nats: expected a URL like nats://127.0.0.1:4222, came '${url}'`);
  }
  const state = readUpState(dir);
  const site = args.text('site') ?? state?.site;
  if (site === undefined || !isToken(site)) {
    throw new InputError(
      `--site: expected the name of the site at ${url}, came ${site === undefined ? 'nothing' : `'${site}'`}`,
    );
  }
  return {
    url,
    site,
    keysDir: state?.keysDir ?? join(dir, 'keys'),
    nodes: [CLOUD, ...(state?.nodes.map(({ node }) => node) ?? [])],
  };
}

function ofState({ hub, site, keysDir, nodes }: UpState): Fleet {
  return { url: hub.natsUrl, site, keysDir, nodes: [CLOUD, ...nodes.map(({ node }) => node)] };
}

/** `ap12/radio-0` at the session's site, or the whole address. */
export function addressOf(text: string, site: string): Address {
  const parts = text.split('/');
  const whole = parts.length === 2 ? [site, ...parts] : parts;
  if (whole.length !== 3 || !whole.every(isToken)) {
    throw new InputError(
      `the address '${text}': expected NODE/ACTOR like ap12/radio-0, or SITE/NODE/ACTOR`,
    );
  }
  if (whole[0] !== site) {
    throw new InputError(`the address '${text}': expected one of the site '${site}'`);
  }
  // Every part is a token, which is what an address is.
  return whole.join('/') as Address;
}
