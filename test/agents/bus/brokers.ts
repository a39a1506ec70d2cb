/** Real brokers for a test: a hub and leaves behind wires that can be cut, each on a free port. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Broker, freePort, startBroker } from '#agents/bus/broker.ts';
import {
  type BrokerUser,
  hubConfig,
  type LeafAccount,
  leafConfig,
} from '#agents/bus/broker-config.ts';
import type { Bus, ConsumeOptions } from '#agents/bus/bus.ts';
import { connectNats, type NatsOptions } from '#agents/bus/nats.ts';
import { createNkey, type Nkey } from '#agents/bus/nats-key.ts';
import { declareStreams } from '#agents/bus/nats-streams.ts';
import { linkPermissionsOf } from '#protocols/permissions.ts';
import { findNatsServer } from '#setup/nats-server.mjs';
import { TcpProxy } from './tcp-proxy.ts';

export const SITE = 'hq';

export interface Brokers {
  readonly hub: Broker;
  readonly leaves: ReadonlyMap<string, Broker>;
  readonly wires: ReadonlyMap<string, TcpProxy>;
  /** The key that may do everything. */
  readonly admin: Nkey;
  /** The stores and configurations. */
  readonly folder: string;
  connect(client: string, domain: string, options?: Partial<NatsOptions>): Promise<Bus>;
  stop(): Promise<void>;
}

export interface BrokersOptions {
  readonly nodes: readonly string[];
  /** The nodes that the hub sources from, when not from all. */
  readonly sourced?: readonly string[];
  /** Users beside the admin, by domain. */
  readonly users?: Readonly<Record<string, readonly BrokerUser[]>>;
  /** Changes how a leaf's broker signs in. */
  readonly leafAccount?: (node: string) => Partial<LeafAccount>;
  readonly consumers?: Readonly<Record<string, readonly ConsumeOptions[]>>;
}

export async function startBrokers(options: BrokersOptions): Promise<Brokers> {
  const program = await findNatsServer();
  const folder = mkdtempSync(join(tmpdir(), 'airguard-bus-'));
  const admin = createNkey();
  const usersOf = (domain: string) => [
    { nkey: admin.publicKey },
    ...(options.users?.[domain] ?? []),
  ];
  const accounts: LeafAccount[] = options.nodes.map((node) => ({
    node,
    secret: createNkey().publicKey,
    permissions: linkPermissionsOf(SITE, node, options.nodes),
    ...options.leafAccount?.(node),
  }));
  const start = (domain: string, port: number, config: string) =>
    startBroker({ program, configFile: join(folder, `${domain}.conf`), config, port });

  const [port, leafPort] = [await freePort(), await freePort()];
  const wires = new Map<string, TcpProxy>();
  for (const node of options.nodes) wires.set(node, await TcpProxy.open(leafPort));
  const [firstWire] = wires.values();
  const hub = await start(
    'hub',
    port,
    hubConfig({
      site: SITE,
      port,
      leafPort,
      storeDir: join(folder, 'hub'),
      users: usersOf('hub'),
      leaves: accounts,
      ...(firstWire === undefined ? {} : { advertise: `127.0.0.1:${firstWire.port}` }),
    }),
  );
  const declare = (servers: string, domain: string) =>
    declareStreams({
      servers,
      site: SITE,
      domain,
      nodes: options.sourced ?? options.nodes,
      consumers: options.consumers?.[domain] ?? [],
      nkeySeed: admin.seed,
    });
  const leaves = new Map<string, Broker>();
  for (const account of accounts) {
    const { node } = account;
    const leafPortOwn = await freePort();
    const leaf = await start(
      node,
      leafPortOwn,
      leafConfig({
        site: SITE,
        node,
        port: leafPortOwn,
        storeDir: join(folder, node),
        users: usersOf(node),
        hub: `127.0.0.1:${wires.get(node)!.port}`,
        account,
      }),
    );
    leaves.set(node, leaf);
    await declare(leaf.url, node);
  }
  await declare(hub.url, 'hub');

  const open: Bus[] = [];
  return {
    hub,
    leaves,
    wires,
    admin,
    folder,
    connect: async (client, domain, extra) => {
      const bus = await connectNats({
        servers: (domain === 'hub' ? hub : leaves.get(domain)!).url,
        client,
        site: SITE,
        domain,
        nkeySeed: admin.seed,
        onFatal: (error) => {
          throw error;
        },
        ...extra,
      });
      open.push(bus);
      return bus;
    },
    stop: async () => {
      await Promise.all(open.map((bus) => drained(bus)));
      for (const leaf of leaves.values()) await leaf.kill();
      await hub.kill();
      for (const wire of wires.values()) await wire.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function drained(bus: Bus): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1_000).unref();
    bus.drain(resolve);
  });
}
