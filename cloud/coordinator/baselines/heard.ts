/** What the reports of a site say of each of its radios, in the form that the baselines reckon with. */
import { type Channel, overlapMhz, span } from '#protocols/channels.ts';
import { ratioToDb } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';

export interface Listener {
  readonly id: string;
  readonly channel: Channel | null;
  readonly eirpDbm: number;
  /** Share of the time that its clients would take on its present channel if nobody else sent, 0 to 1. */
  readonly demand: number;
  /** Clients that ask for something. */
  readonly clients: number;
  /** Of its signal at its clients. */
  readonly clientDbm: readonly number[];
  /** Radios of ours that it hears. */
  readonly ours: readonly { readonly other: number; readonly rssiDbm: number }[];
  readonly strangers: readonly Sender[];
  /** Share of the time that something which is no Wi-Fi keeps its present channel busy. */
  readonly filled: number;
  readonly noiseDbm: number | null;
}

export interface Sender {
  readonly channel: Channel;
  readonly rssiDbm: number;
  /** Share of the time that it may be sending itself. */
  readonly airtime: number;
}

/** Of a stranger that does not announce it. */
const LOAD_UNKNOWN = 0.2;
/** Of a radio nobody uses: beacons and probes. */
const LEAST_DEMAND = 0.02;
/** Of one that was not on the air when it was measured. */
const DEMAND_UNKNOWN = 0.3;
/** Preambles are noticed from here on in the primary 20 MHz: 802.11-2020, 17.3.10.6. */
const PREAMBLE_DBM = -82;
/** So far below it a signal still disturbs those who are far from their access point. */
const FADES_DB = 10;

export function listenersOf(reports: readonly RadioReport[]): Listener[] {
  const index = new Map(reports.map(({ id }, at) => [id, at]));
  const around = oursAround(reports);
  return reports.map(({ id, channel, eirpDbm, silent, survey, neighbours, clients }) => {
    const own = survey.find(
      (one) => channel !== null && one.channel.centerMhz === channel.centerMhz,
    );
    const asking = clients.filter(({ offeredMbps }) => offeredMbps > 0);
    const active = Math.max(1, own?.activeUs ?? 1);
    return {
      id,
      channel,
      eirpDbm,
      demand: own === undefined || silent ? DEMAND_UNKNOWN : demandOf(own.txUs / active, asking),
      clients: asking.length,
      clientDbm: asking.map(({ rssiDbm }) => rssiDbm),
      ours: neighbours.flatMap(({ id: other, rssiDbm }) => {
        const at = index.get(other);
        return at === undefined ? [] : [{ other: at, rssiDbm }];
      }),
      strangers: strangersOf(neighbours, index, around),
      filled: own === undefined ? 0 : Math.max(0, own.busyUs - own.txUs - own.rxUs) / active,
      noiseDbm: own?.noiseDbm ?? null,
    };
  });
}

/** By stranger: airtime of those of ours that hear it on its channel, which what it announces includes. */
function oursAround(reports: readonly RadioReport[]): ReadonlyMap<string, number> {
  const around = new Map<string, number>();
  for (const { channel, survey, neighbours } of reports) {
    const [own] = survey;
    if (channel === null || own === undefined) continue;
    const tx = own.txUs / Math.max(1, own.activeUs);
    for (const { id, channel: theirs, managed } of neighbours) {
      if (managed || overlapMhz(span(theirs), span(channel)) === 0) continue;
      around.set(id, (around.get(id) ?? 0) + tx);
    }
  }
  return around;
}

/** What each announces is the use of its channel (802.11-2020, 9.4.2.27), by all who are on it. */
function strangersOf(
  neighbours: RadioReport['neighbours'],
  ours: ReadonlyMap<string, number>,
  around: ReadonlyMap<string, number>,
): Sender[] {
  const strangers = neighbours.filter(({ id }) => !ours.has(id));
  return strangers.map(({ id, channel, rssiDbm, load }) => {
    const beside = strangers.filter((one) => overlapMhz(span(one.channel), span(channel)) > 0);
    const others = (load ?? LOAD_UNKNOWN) - (around.get(id) ?? 0);
    const airtime = Math.max(LEAST_DEMAND, others / beside.length);
    return { channel, rssiDbm, airtime };
  });
}

/** Who serves a share of what is asked in some of the time would need all of it the more time. */
function demandOf(tx: number, clients: RadioReport['clients']): number {
  let [asked, got] = [0, 0];
  for (const { offeredMbps, throughputMbps } of clients) {
    asked += offeredMbps;
    got += Math.min(offeredMbps, throughputMbps);
  }
  if (asked === 0) return LEAST_DEMAND;
  return Math.min(1, Math.max(LEAST_DEMAND, tx / Math.max(0.02, got / asked)));
}

/**
 * How much one who sends on `sender` at that level takes from one who listens on `listener`: 1 where it has
 * to wait for each frame, less where it only disturbs, 0 where the channels do not touch.
 */
export function burden(listener: Channel, sender: Channel, rssiDbm: number): number {
  if (overlapMhz(span(listener), span(sender)) === 0) return 0;
  const preambleDbm = rssiDbm - ratioToDb(sender.widthMhz / 20);
  return Math.max(0, Math.min(1, 1 + (preambleDbm - PREAMBLE_DBM) / FADES_DB));
}
