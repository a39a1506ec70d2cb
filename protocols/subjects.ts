/**
 * The one grammar of subjects: `airguard.<site>.<kind>.<node>.<actor>.<name…>`. Built and parsed
 * here and nowhere else.
 */
import type { Address } from './ids.ts';
import type { Caller } from './roles.ts';
import type { Lane } from './tool.ts';

export const kinds = [
  'call',
  'cmd',
  'reply',
  'control',
  'task',
  'event',
  'metric',
  'vector',
  'record',
  'log',
  'ledger',
  'inspect',
  'air',
] as const;
export type Kind = (typeof kinds)[number];

/** Which kinds each JetStream stream takes. What is in none of them is not stored. */
export const streams = {
  COMMANDS: ['cmd'],
  EVENTS: ['event', 'task'],
  TELEMETRY: ['metric'],
  VECTORS: ['vector'],
  RECORDS: ['record'],
  LEDGER: ['ledger'],
} as const satisfies Record<string, readonly Kind[]>;
export type Stream = keyof typeof streams;

/** Key-value buckets. */
export const buckets = ['SNAPSHOTS', 'LEASES', 'REGISTRY', 'TASKS'] as const;
export type Bucket = (typeof buckets)[number];

/** Object stores. */
export const objectStores = ['BUNDLES', 'CAPTURES', 'PAYLOADS'] as const;
export type ObjectStoreName = (typeof objectStores)[number];

/** `airguard.<site>.<kind>.<node>.<actor>.<name…>` for an address. Names may hold dots. */
export function subjectOf(kind: Kind, address: Address, ...name: readonly string[]): string {
  const [site, node, actor] = address.split('/');
  const tail = name.length === 0 ? '' : `.${name.join('.')}`;
  return `airguard.${site}.${kind}.${node}.${actor}${tail}`;
}

export interface ParsedSubject {
  readonly site: string;
  readonly kind: Kind;
  readonly node: string;
  readonly actor: string;
  readonly name: readonly string[];
}

/** Undefined when the text is not of the grammar. */
export function parseSubject(subject: string): ParsedSubject | undefined {
  const [prefix, site, kind, node, actor, ...name] = subject.split('.');
  if (prefix !== 'airguard' || !site || !node || !actor || name.includes('')) return undefined;
  if (!isKind(kind)) return undefined;
  return { site, kind, node, actor, name };
}

const kindSet: ReadonlySet<string> = new Set(kinds);

function isKind(text: string | undefined): text is Kind {
  return kindSet.has(text ?? '');
}

/** Everything of a kind on a site, on one of its nodes, or of one actor there. */
export function everySubject(
  kind: Kind,
  of: { readonly site: string; readonly node?: string; readonly actor?: string },
): string {
  if (of.node !== undefined && of.actor !== undefined) {
    return `airguard.${of.site}.${kind}.${of.node}.${of.actor}.>`;
  }
  if (of.actor !== undefined) return `airguard.${of.site}.${kind}.*.${of.actor}.>`;
  if (of.node !== undefined) return `airguard.${of.site}.${kind}.${of.node}.>`;
  return `airguard.${of.site}.${kind}.>`;
}

/** The kind of subject that calls of a lane travel under. */
export const kindOfLane = { live: 'call', durable: 'cmd' } as const satisfies Record<Lane, Kind>;

/**
 * Where a tool of an actor is called. The caller is the last token: the broker lets a client publish
 * only under its own. A method of MCP that is no tool goes in the tool's place, as `methodToken`.
 */
export function callSubject(lane: Lane, address: Address, tool: string, caller: Caller): string {
  return subjectOf(kindOfLane[lane], address, tool, caller);
}

export interface ParsedCallSubject {
  readonly lane: Lane;
  readonly site: string;
  readonly node: string;
  readonly actor: string;
  readonly address: Address;
  readonly tool: string;
  readonly caller: Caller;
}

/** Undefined unless the subject is a call's: exactly seven tokens. */
export function parseCallSubject(subject: string): ParsedCallSubject | undefined {
  const parsed = parseSubject(subject);
  if (parsed === undefined || parsed.name.length !== 2) return undefined;
  if (parsed.kind !== 'call' && parsed.kind !== 'cmd') return undefined;
  const { site, node, actor } = parsed;
  const [tool, caller] = parsed.name as readonly [string, string];
  return {
    lane: parsed.kind === 'call' ? 'live' : 'durable',
    site,
    node,
    actor,
    // Each part is one token of a subject; the door looks the whole up before it is used.
    address: `${site}/${node}/${actor}` as Address,
    tool,
    caller,
  };
}

/** The methods of MCP that travel like calls, each one token. Tools have underscores, these hyphens. */
export const methods = [
  'server/discover',
  'tools/list',
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
] as const;
export type Method = (typeof methods)[number];

export function methodToken(method: Method): string {
  return method.replace('/', '-');
}

/** Where what happened is told: the tail is the event's name, `<thing>.<past>`. */
export function eventSubject(
  address: Address,
  eventName: string,
  kind: 'event' | 'metric' = 'event',
): string {
  return subjectOf(kind, address, eventName);
}

/** What stops or steers an actor beside its calls, such as `cancel`; the last token is the sender. */
export function controlSubject(address: Address, verb: string, sender: Caller): string {
  return subjectOf('control', address, verb, sender);
}

/** The private inbox of a client: it alone may subscribe below. */
export function replyPrefix(site: string, client: string): string {
  return `airguard.${site}.reply.${client}`;
}

/** Where the result of a durable call is told. */
export function taskSubject(address: Address, taskId: string): string {
  return subjectOf('task', address, encodeToken(taskId));
}

/** Any text as one token: what is not a letter, digit, `-` or `_` becomes `%` and UTF-8 in hex. */
export function encodeToken(text: string): string {
  if (text === '') return '%';
  return encodeURIComponent(text.toWellFormed()).replace(
    /[.!~*'()]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The text of a token; undefined when `encodeToken` never made it. */
export function decodeToken(token: string): string | undefined {
  if (token === '%') return '';
  try {
    const text = decodeURIComponent(token);
    return encodeToken(text) === token ? text : undefined;
  } catch {
    return undefined;
  }
}

/** The stream that stores a kind, undefined for kinds that are not stored. */
export function streamOf(kind: Kind): Stream | undefined {
  return streamsByKind.get(kind);
}

const streamsByKind: ReadonlyMap<Kind, Stream> = new Map(
  Object.entries(streams).flatMap(([name, taken]) =>
    taken.map((kind) => [kind, name as Stream] as const),
  ),
);

/** What a stream takes of a site, or of one of its nodes. */
export function streamSubjects(
  stream: Stream,
  of: { readonly site: string; readonly node?: string },
): string[] {
  return streams[stream].map((kind) => everySubject(kind, of));
}

/** Whether a NATS pattern takes a subject: `*` is one token, a last `>` one or more. */
export function subjectMatches(pattern: string, subject: string): boolean {
  let p = 0;
  let s = 0;
  while (p < pattern.length && s < subject.length) {
    if (pattern[p] === '>' && p === pattern.length - 1) return true;
    const patternEnd = tokenEnd(pattern, p);
    const subjectEnd = tokenEnd(subject, s);
    const isAny = patternEnd - p === 1 && pattern[p] === '*';
    const length = subjectEnd - s;
    if (length === 0) return false;
    if (
      !isAny &&
      (patternEnd - p !== length || !subject.startsWith(pattern.slice(p, patternEnd), s))
    ) {
      return false;
    }
    p = patternEnd + 1;
    s = subjectEnd + 1;
  }
  // Both have to end together: one past their last dot-less end.
  return p === pattern.length + 1 && s === subject.length + 1;
}

function tokenEnd(text: string, from: number): number {
  const dot = text.indexOf('.', from);
  return dot === -1 ? text.length : dot;
}
