/**
 * A node whose link is cut for an hour: real brokers at the hub and beside the node, the node's
 * uplink a process, all killed with SIGKILL while it goes on. The hour passes in the records' own
 * times; what each did is counted at the hub by number.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Broker, freePort } from '#agents/bus/broker.ts';
import { connectNats } from '#agents/bus/nats.ts';
import { createRandom } from '#agents/random/philox.ts';
import { encodeRecord } from '#agents/telemetry/record-codec.ts';
import { findBroker, openHub, startHub, startLeaf } from '#cli/live/brokers.ts';
import { makeSiteKeys } from '#cli/live/keys.ts';
import { Link } from '#cli/live/link.ts';
import { RealClock } from '#cli/live/real-clock.ts';
import { Arrivals } from '#cloud/telemetry/arrivals.ts';
import { type Arrival, Receiver, TELEMETRY } from '#cloud/telemetry/receiver.ts';
import type { TelemetryRecord } from '#protocols/telemetry/record.ts';
import { draftOf } from './sample-drafts.ts';
import type { NodeOrders, NodeReport } from './uplink-node.ts';

export interface CutResult {
  readonly records: number;
  readonly lost: number;
  readonly doubled: number;
  /** Arrived under no number that was made, or, of every tenth, with other bytes. */
  readonly altered: number;
  readonly refused: number;
  readonly dropped: number;
  /** Came to the receiver more than once, and were counted once. */
  readonly duplicates: number;
  readonly kills: readonly string[];
  /** By the records' own times, between the first and the last that were made during the cut. */
  readonly cutVirtualS: number;
  readonly cutRealS: number;
  /** Records a second from the mending to the last arrival, kills included. */
  readonly drainedPerSecond: number;
  readonly seconds: number;
  readonly nodeRssMaxBytes: number;
}

export interface CutOptions {
  readonly records: number;
  readonly note: (line: string) => void;
}

const SITE = 'bench';
const NODE = 'ap1';
const FROM_US = 1_790_000_000_000_000;
const HOUR_US = 3_600_000_000;
/** The hour takes so long. */
const MAKING_S = 15;
const WITHIN_MS = 100_000;

export async function cutForAnHour({ records, note }: CutOptions): Promise<CutResult> {
  const dir = mkdtempSync(join(tmpdir(), 'airguard-uplink-'));
  const everyUs = Math.ceil((1.5 * HOUR_US) / records);
  const keys = makeSiteKeys(dir, [NODE]);
  const program = await findBroker(note);
  const hubPlace = {
    dir,
    site: SITE,
    keys,
    port: await freePort(),
    leafPort: await freePort(),
    nodes: [NODE],
  };
  const link = await Link.open(hubPlace.leafPort);
  const hub = await startHub(program, { ...hubPlace, advertise: `127.0.0.1:${link.port}` });
  const leaf = await startLeaf(program, {
    dir,
    site: SITE,
    keys,
    node: NODE,
    port: await freePort(),
    hub: `127.0.0.1:${link.port}`,
  });
  await openHub(hubPlace);

  const clock = new RealClock();
  const bus = await connectNats({
    servers: hub.url,
    client: TELEMETRY,
    site: SITE,
    nkeySeed: keys.of(TELEMETRY).natsSeed,
    onFatal: (error) => {
      throw error;
    },
  });
  const arrivals = new Arrivals(join(dir, 'arrivals.db'));
  const tally = new Numbers(records, everyUs);
  let refused = 0;
  const receiver = new Receiver({
    bus,
    clock,
    site: SITE,
    arrivals,
    onRecord: (arrival) => tally.take(arrival),
    onRefused: (line) => {
      refused += 1;
      if (refused <= 5) note(line);
    },
  });
  const node = new NodeProcess({
    natsUrl: leaf.url,
    nkeySeed: keys.of(NODE).natsSeed,
    site: SITE,
    node: NODE,
    file: join(dir, 'queue.db'),
    records,
    fromUs: FROM_US,
    everyUs,
    perSecond: records / MAKING_S,
  });
  const kills: string[] = [];
  const began = performance.now();
  const kill = async (what: 'edge' | 'leaf', when: string) => {
    kills.push(`${what} ${when}`);
    const { made, waiting } = node.report;
    note(
      `SIGKILL of ${what} ${when}: ${made} made, ${waiting} waiting, ${tally.arrived} at the hub`,
    );
    if (what === 'edge') await node.kill();
    else await restart(leaf);
  };
  try {
    const share = (part: number) => Math.floor(part * records);
    node.start();
    await until(() => tally.arrived >= share(0.02), 'first records at the hub');
    link.cut();
    const cutAt = { made: node.report.made, ms: performance.now() };
    note(`link cut with ${cutAt.made} made`);
    await until(() => node.report.made >= share(0.3), 'records made during the cut');
    await kill('edge', 'while the link is cut');
    await until(() => node.report.made >= share(0.5), 'more records');
    await kill('leaf', 'while the link is cut');
    await until(() => node.report.made >= share(0.7), 'still more records');
    await kill('edge', 'while the link is cut');
    await until(() => node.report.made >= records, 'all records made');
    const mended = { made: node.report.made, ms: performance.now(), arrived: tally.arrived };
    note(`link mended with ${node.report.waiting} waiting, ${tally.arrived} at the hub`);
    link.mend();
    const left = (part: number) => Math.floor(part * node.report.waiting);
    const steps = (['edge', 'leaf', 'edge'] as const).map((what, index) => ({
      what,
      waiting: left(0.8 - 0.25 * index),
    }));
    for (const { what, waiting } of steps) {
      await until(() => node.report.waiting <= waiting, `no more than ${waiting} waiting`);
      await kill(what, 'while it drains');
    }
    await until(() => tally.arrived >= records, 'all records at the hub').catch(note);
    const lastMs = performance.now();
    await until(() => node.isDone, 'the end of the node').catch(note);
    // What would come twice has time to.
    await pause(3_000);
    const tallies = arrivals.tallies();
    const sum = (of: (one: (typeof tallies)[number]) => number) =>
      tallies.reduce((total, one) => total + of(one), 0);
    return {
      records,
      ...tally.result(),
      refused,
      dropped: node.report.dropped,
      duplicates: sum(({ duplicates }) => duplicates),
      kills,
      cutVirtualS: ((mended.made - cutAt.made) * everyUs) / 1e6,
      cutRealS: (mended.ms - cutAt.ms) / 1_000,
      drainedPerSecond: ((records - mended.arrived) * 1_000) / (lastMs - mended.ms),
      seconds: (performance.now() - began) / 1_000,
      nodeRssMaxBytes: node.rssMaxBytes,
    };
  } finally {
    await node.end();
    receiver.close();
    await new Promise<void>((resolve) => bus.drain(resolve));
    clock.stop();
    arrivals.close();
    link.close();
    await leaf.kill();
    await hub.kill();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function restart(broker: Broker): Promise<void> {
  await broker.kill();
  await broker.start();
}

async function until(isMet: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + WITHIN_MS;
  while (!isMet()) {
    if (performance.now() > endMs) throw new Error(`no ${what} within ${WITHIN_MS / 1_000} s`);
    await pause(5);
  }
}

/** Which numbers have arrived how often, and of every tenth whether it is what was made. */
class Numbers {
  arrived = 0;
  readonly #times: Uint8Array;
  readonly #everyUs: number;
  readonly #drafts = createRandom('uplink');
  #altered = 0;

  constructor(records: number, everyUs: number) {
    this.#times = new Uint8Array(records + 1);
    this.#everyUs = everyUs;
  }

  take({ record }: Arrival): void {
    const number = (record.wallUs - FROM_US) / this.#everyUs;
    const times = this.#times[number];
    if (times === undefined || !this.#isAsMade(number, record)) {
      this.#altered += 1;
      return;
    }
    if (times === 0) this.arrived += 1;
    this.#times[number] = times + 1;
  }

  #isAsMade(number: number, record: TelemetryRecord): boolean {
    // Each has passed its check sum; to make every one again would take longer than to send it.
    if (number % 10 !== 0) return true;
    const made = { ...record, ...draftOf(number, this.#drafts) } as TelemetryRecord;
    return Buffer.compare(encodeRecord(made), encodeRecord(record)) === 0;
  }

  result(): Pick<CutResult, 'lost' | 'doubled' | 'altered'> {
    const numbers = this.#times.subarray(1);
    const count = (is: (times: number) => boolean) => numbers.filter(is).length;
    return {
      lost: count((times) => times === 0),
      doubled: count((times) => times > 1),
      altered: this.#altered,
    };
  }
}

/** The node's process, which goes on after a kill. */
class NodeProcess {
  report: NodeReport = { made: 0, waiting: 0, dropped: 0, rssBytes: 0 };
  rssMaxBytes = 0;
  isDone = false;
  readonly #orders: NodeOrders;
  #child: ChildProcess | undefined;

  constructor(orders: NodeOrders) {
    this.#orders = orders;
  }

  start(): void {
    const program = join(import.meta.dirname, 'uplink-node.ts');
    const child = spawn(process.execPath, [program, JSON.stringify(this.#orders)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        this.report = JSON.parse(line) as NodeReport;
        this.rssMaxBytes = Math.max(this.rssMaxBytes, this.report.rssBytes);
      }
    });
    child.once('exit', (code) => {
      if (code === 0) this.isDone = true;
    });
  }

  async kill(): Promise<void> {
    await this.end();
    if (!this.isDone) this.start();
  }

  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  }
}
