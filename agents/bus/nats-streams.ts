/**
 * Declares what a broker of Airguard must hold: its streams and which way they are sourced, and at
 * the hub the buckets and object stores. Declaring again changes nothing, or adds what is new.
 */
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamSource,
} from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { Objm } from '@nats-io/obj';
import { connect, nanos, nkeyAuthenticator, nuid } from '@nats-io/transport-node';
import { buckets, objectStores, replyPrefix } from '#protocols/subjects.ts';
import type { ConsumeOptions } from './bus.ts';
import {
  ACK_WAIT_MS,
  DEDUPE_WINDOW_MS,
  HUB,
  heldName,
  MAX_IN_FLIGHT,
  type StreamPlan,
  streamPlans,
  subjectsTaken,
} from './streams.ts';

export interface Declaration {
  readonly servers: string;
  readonly site: string;
  /** The domain of the broker: `hub` or a node's name. */
  readonly domain: string;
  /** At the hub: the nodes whose leaves it sources from. */
  readonly nodes?: readonly string[];
  /** Durables made here, for clients that may not make their own. */
  readonly consumers?: readonly ConsumeOptions[];
  /** The key of whoever may set up this broker. */
  readonly nkeySeed?: string;
}

const MIB = 1024 * 1024;
const BUCKET_BYTES = 64 * MIB;
const STORE_BYTES = 1024 * MIB;
const SETUP = 'setup';

export async function declareStreams(declaration: Declaration): Promise<void> {
  const { servers, site, domain, nkeySeed } = declaration;
  const connection = await connect({
    servers,
    name: SETUP,
    inboxPrefix: `${replyPrefix(site, SETUP)}.${nuid.next().toLowerCase()}`,
    reconnect: false,
    ...(nkeySeed === undefined
      ? {}
      : { authenticator: nkeyAuthenticator(new TextEncoder().encode(nkeySeed)) }),
  });
  try {
    const manager = await jetstreamManager(connection);
    for (const plan of streamPlans) await declareStream(manager, streamConfig(plan, declaration));
    for (const consumer of declaration.consumers ?? []) {
      await declareConsumer(manager, consumer, domain);
    }
    if (domain === HUB) {
      const client = jetstream(connection);
      for (const bucket of buckets) {
        await new Kvm(client).create(bucket, { history: 1, max_bytes: BUCKET_BYTES });
      }
      for (const store of objectStores) {
        await new Objm(client).create(store, { max_bytes: STORE_BYTES });
      }
    }
  } finally {
    await connection.close();
  }
}

type Declared = Pick<
  StreamConfig,
  | 'name'
  | 'subjects'
  | 'sources'
  | 'retention'
  | 'storage'
  | 'discard'
  | 'max_age'
  | 'max_bytes'
  | 'duplicate_window'
  | 'num_replicas'
>;

function streamConfig(plan: StreamPlan, { site, domain, nodes = [] }: Declaration): Declared {
  const isHub = domain === HUB;
  return {
    name: heldName(plan.name, domain),
    subjects: [...subjectsTaken(plan, site, domain)],
    sources: isHub ? sourcesOfHub(plan, site, nodes) : sourcesOfLeaf(plan, site, domain),
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanos(plan.maxAgeMs),
    max_bytes: isHub ? plan.maxBytesHub : plan.maxBytesLeaf,
    duplicate_window: nanos(DEDUPE_WINDOW_MS),
    num_replicas: 1,
  };
}

/** A stream of another domain, by the subject its JetStream API has from here. */
function foreign(stream: string, domain: string, filter: string): StreamSource {
  const name = heldName(stream, domain);
  return { name, external: { api: `$JS.${domain}.API`, deliver: '' }, filter_subject: filter };
}

/** Only what is the node's own: its broker may hold more than it should. One filter, as 2.9 has it. */
function sourcesOfHub(plan: StreamPlan, site: string, nodes: readonly string[]): StreamSource[] {
  if (plan.flow === 'down') return [];
  return nodes.map((node) => foreign(plan.name, node, `airguard.${site}.*.${node}.>`));
}

function sourcesOfLeaf(plan: StreamPlan, site: string, node: string): StreamSource[] {
  if (plan.flow === 'up') return [];
  return [foreign(plan.name, HUB, `airguard.${site}.cmd.${node}.>`)];
}

async function declareStream(manager: JetStreamManager, config: Declared): Promise<void> {
  const known = await manager.streams.info(config.name).catch(() => undefined);
  const { config: held } =
    known === undefined
      ? await manager.streams.add(config)
      : await manager.streams.update(config.name, { ...known.config, ...config });
  compare(config, held);
}

/** An old broker drops what it does not know without a word, so what it holds is read back. */
function compare(wanted: Declared, held: StreamConfig): void {
  for (const field of Object.keys(wanted) as (keyof Declared)[]) {
    const want = plain(wanted[field]);
    const have = plain(held[field]);
    if (want === have) continue;
    throw new Error(
      `stream ${wanted.name}: the broker holds ${field} as ${have}, asked for ${want}; ` +
        'nats-server 2.9.10 or newer is needed',
    );
  }
}

function plain(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '[]';
  if (!Array.isArray(value)) return JSON.stringify(value);
  return JSON.stringify(value.map((entry) => (typeof entry === 'string' ? entry : source(entry))));
}

/** What of a source we set; brokers add fields of their own. */
function source(entry: StreamSource): unknown {
  return [entry.name, entry.external?.api, entry.filter_subject ?? ''];
}

async function declareConsumer(
  manager: JetStreamManager,
  options: ConsumeOptions,
  domain: string,
): Promise<void> {
  const stream = heldName(options.stream, domain);
  const { durable, filter, ackWaitMs, maxInFlight } = options;
  const settings = {
    filter_subject: filter,
    ack_wait: nanos(ackWaitMs ?? ACK_WAIT_MS),
    max_ack_pending: maxInFlight ?? MAX_IN_FLIGHT,
  };
  const known = await manager.consumers.info(stream, durable).catch(() => undefined);
  if (known !== undefined && known.config.filter_subject !== filter) {
    // A filter cannot be changed in place before 2.10; what was acknowledged comes again.
    await manager.consumers.delete(stream, durable);
  } else if (known !== undefined) {
    await manager.consumers.update(stream, durable, settings);
    return;
  }
  await manager.consumers.add(stream, {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    max_deliver: -1,
    ...settings,
  });
}
