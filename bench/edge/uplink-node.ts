/**
 * A node's uplink as a process of its own, to be killed: it makes numbered records
 * and ends when all have left. Numbers go on from what the queue holds, so a new
 * start makes neither a gap nor a repetition. The records' clock is virtual.
 */
import { connectNats } from '#agents/bus/nats.ts';
import { createRandom } from '#agents/random/philox.ts';
import { realRandom } from '#cli/live/process.ts';
import { RealClock } from '#cli/live/real-clock.ts';
import { Uplink } from '#edge/uplink/uplink.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { draftOf } from './sample-drafts.ts';

export interface NodeOrders {
  readonly natsUrl: string;
  readonly nkeySeed: string;
  readonly site: string;
  readonly node: string;
  readonly file: string;
  readonly records: number;
  /** Virtual wall time of record 0, and from one to the next. */
  readonly fromUs: number;
  readonly everyUs: number;
  /** How many are made in a second of real time. */
  readonly perSecond: number;
}

/** What the process tells on a line of its own, about every tenth of a second. */
export interface NodeReport {
  readonly made: number;
  readonly waiting: number;
  readonly dropped: number;
  readonly rssBytes: number;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as NodeOrders;
const { natsUrl, nkeySeed, site, node, file, records, fromUs, everyUs, perSecond } = orders;
const clock = new RealClock();
const bus = await connectNats({
  servers: natsUrl,
  client: node,
  site,
  domain: node,
  nkeySeed,
  connectTimeoutMs: 20_000,
  onFatal: (error) => {
    throw error;
  },
});
let made = 0;
const uplink = new Uplink({
  bus,
  clock,
  recordClock: { now: () => fromUs + made * everyUs, monotonic: () => made * everyUs },
  random: realRandom(),
  site,
  node,
  file,
  whereabouts: () => ({ position: { latitudeDeg: 47.4, longitudeDeg: 8.5 } }),
});
made = uplink.ever;
const drafts = createRandom('uplink');

/** Records of one turn: the loop has to come round for acknowledgements. */
const TURN = 64;
let toldMs = 0;
const madeBefore = made;
const beganUs = clock.monotonic();

function turn(): void {
  const { waiting } = uplink.health();
  const { records: count, dropped } = Object.values(waiting).reduce(
    (sum, rank) => ({ records: sum.records + rank.records, dropped: sum.dropped + rank.dropped }),
    { records: 0, dropped: 0 },
  );
  const nowMs = clock.monotonic() / 1_000;
  if (nowMs - toldMs >= 100) {
    toldMs = nowMs;
    const report: NodeReport = {
      made,
      waiting: count,
      dropped,
      rssBytes: process.memoryUsage.rss(),
    };
    process.stdout.write(`${JSON.stringify(report)}\n`);
  }
  if (made === records && count === 0) {
    uplink.close();
    bus.drain(() => process.exit(0));
    return;
  }
  const due = madeBefore + ((clock.monotonic() - beganUs) / US_PER_S) * perSecond;
  for (let index = 0; index < TURN && made < Math.min(due, records); index += 1) {
    made += 1;
    uplink.put('radio-0', draftOf(made, drafts));
  }
  if (made < Math.min(due, records)) setImmediate(turn);
  else setTimeout(turn, 5);
}
turn();
