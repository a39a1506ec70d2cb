/**
 * Holds what radios did against the rules, after the fact. Observations come in the order of time; the
 * answer names every stretch in which a radio was outside a rule.
 */
import {
  type Channel,
  describeChannel,
  overlapMhz,
  sameChannel,
  span,
} from '#protocols/channels.ts';
import type { Policy } from '#protocols/policy.ts';
import { setChannel } from '#protocols/tools/radio.ts';
import { brokenRules } from '../regulation/judge.ts';
import { legalChannels } from '../regulation/legal-channels.ts';
import { clearWaitMs, closingTransmissionMs, nonOccupancyMs } from '../regulation/limits.ts';
import { type Regdb, shippedRegdb } from '../regulation/regdb.ts';
import { couldTake } from '../regulation/spreading.ts';
import type { Observed, ObservedOf } from './observed.ts';
import { blockOf, type RadarEpisode, RadioRecord } from './radio-record.ts';
import type { SiteRecord } from './rules/conduct-rule.ts';
import { conductRules } from './rules/index.ts';
import { type Stretch, Stretches } from './stretches.ts';

export interface ConductParts {
  readonly regdb?: Regdb;
  readonly policy?: Policy | undefined;
  /** For a radio of which it was not told what was set on site. */
  readonly country?: string | undefined;
  readonly indoor?: boolean | undefined;
}

export interface ConductResult {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly observations: number;
  readonly radios: readonly string[];
  /** Of these the country is not known, so the law could not be held against them. */
  readonly unknown: readonly string[];
  readonly stretches: readonly Stretch[];
}

/** Crystals are off by some hundred parts per million: a time is held to within this share. */
const CLOCK_TOLERANCE = 0.001;

/** Of a radio that was only watched: nobody asked it to keep to these. */
export const notOfConduct = ['call-understood', 'driver-limits', 'antenna-gain', 'pinned'];

export class ConductAudit {
  readonly #regdb: Regdb;
  readonly #policy: Policy | undefined;
  readonly #parts: ConductParts;
  readonly #radios = new Map<string, RadioRecord>();
  readonly #calls: ObservedOf<'called'>[] = [];
  readonly #judged: ObservedOf<'judged'>[] = [];
  readonly #uses: { atUs: number; radio: string; id: string }[] = [];
  readonly #stretches = new Stretches();
  #fromUs: number | undefined;
  #nowUs = 0;
  #observations = 0;

  constructor(parts: ConductParts = {}) {
    this.#parts = parts;
    this.#regdb = parts.regdb ?? shippedRegdb();
    this.#policy = parts.policy;
  }

  get site(): SiteRecord {
    return {
      regdb: this.#regdb,
      policy: this.#policy,
      radios: this.#radios,
      calls: this.#calls,
      judged: this.#judged,
      uses: this.#uses,
    };
  }

  see(observed: Observed): void {
    this.#observations += 1;
    // Clocks of two writers differ, and one may be set back: what was told later happened no earlier.
    this.#nowUs = Math.max(this.#nowUs, observed.atUs);
    this.#fromUs ??= this.#nowUs;
    switch (observed.kind) {
      case 'waited':
        return;
      case 'called':
        this.#calls.push(observed);
        return;
      case 'judged':
        this.#judged.push(observed);
        return;
      case 'restarted':
        for (const radio of this.#radios.values()) {
          const { listening } = radio;
          if (radio.radio.split('/')[1] !== observed.node || listening === undefined) continue;
          radio.listening = { ...listening, sinceUs: this.#nowUs };
        }
        return;
      default: {
        const radio = this.#radio(observed.radio);
        this.#take(radio, observed);
        this.#hold(radio);
      }
    }
  }

  /** What came of it all. Nothing may be seen afterwards. */
  finish(): ConductResult {
    const { site } = this;
    for (const rule of conductRules) {
      for (const radio of this.#radios.values()) {
        for (const breach of rule.past?.(radio, site, this.#nowUs) ?? []) {
          this.#stretches.add(rule, breach);
        }
      }
      for (const breach of rule.together?.(site, this.#nowUs) ?? []) {
        this.#stretches.add(rule, breach);
      }
    }
    const radios = [...this.#radios.values()];
    return {
      fromUs: this.#fromUs ?? 0,
      untilUs: this.#nowUs,
      observations: this.#observations,
      radios: radios.map(({ radio }) => radio).sort(),
      unknown: radios
        .filter(({ country }) => country === undefined || !this.#regdb.domains.has(country))
        .map(({ radio }) => radio)
        .sort(),
      stretches: this.#stretches.all(),
    };
  }

  #radio(address: string): RadioRecord {
    let radio = this.#radios.get(address);
    if (radio === undefined) {
      radio = new RadioRecord(address);
      const { country, indoor } = this.#parts;
      radio.set = {
        ...(country === undefined ? {} : { country }),
        ...(indoor === undefined ? {} : { indoor }),
      };
      this.#radios.set(address, radio);
    }
    return radio;
  }

  #take(
    radio: RadioRecord,
    observed: Exclude<Observed, { kind: 'waited' | 'called' | 'judged' | 'restarted' }>,
  ): void {
    switch (observed.kind) {
      case 'site': {
        const { country, indoor, antennaGainDbi } = observed;
        radio.set = {
          ...radio.set,
          ...(country === undefined ? {} : { country }),
          ...(indoor === undefined ? {} : { indoor }),
          ...(antennaGainDbi === undefined ? {} : { antennaGainDbi }),
        };
        return;
      }
      case 'state': {
        const { country, indoor, antennaGainDbi } = observed.state;
        // What it did before the first look at it nobody saw.
        if (radio.whole === undefined && radio.channel === null) radio.isOngoing = true;
        radio.whole = observed.state;
        radio.set = { country, indoor, antennaGainDbi };
        this.#does(radio, observed.state, null);
        return;
      }
      case 'told':
        radio.verdictId = observed.verdictId;
        if (observed.verdictId !== null) {
          this.#uses.push({ atUs: this.#nowUs, radio: radio.radio, id: observed.verdictId });
        }
        return;
      case 'powered':
        radio.eirpDbm = observed.eirpDbm;
        return;
      case 'radio':
        this.#does(radio, observed, null);
        return;
      case 'moved':
        this.#moves(radio, observed);
        return;
      case 'radar':
      case 'radar-sent':
        this.#hears(radio, observed);
    }
  }

  /** It sends or listens on a channel from now on. */
  #does(
    radio: RadioRecord,
    { channel, silent, eirpDbm }: { channel: Channel | null; silent: boolean; eirpDbm?: number },
    saidSilentMs: number | null,
  ): void {
    const wasHere = channel !== null && radio.isOn(channel);
    if (channel === null || silent) radio.isOngoing = false;
    const begins = channel !== null && !silent && (!wasHere || radio.silent);
    const { listening } = radio;
    radio.channel = channel;
    radio.silent = silent;
    radio.eirpDbm = eirpDbm ?? radio.eirpDbm;
    if (channel === null) radio.listening = undefined;
    else if (silent) {
      const goesOn = listening !== undefined && sameChannel(listening.channel, channel);
      radio.listening = goesOn ? listening : { channel, sinceUs: this.#nowUs };
    } else radio.listening = undefined;
    if (begins && channel !== null) {
      const listenedUs =
        listening !== undefined && sameChannel(listening.channel, channel)
          ? this.#nowUs - listening.sinceUs
          : saidSilentMs === null
            ? 0
            : saidSilentMs * 1_000;
      this.#begins(radio, channel, listenedUs);
    } else if (channel === null || silent) radio.faultOfUse = {};
    this.#endEpisodes(radio);
  }

  #begins(radio: RadioRecord, channel: Channel, listenedUs: number): void {
    const owedUs = this.#owedUs(radio, channel);
    const { isOngoing } = radio;
    radio.isOngoing = false;
    radio.faultOfUse = {
      ...(!isOngoing && listenedUs < owedUs * (1 - CLOCK_TOLERANCE)
        ? {
            clearing: `It used ${describeChannel(channel)} after ${Math.round(listenedUs / 1e6)} s of listening, not ${owedUs / 1e6} s.`,
          }
        : {}),
      ...(radio.verdictId === null
        ? { verdict: `It used ${describeChannel(channel)} and had no verdict for it.` }
        : {}),
    };
    radio.listenedUs = listenedUs;
  }

  #moves(radio: RadioRecord, { to, from, silentMs, cause }: ObservedOf<'moved'>): void {
    const before = radio.stateAt(this.#nowUs);
    // Where its own use was seen already, this only says why.
    const isKnown = radio.isSending && radio.isOn(to);
    if (!isKnown) this.#does(radio, { channel: to, silent: false }, silentMs);
    radio.moves.push({
      radio: radio.radio,
      atUs: this.#nowUs,
      from,
      to,
      cause,
      verdictId: radio.verdictId ?? null,
      listenedUs: radio.listenedUs ?? null,
      owedUs: this.#owedUs(radio, to),
    });
    if (before === undefined || (cause !== 'radar' && cause !== 'alone')) return;
    const legal = legalChannels({ ...before, channel: null } as typeof before, this.#regdb);
    const chosen = legal.find(
      ({ channel }) => channel.centerMhz === to.centerMhz && channel.widthMhz === to.widthMhz,
    );
    if (chosen === undefined || !chosen.radar) return;
    const among = couldTake(chosen, legal);
    radio.choices.push({
      atUs: this.#nowUs,
      country: before.country,
      chosen: chosen.channel,
      among,
    });
  }

  #hears(radio: RadioRecord, heard: ObservedOf<'radar'> | ObservedOf<'radar-sent'>): void {
    const { centerMhz, widthMhz } = heard;
    const domain = radio.country === undefined ? undefined : this.#regdb.domains.get(radio.country);
    if (domain === undefined) return;
    const block = blockOf(heard);
    const own = radio.channel ?? radio.listening?.channel ?? null;
    const closed = heard.kind === 'radar' ? heard.closed : undefined;
    // A node says what it closed; else it is all of the block that was in use.
    const here = closed === undefined ? (own === null ? null : span(own)) : blockOf(closed);
    const isHere = here !== null && overlapMhz(here, block) > 0;
    const told = heard.kind === 'radar';
    const sends = radio.sendsIn(block);
    const untilUs = this.#nowUs + nonOccupancyMs(domain) * 1_000;
    const episode: RadarEpisode = {
      radio: radio.radio,
      atUs: this.#nowUs,
      centerMhz,
      widthMhz,
      told,
      closingUs: closingTransmissionMs(domain) * 1_000,
      closedUntilUs: told && isHere ? untilUs : null,
      closed: told && isHere ? here : null,
      silentUs: sends ? undefined : this.#nowUs,
    };
    radio.episodes.push(episode);
    if (!told || here === null || !isHere) return;
    // Once the radio has had its time to leave.
    radio.closed.push({ ...here, fromUs: this.#nowUs + episode.closingUs, untilUs });
    if (radio.silent) radio.listening = undefined;
  }

  #endEpisodes(radio: RadioRecord): void {
    for (const episode of radio.episodes) {
      if (episode.silentUs === undefined && !radio.sendsIn(blockOf(episode))) {
        episode.silentUs = this.#nowUs;
      }
    }
  }

  #owedUs({ country }: RadioRecord, channel: Channel): number {
    const domain = country === undefined ? undefined : this.#regdb.domains.get(country);
    return domain === undefined ? 0 : clearWaitMs(channel, domain) * 1_000;
  }

  /** Opens and closes stretches by what holds of the radio now. */
  #hold(radio: RadioRecord): void {
    for (const rule of conductRules) {
      if (rule.holds === undefined) continue;
      this.#stretches.set(rule, radio.radio, this.#nowUs, rule.holds(radio));
    }
    const state = radio.isSending ? radio.stateAt(this.#nowUs) : undefined;
    const broken =
      state === undefined
        ? []
        : brokenRules(
            {
              tool: setChannel.name,
              arguments: state.channel,
              state,
              nowMs: Math.floor(this.#nowUs / 1_000),
              caller: '',
              ...(this.#policy === undefined
                ? {}
                : { operator: { policy: this.#policy, changesMs: [] } }),
            },
            this.#regdb,
          ).filter(({ rule }) => !notOfConduct.includes(rule.id));
    this.#stretches.setAll(radio.radio, this.#nowUs, broken);
  }
}
