/**
 * How the streams of a site are kept and which way their messages flow. Each broker takes only
 * subjects of its own node, so what the hub sources from a leaf is never captured twice.
 */
import { type Stream, streamSubjects } from '#protocols/subjects.ts';

/** The JetStream domain of the hub's broker. A leaf's domain is its node's name. */
export const HUB = 'hub';

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface StreamPlan {
  readonly name: Stream;
  /** `up`: kept at the leaf, sourced by the hub. `down`: kept at the hub, each leaf sources its own. */
  readonly flow: 'up' | 'down';
  readonly maxAgeMs: number;
  readonly maxBytesHub: number;
  readonly maxBytesLeaf: number;
}

/** Ages cover a leaf that is cut off over a long weekend; sizes fit a Jetson's eMMC. */
export const streamPlans: readonly StreamPlan[] = [
  {
    name: 'COMMANDS',
    flow: 'down',
    maxAgeMs: DAY_MS,
    maxBytesHub: 64 * MIB,
    maxBytesLeaf: 16 * MIB,
  },
  {
    name: 'EVENTS',
    flow: 'up',
    maxAgeMs: 7 * DAY_MS,
    maxBytesHub: 1024 * MIB,
    maxBytesLeaf: 128 * MIB,
  },
  {
    name: 'TELEMETRY',
    flow: 'up',
    maxAgeMs: 6 * HOUR_MS,
    maxBytesHub: 512 * MIB,
    maxBytesLeaf: 64 * MIB,
  },
  {
    name: 'VECTORS',
    flow: 'up',
    maxAgeMs: 3 * DAY_MS,
    maxBytesHub: 1024 * MIB,
    maxBytesLeaf: 256 * MIB,
  },
  {
    name: 'RECORDS',
    flow: 'up',
    maxAgeMs: 7 * DAY_MS,
    maxBytesHub: 1024 * MIB,
    maxBytesLeaf: 128 * MIB,
  },
  {
    name: 'LEDGER',
    flow: 'up',
    maxAgeMs: 365 * DAY_MS,
    maxBytesHub: 1024 * MIB,
    maxBytesLeaf: 128 * MIB,
  },
];

/** How long a stream remembers the ids of its messages. */
export const DEDUPE_WINDOW_MS = 120_000;

/** What a broker takes in one message, headers included: the default of nats-server. */
export const MAX_PAYLOAD_BYTES = MIB;

export const ACK_WAIT_MS = 30_000;
export const MAX_IN_FLIGHT = 1_000;

/**
 * A stream's name at the broker of a domain. At a leaf it ends in the node's name, since 2.9 holds
 * the filter of a source against the local stream of the same name, as if that were the origin.
 */
export function heldName(stream: string, domain: string): string {
  return domain === HUB ? stream : `${stream}-${domain}`;
}

/** The subjects that a domain's own clients append to a stream; none where it only sources. */
export function subjectsTaken(plan: StreamPlan, site: string, domain: string): readonly string[] {
  if (plan.flow === 'down') return domain === HUB ? streamSubjects(plan.name, { site }) : [];
  return streamSubjects(plan.name, { site, node: domain === HUB ? 'cloud' : domain });
}
