/**
 * The brokers of a site: the hub's, and one beside every node. Each keeps its streams under
 * `<dir>/<name>/broker`, knows its clients by their NKEYs, and lets each do what its grants say.
 */
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { type Broker, startBroker } from '#agents/bus/broker.ts';
import { type BrokerUser, hubConfig, leafConfig } from '#agents/bus/broker-config.ts';
import type { ConsumeOptions } from '#agents/bus/bus.ts';
import { declareStreams } from '#agents/bus/nats-streams.ts';
import { HUB } from '#agents/bus/streams.ts';
import { recordConsumers } from '#cloud/telemetry/receiver.ts';
import { InputError } from '#protocols/errors.ts';
import { CLOUD } from '#protocols/ids.ts';
import { type Client, linkPermissionsOf, nameOf, permissionsOf } from '#protocols/permissions.ts';
import { everySubject } from '#protocols/subjects.ts';
import { findNatsServer } from '#setup/nats-server.mjs';
import { type SiteKeys, setupOf } from './keys.ts';

export interface BrokerPlace {
  readonly dir: string;
  readonly site: string;
  readonly keys: SiteKeys;
  readonly port: number;
  /** Where it listens; loopback unless it is alone in a network of its own, as in a container. */
  readonly host?: string;
  readonly onLog?: (line: string) => void;
  readonly onExit?: (code: number | null) => void;
}

export interface HubPlace extends BrokerPlace {
  readonly leafPort: number;
  readonly nodes: readonly string[];
  /** What leaves are told to come back to. */
  readonly advertise?: string;
}

export interface LeafPlace extends BrokerPlace {
  readonly node: string;
  /** `host:port` of the hub's door for leaves, or of the link before it. */
  readonly hub: string;
}

/** The program, found or fetched once. */
export function findBroker(say: (line: string) => void): Promise<string> {
  return findNatsServer({ install: true, say });
}

/**
 * Throws where something else listens there already: a broker that cannot ends by itself, and what is
 * there may be a broker too, and answer in its place.
 */
export async function mustBeFree(port: number, host: string, what: string): Promise<void> {
  const probe = createServer();
  const failed = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    probe.once('error', resolve);
    probe.listen(port, host, () => resolve(undefined));
  });
  await new Promise((resolve) => probe.close(resolve));
  if (failed === undefined) return;
  const came = failed.code === 'EADDRINUSE' ? 'one that is taken' : failed.code;
  throw new InputError(
    `port ${port} at ${host}: expected a free one for ${what}, came ${came}; \`ss -ltnp 'sport = :${port}'\` shows who has it`,
  );
}

export async function startHub(program: string, place: HubPlace): Promise<Broker> {
  const { site, keys, nodes, leafPort, advertise } = place;
  const users = usersOf(keys, HUB, [
    { kind: 'cloud', site },
    { kind: 'cloud-reader', site },
    { kind: 'operator', site },
    { kind: 'telemetry', site },
  ]);
  const leaves = nodes.map((node) => ({
    node,
    secret: keys.leafSecret(node),
    permissions: linkPermissionsOf(site, node, nodes),
  }));
  const config = hubConfig({
    ...placed(place, HUB),
    users,
    leaves,
    leafPort,
    ...(place.host === undefined ? {} : { host: place.host }),
    ...(advertise === undefined ? {} : { advertise }),
  });
  const isFirst = !existsSync(placed(place, HUB).storeDir);
  const broker = await start(program, place, HUB, config);
  if (isFirst) await declare(place, HUB, [], hubConsumers(site));
  return broker;
}

/**
 * Lets the hub source from its leaves. It comes after their brokers have started: a source that
 * finds nobody waits for seconds until it tries again.
 */
export function openHub(place: HubPlace): Promise<void> {
  return declare(place, HUB, place.nodes, hubConsumers(place.site));
}

export async function startLeaf(program: string, place: LeafPlace): Promise<Broker> {
  const { site, keys, node, hub } = place;
  // The air is beside the node, as hardware is: a cut link does not part them.
  const users = usersOf(keys, node, [
    { kind: 'node', site, node },
    { kind: 'air', site },
  ]);
  const config = leafConfig({
    ...placed(place, node),
    users,
    node,
    hub,
    ...(place.host === undefined ? {} : { host: place.host }),
    account: { node, secret: keys.leafSecret(node) },
  });
  const broker = await start(program, place, node, config);
  await declare(place, node, [], ownConsumers(site, node));
  return broker;
}

/** Durables are made here, since their readers may not make any. */
function hubConsumers(site: string): ConsumeOptions[] {
  const events = everySubject('event', { site });
  return [
    ...ownConsumers(site, CLOUD),
    { stream: 'EVENTS', durable: 'cloud-coordinator', filter: events },
    { stream: 'EVENTS', durable: 'cloud-auditor', filter: events },
    ...recordConsumers(site),
  ];
}

/** What each host reads of its own broker: what it is told to do, and its chain. */
function ownConsumers(site: string, node: string): ConsumeOptions[] {
  return [
    { stream: 'COMMANDS', durable: node, filter: everySubject('cmd', { site, node }) },
    { stream: 'LEDGER', durable: node, filter: everySubject('ledger', { site, node }) },
  ];
}

/** The clients and what each may do, and who sets the broker up, which takes everything. */
function usersOf(keys: SiteKeys, domain: string, clients: readonly Client[]): BrokerUser[] {
  const named = clients.map((client) => ({
    nkey: keys.nkeyOf(nameOf(client)),
    permissions: permissionsOf(client),
  }));
  return [...named, { nkey: keys.nkeyOf(setupOf(domain)) }];
}

function placed({ site, port, dir }: BrokerPlace, name: string) {
  return { site, port, storeDir: resolve(dir, name, 'broker') };
}

function start(program: string, place: BrokerPlace, name: string, config: string): Promise<Broker> {
  const { port, onLog, onExit } = place;
  return startBroker({
    program,
    configFile: join(place.dir, name, 'broker.conf'),
    config,
    port,
    ...(onLog === undefined ? {} : { onLog }),
    ...(onExit === undefined ? {} : { onExit }),
  });
}

function declare(
  { site, keys, port }: BrokerPlace,
  domain: string,
  nodes: readonly string[],
  consumers: readonly ConsumeOptions[],
): Promise<void> {
  return declareStreams({
    servers: `nats://127.0.0.1:${port}`,
    site,
    domain,
    nodes,
    consumers,
    nkeySeed: keys.of(setupOf(domain)).natsSeed,
  });
}
