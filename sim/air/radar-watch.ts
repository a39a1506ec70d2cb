/** Which radars are on the air, which radios hear them, and who wants to know. */
import type { AirChange, HeardRadar, PulseReport, Window } from '#protocols/air.ts';
import { type Channel, overlapMhz, span } from '#protocols/channels.ts';
import type { Random } from '#protocols/random.ts';
import { type Fingerprint, fingerprint } from './path-loss.ts';
import { detectionThresholdDbm, firstHeardMhz, pulsesOf, type Radar, radarSpan } from './radar.ts';

/** A radio as radars see it. */
interface Listener {
  readonly id: string;
  readonly channel: Channel | null;
  readonly eirpDbm: number;
}

/** How strong something arrives at a radio that is sent with that power around that frequency. */
export type ArrivesDbm<Radio> = (
  from:
    | { readonly at: null }
    | { readonly at: NonNullable<Radar['at']>; readonly fingerprint: Fingerprint },
  to: Radio,
  mhz: number,
  eirpDbm: number,
) => number;

type Watcher = (radar: HeardRadar) => void;

/** One that has ended is still asked for its pulses of the last minute. */
const KEPT_US = 60_000_000;

export class RadarWatch<Radio extends Listener> {
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #random: Random;
  readonly #arrivesDbm: ArrivesDbm<Radio>;
  #radars: Radar[] = [];

  constructor(random: Random, arrivesDbm: ArrivesDbm<Radio>) {
    this.#random = random;
    this.#arrivesDbm = arrivesDbm;
  }

  get radars(): readonly Radar[] {
    return this.#radars;
  }

  /** In place of those there were; nobody is told. */
  restore(radars: readonly Radar[]): void {
    this.#radars = [...radars];
  }

  watch(id: string, onHeard: Watcher): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(onHeard));
    return () => watchers.delete(onHeard);
  }

  begin(
    change: Extract<AirChange, { kind: 'radar' }>,
    nowUs: number,
    radioOf: (id: string) => Radio,
  ): void {
    const { id, at = null, centerMhz, widthMhz, eirpDbm, durationUs, pattern = 'fcc-0' } = change;
    const untilUs = nowUs + durationUs;
    const radar = { id, at, centerMhz, widthMhz, eirpDbm, pattern, fromUs: nowUs, untilUs };
    this.#radars = this.#radars.filter((one) => one.id !== id && one.untilUs > nowUs - KEPT_US);
    this.#radars.push(radar);
    for (const radio of this.#watchers.keys()) this.#tell(radioOf(radio), radar, nowUs);
  }

  /** It is on another channel or at another place than before, where it heard those. */
  tuned(radio: Radio, nowUs: number, heardBefore: readonly HeardRadar[]): void {
    if (!this.#watchers.has(radio.id)) return;
    for (const radar of this.#radars) {
      if (!heardBefore.some(({ id }) => id === radar.id)) this.#tell(radio, radar, nowUs);
    }
  }

  allHeard(radio: Radio, nowUs: number): HeardRadar[] {
    return this.#radars.flatMap((radar) => this.#hear(radio, radar, nowUs) ?? []);
  }

  heard(radio: Radio, nowUs: number): HeardRadar | undefined {
    return this.allHeard(radio, nowUs)[0];
  }

  pulses(radio: Radio, window: Window): PulseReport[] {
    const pulses = this.#radars.flatMap((radar) => {
      const rssiDbm = this.#rssiDbm(radio, radar);
      if (rssiDbm === undefined) return [];
      return pulsesOf(radar, window, { rssiDbm, tuned: span(radio.channel!) }, this.#random);
    });
    return pulses.sort((a, b) => a.tUs - b.tUs);
  }

  #tell(radio: Radio, radar: Radar, nowUs: number): void {
    const heard = this.#hear(radio, radar, nowUs);
    if (heard === undefined) return;
    for (const onHeard of this.#watchers.get(radio.id) ?? []) onHeard(heard);
  }

  #hear(radio: Radio, radar: Radar, nowUs: number): HeardRadar | undefined {
    if (radar.untilUs <= nowUs) return undefined;
    const rssiDbm = this.#rssiDbm(radio, radar);
    if (rssiDbm === undefined) return undefined;
    const { id, widthMhz, untilUs } = radar;
    const centerMhz = firstHeardMhz(radar, span(radio.channel!), nowUs, this.#random);
    return centerMhz === undefined ? undefined : { id, centerMhz, widthMhz, rssiDbm, untilUs };
  }

  /** Undefined when the radio does not listen where the radar sends, or need not notice it. */
  #rssiDbm(radio: Radio, radar: Radar): number | undefined {
    const { at, id, centerMhz, eirpDbm } = radar;
    if (radio.channel === null || overlapMhz(span(radio.channel), radarSpan(radar)) === 0) {
      return undefined;
    }
    const from = at === null ? { at } : { at, fingerprint: fingerprint(id) };
    const rssiDbm = this.#arrivesDbm(from, radio, centerMhz, eirpDbm);
    return rssiDbm < detectionThresholdDbm(radio.eirpDbm) ? undefined : rssiDbm;
  }
}
