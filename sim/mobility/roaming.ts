/**
 * Clients that change their radio. A client decides that by itself, from what it hears, so this
 * belongs to the world and to no actor of ours; it is not physics either, so it stands before the
 * air port and works with any air behind it.
 *
 * Below a level the client looks at the other channels of its network. If a radio there is clearly
 * stronger it goes there, else it stays and looks again later. Where its radio falls silent it takes
 * the best there is. While it looks and signs in it gets nothing.
 */
import * as z from 'zod';
import type { Air } from '#protocols/air.ts';
import type { Band, Channel } from '#protocols/channels.ts';
import { type Clock, US_PER_MS, US_PER_S } from '#protocols/clock.ts';
import { Dbm } from '#protocols/units.ts';
import type { ClientPlan } from '../scenario.ts';

/**
 * @see Apple: About wireless roaming for enterprise (support.apple.com/HT203068): a scan begins
 *   below −70 dBm; a device that transfers data takes a target that is 8 dB stronger.
 */
export const Roaming = z.strictObject({
  belowDbm: Dbm.default(-70).describe('Weaker than this a client looks for another radio'),
  betterByDb: z
    .number()
    .positive()
    .max(100)
    .default(8)
    .describe('It goes to one that is so much stronger')
    .meta({ unit: 'dB' }),
});
export type Roaming = z.infer<typeof Roaming>;

/** In the same document: above this level 5 GHz is preferred to 2.4 GHz, whichever is stronger. */
const PREFERRED_DBM = -65;

/**
 * A beacon, which goes out at the lowest rate in 20 MHz, can be read from here on: the −82 dBm that
 * the standard asks of a receiver, less the 10 dB of noise figure and 5 dB of margin that it allows,
 * with the 7 dB that chips of today have. The fluid air serves a client from the same level on.
 *
 * @see IEEE 802.11-2020, 17.3.10.2, and 802.11ax-2021, table 27-51.
 */
const READABLE_DBM = -82 - 15 + 7;

/**
 * Listening on one channel: sending a probe request and waiting for answers, or, where nobody may
 * send before it has heard someone, waiting for a beacon.
 *
 * @see Linux, net/mac80211/scan.c: IEEE80211_PROBE_DELAY and IEEE80211_CHANNEL_TIME, HZ/33 each;
 *   IEEE80211_PASSIVE_CHANNEL_TIME, HZ/9.
 */
const ACTIVE_US = 2 * 30 * US_PER_MS;
const PASSIVE_US = 111 * US_PER_MS;

/**
 * From the choice to the first data: authentication, reassociation and the four-way handshake of
 * WPA2-Personal, which together take 50 to 100 ms.
 *
 * @see robinwifi.eu, CWSP-207 chapter 8, Secure roaming: captures of such roams.
 */
const SIGN_IN_US = 100 * US_PER_MS;

/**
 * Without beacons for so long a radio counts as lost.
 *
 * @see Samsung Knox, KBA 115013403768, Enhanced roaming algorithm: 2 s while the display is on.
 */
const BEACONS_LOST_US = 2 * US_PER_S;

/**
 * Who found nothing looks again after this.
 *
 * @see Infineon, CYW43340 roam settings: period 10 s, trigger −70 dBm, delta 10 dB by default.
 */
const RESCAN_US = 10 * US_PER_S;

/**
 * A run begins with clients that already belong somewhere: until its first radio has come on the
 * air a client waits, as long as the longest silence that is owed before first use, and a little.
 *
 * @see ETSI EN 301 893, table D.1 and its note 1: 600 s.
 */
const PATIENCE_US = 610 * US_PER_S;

export interface RoamEvent {
  readonly kind: 'client.roamed' | 'client.returned' | 'client.lost';
  readonly tUs: number;
  readonly client: string;
  readonly from: string | null;
  readonly to: string | null;
  /** What it heard of the one it left, when it chose; null when nothing. */
  readonly fromDbm: number | null;
  readonly toDbm: number | null;
  /** How long it was without a radio, so far. */
  readonly outageUs: number;
}

export interface RoamingParts {
  readonly settings: Roaming;
  readonly clients: readonly ClientPlan[];
  /** Those of the network, by their names in the air. */
  readonly radios: readonly string[];
  readonly air: Air;
  readonly clock: Clock;
  /** Whether nobody may send there before having heard someone. */
  readonly isPassive: (channel: Channel) => boolean;
  readonly onEvent: (event: RoamEvent) => void;
}

interface Roamer {
  readonly plan: ClientPlan;
  /** Null: with none. */
  radio: string | null;
  /** The last it was with. */
  former: string;
  /** Looks or signs in. */
  isBusy: boolean;
  /** Its first radio has been on the air. */
  hasBegun: boolean;
  silentSinceUs: number | undefined;
  awaySinceUs: number | undefined;
  nextScanUs: number;
}

interface Candidate {
  readonly radio: string;
  readonly band: Band;
  readonly dbm: number;
}

export class Clients {
  readonly #parts: RoamingParts;
  readonly #roamers: readonly Roamer[];
  readonly #counts = new Map<string, number>();
  #timers = 0;
  #awayUs = 0;
  /** Scans that ended where they began. */
  scansInVain = 0;

  constructor(parts: RoamingParts) {
    this.#parts = parts;
    this.#roamers = parts.clients.map((plan) => ({
      plan,
      radio: plan.radio,
      former: plan.radio,
      isBusy: false,
      hasBegun: false,
      silentSinceUs: undefined,
      awaySinceUs: undefined,
      nextScanUs: 0,
    }));
    for (const { radio } of parts.clients) this.#count(radio, 1);
  }

  /** How long clients were without a radio, all together. */
  awayUs(nowUs: number): number {
    return this.#roamers.reduce(
      (sum, { awaySinceUs }) => sum + (awaySinceUs === undefined ? 0 : nowUs - awaySinceUs),
      this.#awayUs,
    );
  }

  /** Every client looks at the level of its radio. */
  look(nowUs: number): void {
    for (const roamer of this.#roamers) {
      if (!roamer.isBusy && this.#isTimeToScan(roamer, nowUs)) this.#scan(roamer, nowUs);
    }
  }

  #isTimeToScan(roamer: Roamer, nowUs: number): boolean {
    const { plan, radio, nextScanUs } = roamer;
    if (radio === null) return nowUs >= nextScanUs;
    const dbm = this.#parts.air.level(radio, plan.id);
    roamer.hasBegun ||= dbm !== undefined || nowUs >= PATIENCE_US;
    if (!roamer.hasBegun) return false;
    if (dbm === undefined) {
      roamer.silentSinceUs ??= nowUs;
      return nowUs - roamer.silentSinceUs >= BEACONS_LOST_US;
    }
    roamer.silentSinceUs = undefined;
    return dbm < this.#parts.settings.belowDbm && nowUs >= nextScanUs;
  }

  #scan(roamer: Roamer, nowUs: number): void {
    const held = roamer.radio;
    roamer.isBusy = true;
    roamer.silentSinceUs = undefined;
    roamer.awaySinceUs ??= nowUs;
    this.#associate(roamer, null);
    this.#after(this.#scanUs(roamer.plan), (doneUs) => this.#choose(roamer, held, doneUs));
  }

  /** All channels on which the network sends, as a list of neighbours (802.11k) would name them. */
  #scanUs({ bands }: ClientPlan): number {
    const { air, radios, isPassive } = this.#parts;
    const channels = new Map<number, number>();
    for (const radio of radios) {
      const { channel, silent } = air.tuned(radio);
      if (channel === null || silent || !mayUse(bands, channel.band)) continue;
      const primary = { ...channel, centerMhz: channel.primaryMhz, widthMhz: 20 } as const;
      channels.set(primary.primaryMhz, isPassive(primary) ? PASSIVE_US : ACTIVE_US);
    }
    let total = 0;
    for (const us of channels.values()) total += us;
    return total;
  }

  /** `held`: the radio it was with when the scan began. */
  #choose(roamer: Roamer, held: string | null, nowUs: number): void {
    const heldDbm = held === null ? undefined : this.#usable(held, roamer.plan);
    const best = this.#best(roamer.plan, held, heldDbm);
    if (best !== undefined) {
      // From here on it counts there, so that not all who choose at once choose alike.
      this.#count(best.radio, 1);
      this.#after(SIGN_IN_US, (doneUs) => this.#join(roamer, best, heldDbm, doneUs));
      return;
    }
    roamer.isBusy = false;
    roamer.nextScanUs = nowUs + RESCAN_US;
    this.scansInVain += 1;
    if (heldDbm === undefined) {
      if (held !== null) this.#tell('client.lost', roamer, nowUs, null);
      return;
    }
    this.#associate(roamer, held);
    this.#isBack(roamer, nowUs);
  }

  #join(roamer: Roamer, to: Candidate, heldDbm: number | undefined, nowUs: number): void {
    roamer.isBusy = false;
    this.#count(to.radio, -1);
    if (this.#usable(to.radio, roamer.plan) === undefined) {
      // It went silent meanwhile: at the next look, another scan.
      roamer.nextScanUs = nowUs;
      return;
    }
    const kind = to.radio === roamer.former ? 'client.returned' : 'client.roamed';
    this.#associate(roamer, to.radio);
    this.#tell(kind, roamer, nowUs, heldDbm ?? null, to);
    this.#isBack(roamer, nowUs);
    roamer.former = to.radio;
    roamer.nextScanUs = nowUs;
  }

  /** The level of a radio that can be read by the client; undefined when it cannot. */
  #usable(radio: string, { id }: ClientPlan): number | undefined {
    const dbm = this.#parts.air.level(radio, id);
    return dbm === undefined || dbm < READABLE_DBM ? undefined : dbm;
  }

  #best(plan: ClientPlan, held: string | null, heldDbm: number | undefined): Candidate | undefined {
    const { air, radios, settings } = this.#parts;
    const leastDbm = heldDbm === undefined ? READABLE_DBM : heldDbm + settings.betterByDb;
    let best: Candidate | undefined;
    for (const radio of radios) {
      if (radio === held) continue;
      const band = air.tuned(radio).channel?.band;
      if (band === undefined || !mayUse(plan.bands, band)) continue;
      const dbm = this.#usable(radio, plan);
      if (dbm === undefined || dbm < leastDbm) continue;
      const candidate = { radio, band, dbm };
      if (best === undefined || this.#isBetter(candidate, best)) best = candidate;
    }
    return best;
  }

  /** Of equals, such as two radios of one node, the one with fewer clients; then the first. */
  #isBetter(a: Candidate, b: Candidate): boolean {
    const preferred = Number(isPreferred(a)) - Number(isPreferred(b));
    if (preferred !== 0) return preferred > 0;
    if (a.dbm !== b.dbm) return a.dbm > b.dbm;
    return this.#count(a.radio, 0) < this.#count(b.radio, 0);
  }

  #associate(roamer: Roamer, radio: string | null): void {
    if (roamer.radio !== null) this.#count(roamer.radio, -1);
    if (radio !== null) this.#count(radio, 1);
    roamer.radio = radio;
    this.#parts.air.apply({ kind: 'client', id: roamer.plan.id, radio });
  }

  #count(radio: string, more: number): number {
    const count = (this.#counts.get(radio) ?? 0) + more;
    this.#counts.set(radio, count);
    return count;
  }

  #isBack(roamer: Roamer, nowUs: number): void {
    this.#awayUs += nowUs - (roamer.awaySinceUs ?? nowUs);
    roamer.awaySinceUs = undefined;
  }

  #tell(
    kind: RoamEvent['kind'],
    { plan, former, awaySinceUs = 0 }: Roamer,
    tUs: number,
    fromDbm: number | null,
    to?: Candidate,
  ): void {
    this.#parts.onEvent({
      kind,
      tUs,
      client: plan.id,
      from: former,
      to: to?.radio ?? null,
      fromDbm: fromDbm === null ? null : tenths(fromDbm),
      toDbm: to === undefined ? null : tenths(to.dbm),
      outageUs: tUs - awaySinceUs,
    });
  }

  #after(us: number, task: (nowUs: number) => void): void {
    const { air, clock } = this.#parts;
    this.#timers += 1;
    const tie = { target: 'world', source: 'world/clients', seq: this.#timers };
    clock.schedule(
      clock.monotonic() + us,
      () => {
        const nowUs = clock.monotonic();
        air.advance(nowUs);
        task(nowUs);
      },
      tie,
    );
  }
}

function mayUse(bands: readonly Band[] | undefined, band: Band): boolean {
  return bands === undefined || bands.includes(band);
}

function isPreferred({ band, dbm }: Candidate): boolean {
  return band !== '2.4' && dbm >= PREFERRED_DBM;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
