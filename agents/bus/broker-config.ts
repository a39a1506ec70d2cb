/**
 * The configuration files of hub and leaf brokers, as text for nats-server 2.9.10 and newer. Every
 * broker listens on loopback alone, and knows its clients by their NKEYs.
 */
import { HUB } from './streams.ts';

export interface SubjectLists {
  readonly allow: readonly string[];
  readonly deny?: readonly string[];
}

export interface BrokerPermissions {
  readonly publish: SubjectLists;
  readonly subscribe: SubjectLists;
  /** How many answers a responder may send to one request, and for how long. */
  readonly allowResponses?: { readonly max: number; readonly expiresMs: number };
}

export interface BrokerUser {
  /** Public NKEY, `U…`. */
  readonly nkey: string;
  /** Left out: everything. That is for whoever sets the streams up, and for no one else. */
  readonly permissions?: BrokerPermissions;
}

/**
 * How a leaf's broker signs in at the hub: by name and secret, since nats-server takes an NKEY for
 * a leaf's remote only from 2.10 on, and 2.9.10 refuses a configuration that names one.
 */
export interface LeafAccount {
  readonly node: string;
  readonly secret: string;
  readonly permissions?: BrokerPermissions;
}

interface BrokerPlace {
  readonly site: string;
  readonly port: number;
  readonly storeDir: string;
  readonly users: readonly BrokerUser[];
}

export interface HubConfig extends BrokerPlace {
  readonly leafPort: number;
  readonly leaves: readonly LeafAccount[];
  /** Where leaves find the hub, when not on this machine's loopback. */
  readonly host?: string;
  /** What leaves are told to reconnect to: the address that they see, behind a proxy or NAT. */
  readonly advertise?: string;
}

export interface LeafConfig extends BrokerPlace {
  readonly node: string;
  /** `host:port` of the hub's door for leaves. */
  readonly hub: string;
  readonly account: LeafAccount;
  /** Where it listens, when not on this machine's loopback: in a container of its own. */
  readonly host?: string;
}

/** How soon a broken link is noticed: two pings that nobody answers. */
const PING = ['ping_interval: "1s"', 'ping_max: 2'];

export function hubConfig(config: HubConfig): string {
  const host = config.host ?? '127.0.0.1';
  // A leaf learns this address and comes back to it; without it, it would learn the one behind
  // a proxy, and 2.9 and 2.10 tell it even with `no_advertise`.
  const advertise = config.advertise ?? `${host}:${config.leafPort}`;
  return lines(
    ...heading(config, HUB, host),
    'authorization {',
    '  timeout: 5',
    '  users: [',
    ...config.users.map((user) => `    ${userText(user)}`),
    ...config.leaves.map((leaf) => `    ${leafText(leaf)}`),
    '  ]',
    '}',
    'leafnodes {',
    `  listen: ${quote(`${host}:${config.leafPort}`)}`,
    `  advertise: ${quote(advertise)}`,
    '  no_advertise: true',
    '}',
  );
}

export function leafConfig(config: LeafConfig): string {
  const { account } = config;
  const url = `nats-leaf://${leafUser(account)}:${account.secret}@${config.hub}`;
  return lines(
    ...heading(config, config.node, config.host ?? '127.0.0.1'),
    'authorization {',
    '  timeout: 5',
    '  users: [',
    ...config.users.map((user) => `    ${userText(user)}`),
    '  ]',
    '}',
    'leafnodes {',
    '  reconnect: 1',
    `  remotes: [ { urls: [ ${quote(url)} ] } ]`,
    '}',
  );
}

/** Names are stable and unique: JetStream and leaf connections know a server by its name. */
function heading(config: BrokerPlace, domain: string, host: string): string[] {
  return [
    `server_name: ${quote(`airguard-${config.site}-${domain}`)}`,
    `listen: ${quote(`${host}:${config.port}`)}`,
    ...PING,
    'jetstream {',
    `  store_dir: ${quote(config.storeDir)}`,
    `  domain: ${quote(domain)}`,
    '}',
  ];
}

function userText({ nkey, permissions }: BrokerUser): string {
  return `{ nkey: ${nkey}${permissionsText(permissions)} }`;
}

function leafText(leaf: LeafAccount): string {
  const sign = `user: ${quote(leafUser(leaf))}, password: ${quote(leaf.secret)}`;
  const only = 'allowed_connection_types: [ "LEAFNODE" ]';
  return `{ ${sign}, ${only}${permissionsText(leaf.permissions)} }`;
}

function leafUser({ node }: LeafAccount): string {
  return `leaf-${node}`;
}

function permissionsText(permissions: BrokerPermissions | undefined): string {
  if (permissions === undefined) return '';
  const { publish, subscribe, allowResponses } = permissions;
  const parts = [`publish: ${listsText(publish)}`, `subscribe: ${listsText(subscribe)}`];
  if (allowResponses !== undefined) {
    const { max, expiresMs } = allowResponses;
    parts.push(`allow_responses: { max: ${max}, expires: "${expiresMs}ms" }`);
  }
  return `, permissions: { ${parts.join(', ')} }`;
}

function listsText({ allow, deny = [] }: SubjectLists): string {
  const list = (subjects: readonly string[]) => `[ ${subjects.map(quote).join(', ')} ]`;
  return deny.length === 0
    ? `{ allow: ${list(allow)} }`
    : `{ allow: ${list(allow)}, deny: ${list(deny)} }`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`;
}
