/**
 * One strategy at one site over its time, on the fluid air. It knows what `measureSite` reports, and what it
 * wants goes through the law: a new channel first costs the radio's clients the silence owed there and the
 * switch. Radar empties a channel for half an hour, whoever decides.
 */

import type { Assignment, Choice, Setting, Site } from '#cloud/coordinator/site.ts';
import type { Standing } from '#cloud/coordinator/site-of.ts';
import { siteOf } from '#cloud/coordinator/site-of.ts';
import { type Channel, overlapMhz, type Span, span } from '#protocols/channels.ts';
import type { Closure } from '#protocols/events/radio.ts';
import type { ClientFare } from '#protocols/fare.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { Random } from '#protocols/random.ts';
import type { FluidAir } from '#sim/air/fluid-air.ts';
import { type GeneratedSite, openSite } from '#sim/sites/generate.ts';
import { type Happening, HOUR_US } from '#sim/sites/happenings.ts';
import { measureSite } from '#sim/sites/measure.ts';
import { Agenda } from './agenda.ts';
import type { Contestant } from './contestant.ts';
import { Recoveries, type Recovery } from './recoveries.ts';
import { type Means, Tally } from './tally.ts';

export interface Played {
  /** Over the hours that ask for at least half of what the fullest one does, the first hour left out. */
  readonly busy: Means;
  readonly wholeDay: Means;
  /** Moves it decided on after three hours, and power changes, a radio and day. */
  readonly changesPerRadioDay: number;
  readonly powerChangesPerRadioDay: number;
  /** Moves that radar forced. */
  readonly forced: number;
  /** Wishes that the law did not allow. */
  readonly refused: number;
  /** What the client of each network not ours got, in the mean. */
  readonly foreignMbps: Readonly<Record<string, number>>;
  readonly recoveries: readonly Recovery[];
  readonly decisions: number;
  readonly cpuMsPerDecision: number;
}

/** Clients follow to another channel in so long. */
const SWITCH_US = 1_000_000;
const CLOSED_US = 30 * 60_000_000;
/** Loads are measured this long after the hour that brought them. */
const MEASURED_AFTER_US = 60_000_000;
const RECALLED_US = HOUR_US;
const SETTLED_AFTER_US = 3 * HOUR_US;
/** A radio that hears radar is silent at once and has chosen where to go after so long. */
const VACATING_US = 1_000_000;
/** Something that is no Wi-Fi is there from this share of the time on, or this much noise. */
const FILLED = 0.2;
const NOISE_RISE_DB = 6;
const THERMAL_DBM = { 20: -93.97, 40: -90.96, 80: -87.95, 160: -84.94, 320: -81.93 } as const;

const rank = { happens: 0, lands: 1, answers: 2, decides: 3, ends: 4 } as const;

export function play(site: GeneratedSite, contestant: Contestant, random: Random): Played {
  return new Run(site, contestant, random).played();
}

class Run {
  readonly #site: GeneratedSite;
  readonly #contestant: Contestant;
  readonly #random: Random;
  readonly #air: FluidAir;
  readonly #ids: readonly string[];
  readonly #strangers: readonly string[];
  readonly #agenda = new Agenda();
  readonly #recoveries = new Recoveries();
  readonly #wholeDay = new Tally();
  readonly #busy = new Tally();
  readonly #foreign = new Map<string, number>();
  /** Radios in silence, and until when. */
  readonly #landing = new Map<string, number>();
  readonly #endUs: number;
  readonly #busyHours: readonly boolean[];
  #closures: { readonly closure: Closure; readonly untilUs: number }[] = [];
  #filled: { readonly radio: string; readonly span: Span; readonly untilUs: number }[] = [];
  #nowUs = 0;
  /** Grows with whatever changes in the air. */
  #version = 0;
  #quietVersion = -1;
  #clients: readonly ClientFare[] = [];
  #seenVersion = -1;
  #changes = 0;
  #powerChanges = 0;
  #forced = 0;
  #refused = 0;
  #decisions = 0;
  #cpuMs = 0;

  constructor(site: GeneratedSite, contestant: Contestant, random: Random) {
    this.#site = site;
    this.#contestant = contestant;
    this.#random = random.fork(contestant.decider.name);
    this.#air = openSite(site, random.fork('air'));
    this.#ids = site.radios.map(({ id }) => id);
    this.#strangers = site.scene.unmanaged.map(({ id }) => id);
    this.#endUs = site.hours * HOUR_US;
    this.#busyHours = busyHoursOf(site);
    for (const happening of site.happenings) {
      if (happening.atUs === 0) continue;
      this.#agenda.put(happening.atUs, rank.happens, () => this.#happen(happening));
    }
    const { everyMs } = contestant;
    const stepUs = everyMs === null ? this.#endUs : everyMs * 1_000;
    for (let atUs = 0; atUs < this.#endUs; atUs += stepUs) {
      this.#agenda.put(atUs + MEASURED_AFTER_US, rank.decides, () => this.#decide());
    }
    // The hours end apart from each other, so that each counts as busy or not.
    for (let hour = 1; hour < site.hours; hour += 1) {
      this.#agenda.put(hour * HOUR_US, rank.ends, () => {});
    }
  }

  played(): Played {
    for (;;) {
      const untilUs = Math.min(this.#endUs, this.#agenda.nextUs ?? this.#endUs);
      if (untilUs > this.#nowUs) this.#pass(untilUs);
      if (untilUs >= this.#endUs) break;
      while (this.#agenda.nextUs === this.#nowUs) this.#agenda.runNext();
    }
    const days = (this.#endUs - SETTLED_AFTER_US) / (24 * HOUR_US);
    const radioDays = Math.max(1e-9, days * this.#ids.length);
    const seconds = (this.#endUs - HOUR_US) / 1e6;
    return {
      busy: this.#busy.means(),
      wholeDay: this.#wholeDay.means(),
      changesPerRadioDay: this.#changes / radioDays,
      powerChangesPerRadioDay: this.#powerChanges / radioDays,
      forced: this.#forced,
      refused: this.#refused,
      foreignMbps: Object.fromEntries([...this.#foreign].map(([id, sum]) => [id, sum / seconds])),
      recoveries: this.#recoveries.found,
      decisions: this.#decisions,
      cpuMsPerDecision: this.#decisions === 0 ? 0 : this.#cpuMs / this.#decisions,
    };
  }

  /** Nothing changes until then. */
  #pass(untilUs: number): void {
    const clients = this.#fares();
    this.#recoveries.look(this.#nowUs, clients);
    if (this.#nowUs >= HOUR_US) {
      const seconds = (untilUs - this.#nowUs) / 1e6;
      this.#wholeDay.add(clients, seconds);
      if (this.#busyHours[Math.floor(this.#nowUs / HOUR_US)]) this.#busy.add(clients, seconds);
      for (const id of this.#strangers) {
        for (const { throughputMbps } of this.#air.observe(id, 'clients', noWindow)) {
          this.#foreign.set(id, (this.#foreign.get(id) ?? 0) + throughputMbps * seconds);
        }
      }
    }
    this.#nowUs = untilUs;
    this.#air.advance(untilUs);
  }

  #fares(): readonly ClientFare[] {
    if (this.#seenVersion !== this.#version) {
      this.#clients = this.#ids.flatMap((id) => this.#air.observe(id, 'clients', noWindow));
      this.#seenVersion = this.#version;
    }
    return this.#clients;
  }

  #happen({ what, untilUs, changes }: Happening): void {
    const isHit = untilUs !== null && (what === 'interferer' || what === 'radar');
    if (isHit) {
      // Seen for the rest of the hour: the next one brings other loads.
      const hourEndUs = (Math.floor(this.#nowUs / HOUR_US) + 1) * HOUR_US;
      const seenUntilUs = what === 'radar' ? hourEndUs : Math.min(untilUs, hourEndUs);
      this.#recoveries.begin(what, this.#nowUs, seenUntilUs, this.#fares());
    }
    const before = what === 'radar' ? this.#measured() : [];
    for (const change of changes) this.#air.apply(change);
    this.#version += 1;
    if (what === 'radar') this.#vacate(before);
    const { interferer } = this.#contestant.reactsMs;
    if (what === 'interferer' && isHit && interferer !== null) {
      this.#agenda.put(this.#nowUs + interferer * 1_000, rank.answers, () => {
        const reports = this.#measured();
        const hit = reports.filter(isFilled).map(({ id }) => id);
        if (hit.length > 0) this.#ask(reports, new Set(hit));
      });
    }
  }

  /** Whoever hears the radar falls silent, and goes where it may. */
  #vacate(before: readonly RadioReport[]): void {
    const hit = new Set<string>();
    for (const id of this.#ids) {
      const radar = this.#air.heardRadar(id);
      if (radar === undefined) continue;
      hit.add(id);
      this.#air.apply({ kind: 'radio', id, silent: true });
      this.#landing.delete(id);
      const { centerMhz, widthMhz } = radar;
      const untilUs = this.#nowUs + CLOSED_US;
      this.#closures.push({ closure: { centerMhz, widthMhz }, untilUs });
    }
    if (hit.size === 0) return;
    this.#forced += hit.size;
    const { radar } = this.#contestant.reactsMs;
    const afterUs = radar === null ? VACATING_US : radar * 1_000;
    this.#agenda.put(this.#nowUs + afterUs, rank.answers, () => {
      if (radar === null) this.#scatter(before, hit);
      else this.#ask(before, hit, 'forced');
    });
  }

  /** As hostapd does: to a channel drawn among those that may be used at once, at the same width if it can. */
  #scatter(before: readonly RadioReport[], hit: ReadonlySet<string>): void {
    const { choices } = this.#siteOf(before, hit);
    const wishes = new Map<string, Setting>();
    for (const { id, channel, eirpDbm } of before) {
      if (!hit.has(id)) continue;
      const legal = choices.get(id) ?? [];
      const free = legal.filter(({ clearMs }) => clearMs === 0);
      const wide = free.filter((one) => one.channel.widthMhz === channel?.widthMhz);
      const from = [wide, free, legal].find((list) => list.length > 0) ?? [];
      const drawn = from[from.length === 0 ? 0 : this.#random.below(from.length)];
      if (drawn === undefined) continue;
      wishes.set(id, { channel: drawn.channel, eirpDbm: Math.min(eirpDbm, drawn.maxEirpDbm) });
    }
    this.#apply(wishes, choices, 'forced');
  }

  #decide(): void {
    // Asked again about what it left as it is, nothing else having changed, it would say the same.
    if (this.#quietVersion === this.#version) return;
    const before = this.#version;
    this.#ask(this.#measured(), null);
    if (this.#version === before) this.#quietVersion = before;
  }

  /** `free`: only these may move; all that are not on their way when null. */
  #ask(
    reports: readonly RadioReport[],
    free: ReadonlySet<string> | null,
    why: 'decided' | 'forced' = 'decided',
  ): void {
    if (this.#contestant.recalls) this.#recall(reports);
    const site = this.#siteOf(reports, free);
    const began = process.cpuUsage();
    const wishes = this.#contestant.decider.decide(site, this.#random);
    const { user, system } = process.cpuUsage(began);
    this.#cpuMs += (user + system) / 1_000;
    this.#decisions += 1;
    this.#apply(wishes, site.choices, why);
  }

  #siteOf(reports: readonly RadioReport[], free: ReadonlySet<string> | null): Site {
    this.#closures = this.#closures.filter(({ untilUs }) => untilUs > this.#nowUs);
    const closures = this.#closures.map(({ closure }) => closure);
    const standing = this.#site.radios.map((radio): Standing => {
      const held = this.#landing.has(radio.id) || (free !== null && !free.has(radio.id));
      return { ...radio, closures, held };
    });
    const site = siteOf(reports, standing, this.#nowUs / 1_000);
    this.#filled = this.#filled.filter(({ untilUs }) => untilUs > this.#nowUs);
    if (this.#filled.length === 0) return site;
    const choices = new Map(site.choices);
    for (const { radio, span: stretch } of this.#filled) {
      const all = choices.get(radio) ?? [];
      const clean = all.filter(({ channel }) => overlapMhz(span(channel), stretch) === 0);
      if (clean.length > 0 && all.length > 1) choices.set(radio, clean);
    }
    return { ...site, choices };
  }

  #recall(reports: readonly RadioReport[]): void {
    for (const report of reports) {
      if (report.channel === null || !isFilled(report)) continue;
      const stretch = span(report.channel);
      this.#filled.push({ radio: report.id, span: stretch, untilUs: this.#nowUs + RECALLED_US });
    }
  }

  #apply(
    wishes: Assignment,
    choices: ReadonlyMap<string, readonly Choice[]>,
    why: 'decided' | 'forced',
  ): void {
    for (const id of this.#ids) {
      const wish = wishes.get(id);
      const now = this.#air.tuned(id);
      if (wish === undefined || this.#landing.has(id)) continue;
      const choice = choices.get(id)?.find(({ channel }) => isBlock(channel, wish.channel));
      if (choice === undefined || wish.eirpDbm > choice.maxEirpDbm + 1e-9) {
        this.#refused += 1;
        continue;
      }
      const { channel, eirpDbm } = wish;
      const moves = now.channel === null || !isBlock(now.channel, channel);
      if (!moves && Math.abs(eirpDbm - now.eirpDbm) < 0.05 && !now.silent) continue;
      this.#version += 1;
      const isSettled = this.#nowUs >= SETTLED_AFTER_US && why === 'decided';
      if (!moves) {
        this.#air.apply({ kind: 'radio', id, eirpDbm, silent: false });
        if (isSettled) this.#powerChanges += 1;
        continue;
      }
      if (isSettled) this.#changes += 1;
      this.#air.apply({ kind: 'radio', id, channel, eirpDbm, silent: true });
      const landsUs = this.#nowUs + choice.clearMs * 1_000 + SWITCH_US;
      this.#landing.set(id, landsUs);
      this.#agenda.put(landsUs, rank.lands, () => {
        if (this.#landing.get(id) !== landsUs) return;
        this.#landing.delete(id);
        this.#air.apply({ kind: 'radio', id, silent: false });
        this.#version += 1;
      });
    }
  }

  #measured(): RadioReport[] {
    return measureSite(this.#air, this.#ids, this.#nowUs);
  }
}

const noWindow = { fromUs: 0, untilUs: 1 };

function isBlock(a: Channel, b: Channel): boolean {
  return a.band === b.band && a.centerMhz === b.centerMhz && a.widthMhz === b.widthMhz;
}

/** What a node's spectral scan finds, here as its survey shows it. */
function isFilled({ channel, survey }: RadioReport): boolean {
  return survey.some(({ activeUs, busyUs, rxUs, txUs, noiseDbm }) => {
    const foreign = (busyUs - rxUs - txUs) / Math.max(1, activeUs);
    return foreign > FILLED || noiseDbm > THERMAL_DBM[channel?.widthMhz ?? 20] + NOISE_RISE_DB;
  });
}

function busyHoursOf({ happenings, hours }: GeneratedSite): boolean[] {
  const offered = Array.from({ length: hours }, () => 0);
  for (const { what, atUs, changes } of happenings) {
    if (what !== 'load') continue;
    for (const change of changes) {
      if (change.kind !== 'client') continue;
      offered[atUs / HOUR_US] = offered[atUs / HOUR_US]! + (change.offeredMbps ?? 0);
    }
  }
  const most = Math.max(...offered.slice(1));
  return offered.map((asked, hour) => hour > 0 && asked >= most / 2);
}
