/**
 * What the broker lets each client do, generated from the grants: the broker refuses a forged caller,
 * a foreign subject or a foreign inbox before any host sees it.
 *
 * A node's process talks to the leaf broker beside it, which has a JetStream domain of its own and
 * passes on to the hub; all others talk to the hub, where buckets and object stores live.
 *
 * Nobody but the cloud's clients and the operator may make a consumer, and only on buckets and the ledger:
 * whoever may have one pushed can have stored bytes delivered under any subject, in the broker's own
 * name. Durables are made by whoever sets the broker up, and bear the name of the client that reads
 * them; the cloud's are read by a client of their own, since the cloud answers calls: where a client may
 * answer, a broker keeps the reply subject of every message it is given, of a stream's too, and 2.9 walks
 * them all at each message once there are more than 4,096.
 */
import { CLOUD } from './ids.ts';
import { type Caller, type GrantHolder, grants, OPERATOR, type Role } from './roles.ts';
import {
  type Bucket,
  buckets,
  everySubject,
  type Kind,
  kindOfLane,
  methods,
  methodToken,
  type ObjectStoreName,
  objectStores,
  replyPrefix,
} from './subjects.ts';
import { laneOf } from './tool.ts';
import { findTool } from './tools/index.ts';

export type Client =
  | { readonly kind: 'node'; readonly site: string; readonly node: string }
  | { readonly kind: 'cloud'; readonly site: string }
  /** Reads streams for the cloud, and answers nobody. */
  | { readonly kind: 'cloud-reader'; readonly site: string }
  | { readonly kind: 'operator'; readonly site: string }
  /** Reads the records of all nodes. */
  | { readonly kind: 'telemetry'; readonly site: string }
  /** The simulated air as a process of its own. */
  | { readonly kind: 'air'; readonly site: string };

/** The name of the client that reads streams for the cloud. */
export const CLOUD_READER = 'cloud-reader' satisfies Client['kind'];

export interface SubjectRules {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export interface Permissions {
  readonly publish: SubjectRules;
  readonly subscribe: SubjectRules;
  /**
   * Answers to whoever asked: how many to one request (progress, then the result), and for how long.
   * Left out for who answers nobody.
   */
  readonly allowResponses?: { readonly max: number; readonly expiresMs: number };
}

/** The name of a client: that of its inbox and of its durables, and a node's name as a caller. */
export function nameOf(client: Client): string {
  return client.kind === 'node' ? client.node : client.kind;
}

export function permissionsOf(client: Client): Permissions {
  const { site } = client;
  const inbox = `${replyPrefix(site, nameOf(client))}.>`;
  switch (client.kind) {
    case 'node':
      return nodePermissions(site, client.node, inbox);
    case 'cloud':
      return cloudPermissions(site, inbox);
    case 'cloud-reader':
      return { publish: only(readForCloud), subscribe: only([inbox]) };
    case 'operator':
      return operatorPermissions(site, inbox);
    case 'telemetry':
      return {
        publish: only(readStreams('$JS.API', 'hub', nameOf(client))),
        subscribe: only([inbox]),
      };
    case 'air':
      return {
        publish: only([everySubject('air', { site })]),
        subscribe: only([everySubject('air', { site }), inbox]),
        allowResponses,
      };
  }
}

const allowResponses = { max: 1_000, expiresMs: 300_000 } as const;

/** What an actor tells, and others read. */
const told = [
  'event',
  'metric',
  'vector',
  'record',
  'log',
  'inspect',
  'ledger',
  'task',
] as const satisfies Kind[];

/** What is said to an actor. */
const asked = ['call', 'cmd', 'control'] as const satisfies Kind[];

function nodePermissions(site: string, node: string, inbox: string): Permissions {
  const own = (kind: Kind) => everySubject(kind, { site, node });
  return {
    publish: only([
      ...told.map(own),
      own('air'),
      ...callsOf('node', node, site, CLOUD),
      ...readStreams('$JS.API', node, node),
      ...nodeAtHub(node),
    ]),
    subscribe: only([...asked.map(own), own('air'), inbox]),
    allowResponses,
  };
}

function cloudPermissions(site: string, inbox: string): Permissions {
  const own = (kind: Kind) => everySubject(kind, { site, node: CLOUD });
  return {
    publish: only([
      ...told.map(own),
      ...callsOf('coordinator', 'coordinator', site, '*'),
      ...callsOf('auditor', 'auditor', site, '*'),
      ...storesOfHub(),
    ]),
    subscribe: only([...asked.map(own), ...everythingTold(site), inbox]),
    allowResponses,
  };
}

function operatorPermissions(site: string, inbox: string): Permissions {
  return {
    publish: only([
      ...callsOf('operator', OPERATOR, site, '*'),
      ...readStreams('$JS.API', 'hub', OPERATOR),
      ...storesOfHub(),
    ]),
    subscribe: only([...everythingTold(site), inbox]),
  };
}

/** Each of them hears the site's events through a durable of its own. */
const cloudActors = ['coordinator', 'auditor'] as const satisfies Role[];

/** The auditor reads every chain from its beginning at each start, by a durable made for that start. */
const readLedger = [
  '$JS.API.CONSUMER.DURABLE.CREATE.LEDGER.*',
  '$JS.API.CONSUMER.INFO.LEDGER.*',
  '$JS.API.CONSUMER.MSG.NEXT.LEDGER.*',
  '$JS.ACK.LEDGER.>',
  '$JS.ACK.hub.*.LEDGER.>',
] as const;

/** The cloud's commands and chain, its actors' events, and all chains. */
const readForCloud = [
  ...[CLOUD, ...cloudActors.map((actor) => `${CLOUD}-${actor}`)].flatMap((durable) =>
    readStreams('$JS.API', 'hub', durable),
  ),
  ...readLedger,
];

function everythingTold(site: string): string[] {
  return told.map((kind) => everySubject(kind, { site }));
}

/** Calls, methods of the protocol and controls from one caller to the actors of a node. */
function callsOf(holder: GrantHolder, caller: Caller, site: string, node: string): string[] {
  const granted: readonly string[] | '*' = grants[holder];
  const to = (kind: Kind, name: string) => `airguard.${site}.${kind}.${node}.*.${name}.${caller}`;
  const control = to('control', '*');
  if (granted === '*') return [to('call', '*'), to('cmd', '*'), control];
  const lanes = granted.map((tool) => [kindOfGranted(tool), tool] as const);
  // A command that has not been fetched yet is cancelled by another on its lane.
  const isDurable = lanes.some(([kind]) => kind === 'cmd');
  return [
    ...lanes.map(([kind, tool]) => to(kind, tool)),
    ...methods.map((method) => to('call', methodToken(method))),
    ...(isDurable ? [to('cmd', methodToken('tasks/cancel'))] : []),
    control,
  ];
}

/** A tool is called on one lane only, so it is permitted on that one. */
function kindOfGranted(name: string): Kind {
  const tool = findTool(name);
  if (tool === undefined) throw new Error(`the grants name a tool that no role serves: '${name}'`);
  return kindOfLane[laneOf[tool.effect]];
}

/**
 * Reads streams of the client's own broker through the durable that bears its name.
 *
 * @see NATS, "JetStream wire API reference". Brokers with a domain put domain and account before the
 * stream in an acknowledgement's subject; both forms are let through.
 */
function readStreams(api: string, domain: string, durable: string): string[] {
  return [
    `${api}.INFO`,
    `${api}.STREAM.INFO.*`,
    `${api}.CONSUMER.INFO.*.${durable}`,
    `${api}.CONSUMER.MSG.NEXT.*.${durable}`,
    `$JS.ACK.*.${durable}.>`,
    `$JS.ACK.${domain}.*.*.${durable}.>`,
  ];
}

/** What the hub's buckets and stores let a node do: read, keep keys of its own, hand payloads over. */
function nodeAtHub(node: string): string[] {
  const api = '$JS.hub.API';
  return [
    `${api}.INFO`,
    ...readStored(api),
    ...nodeBuckets.map((bucket) => `${api}.$KV.${bucket}.${node}.>`),
    ...nodeStores.map((store) => `$O.${store}.>`),
  ];
}

/** Keys there begin with the node's name. */
const nodeBuckets = ['SNAPSHOTS', 'REGISTRY', 'TASKS'] as const satisfies Bucket[];
/** Objects there bear their SHA-256 as name, so nobody can pass one off as another. */
const nodeStores = ['CAPTURES', 'PAYLOADS'] as const satisfies ObjectStoreName[];

function storesOfHub(): string[] {
  const stored = ['$JS.API', '$JS.hub.API'].flatMap((api) => [
    ...readStored(api),
    ...watchStored(api),
    ...buckets.map((bucket) => `${api}.$KV.${bucket}.>`),
  ]);
  return [
    ...stored,
    '$JS.API.INFO',
    '$JS.hub.API.INFO',
    ...buckets.map((bucket) => `$KV.${bucket}.>`),
    ...objectStores.map((store) => `$O.${store}.>`),
    // In the middle of a large object the broker waits until its reader says that it keeps up.
    ...objectStores.map((store) => `$JS.FC.OBJ_${store}.>`),
  ];
}

/** Gets single entries of buckets and stores. */
function readStored(api: string): string[] {
  return storedStreams.flatMap((stream) => [
    `${api}.STREAM.INFO.${stream}`,
    `${api}.STREAM.MSG.GET.${stream}`,
    `${api}.DIRECT.GET.${stream}`,
    `${api}.DIRECT.GET.${stream}.>`,
  ]);
}

/** Watches, lists and fetches through ordered consumers; replacing an object purges its old chunks. */
function watchStored(api: string): string[] {
  return [
    ...storedStreams.flatMap((stream) => [
      `${api}.CONSUMER.CREATE.${stream}`,
      `${api}.CONSUMER.CREATE.${stream}.>`,
      `${api}.CONSUMER.INFO.${stream}.*`,
      `${api}.CONSUMER.MSG.NEXT.${stream}.*`,
      `${api}.CONSUMER.DELETE.${stream}.*`,
    ]),
    ...objectStores.map((store) => `${api}.STREAM.PURGE.OBJ_${store}`),
  ];
}

/** The streams that buckets and stores are made of. */
const storedStreams = [
  ...buckets.map((bucket) => `KV_${bucket}`),
  ...objectStores.map((store) => `OBJ_${store}`),
];

function only(allow: readonly string[]): SubjectRules {
  return { allow, deny: [] };
}

/**
 * What the hub lets a leaf's own connection carry, so that a broker in the wrong hands still speaks
 * for its own node alone. `nodes` are all nodes of the site.
 *
 * A link takes a subscription of the other side only when it allows all of it, so calls are allowed
 * as a whole and other callers denied by name. JetStream's part: the hub sources the leaf's streams
 * through its API, the leaf sources its commands through the hub's, and both deliver to subjects of
 * their own making.
 */
export function linkPermissionsOf(
  site: string,
  node: string,
  nodes: readonly string[],
): Permissions {
  const own = (kind: Kind) => everySubject(kind, { site, node });
  const toCloud = ['call', 'control'] as const;
  const others = ['coordinator', 'auditor', OPERATOR, ...nodes.filter((other) => other !== node)];
  return {
    publish: {
      allow: [
        ...told.map(own),
        own('air'),
        ...toCloud.map((kind) => everySubject(kind, { site, node: CLOUD })),
        // The leaf holds its clients to answers; a link cannot tell those from other messages.
        ...['cloud', OPERATOR].map((client) => `${replyPrefix(site, client)}.>`),
        ...nodeAtHub(node),
        // With the filter in the subject, which the hub holds against the request: no other's commands.
        `$JS.hub.API.CONSUMER.CREATE.COMMANDS.*.${own('cmd')}`,
        '$JS.hub.API.CONSUMER.DELETE.COMMANDS.*',
        ...delivery,
      ],
      deny: toCloud.flatMap((kind) =>
        others.map((caller) => `airguard.${site}.${kind}.${CLOUD}.*.*.${caller}`),
      ),
    },
    subscribe: only([
      ...asked.map(own),
      own('air'),
      `${replyPrefix(site, node)}.>`,
      `$JS.${node}.API.>`,
      '$JS.ACK.>',
      ...delivery,
    ]),
    allowResponses,
  };
}

/** Subjects that JetStream makes up: deliveries and answers to a source, flow control. */
const delivery = ['$JS.S.>', '$JSC.R.>', '$JS.FC.>'] as const;
