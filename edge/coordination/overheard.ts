/**
 * Overhears what the drivers of a node's radios answer anyway: how each is set, its surveys, whom it
 * hears. Nothing is asked for its sake. Senders get names that name nobody: our own radios theirs,
 * all others a number of this process, since a record holds no address of a device.
 */

import type { NeighbourReport, SurveyReport } from '#protocols/air.ts';
import { type Channel, sameChannel } from '#protocols/channels.ts';
import { type Clock, US_PER_MS } from '#protocols/clock.ts';
import type { Done, Driver, RadioState } from '#protocols/driver.ts';
import { Word } from '#protocols/telemetry/fields.ts';
import { overlaid } from '../drivers/overlaid.ts';
import { mean, type OwnRadio, type Sound, type Surroundings } from './surroundings.ts';

/** What is known is that of so many rounds of looking around: half an hour at one a minute. */
const ROUNDS = 30;
/** Surveys come six times as often. */
const NOISES_MAX = 6 * ROUNDS;
/** What is louder now than at first is judged by so many levels at either end. */
const ENDS = 5;
/** Of those that a radio hears, the ones heard last. */
const SENDERS_MAX = 256;

interface Level {
  readonly dbm: number;
  /** What a radio of this node was set to then. */
  readonly eirpDbm: number | undefined;
}

interface Listened {
  readonly channel: Channel;
  readonly isOurs: boolean;
  readonly levels: Map<number, Level>;
  /** The first ones, of which most are gone from `levels` by and by. */
  readonly first: Level[];
}

interface Known {
  readonly settings: Pick<OwnRadio, 'antennaGainDbi' | 'cableLossDb'>;
  state: RadioState | undefined;
  noiseDbm: number[];
  readonly heard: Map<string, Listened>;
}

export interface OverheardOptions {
  readonly clock: Clock;
  readonly node: string;
  /** How often each radio looks around. */
  readonly roundMs: number;
}

export class Overheard {
  readonly #options: OverheardOptions;
  readonly #startUs: number;
  readonly #radios = new Map<string, Known>();
  /** Numbers of those that are not ours, by what their radio calls them. */
  readonly #numbers = new Map<string, number>();
  #others = 0;

  constructor(options: OverheardOptions) {
    this.#options = options;
    this.#startUs = options.clock.monotonic();
  }

  /** The same driver; what it answers is noted. */
  listen(
    radio: string,
    driver: Driver,
    settings: Pick<OwnRadio, 'antennaGainDbi' | 'cableLossDb'>,
  ): Driver {
    const known: Known = { settings, state: undefined, noiseDbm: [], heard: new Map() };
    this.#radios.set(radio, known);
    const state = (done: Done<RadioState>) =>
      noting(done, (value: RadioState) => this.#tuned(known, value));
    return overlaid(driver, {
      open: (onEvent, done) =>
        driver.open((event) => {
          if (event.type === 'driver.opened') this.#tuned(known, event.state);
          onEvent(event);
        }, state(done)),
      state: (done) => driver.state(state(done)),
      listen: (channel, done) => driver.listen(channel, state(done)),
      setChannel: (channel, done) => driver.setChannel(channel, state(done)),
      setEirp: (eirpDbm, done) => driver.setEirp(eirpDbm, state(done)),
      survey: (done) =>
        driver.survey(
          noting(done, (surveys: readonly SurveyReport[]) => this.#noise(known, surveys)),
        ),
      neighbours: (done) =>
        driver.neighbours(
          noting(done, (reports: readonly NeighbourReport[]) => this.#hear(known, reports)),
        ),
    });
  }

  surroundings(): Surroundings {
    const { clock, roundMs } = this.#options;
    const sinceMs = (clock.monotonic() - this.#startUs) / US_PER_MS;
    this.#forget();
    const radios = [...this.#radios].flatMap(([name, { state, settings, noiseDbm }]) =>
      state === undefined ? [] : [{ name, state, ...settings, noiseDbm: [...noiseDbm] }],
    );
    const heard = new Map(
      [...this.#radios].map(([name, known]) => [
        name,
        new Map([...known.heard].map(([sender, listened]) => [sender, soundOf(listened)])),
      ]),
    );
    return { windowMs: Math.min(sinceMs, ROUNDS * roundMs), radios, heard };
  }

  #tuned(known: Known, state: RadioState): void {
    if (!isSame(known.state?.channel ?? null, state.channel)) known.noiseDbm = [];
    known.state = state;
  }

  #noise(known: Known, surveys: readonly SurveyReport[]): void {
    const channel = known.state?.channel ?? null;
    const own = surveys.find((survey) => channel !== null && sameChannel(survey.channel, channel));
    if (own === undefined) return;
    known.noiseDbm.push(own.noiseDbm);
    if (known.noiseDbm.length > NOISES_MAX) known.noiseDbm.shift();
  }

  #hear({ heard }: Known, reports: readonly NeighbourReport[]): void {
    const round = this.#round();
    for (const { id, managed, channel, rssiDbm } of reports) {
      const name = this.#nameOf(id, managed);
      let listened = heard.get(name);
      if (listened === undefined || !sameChannel(listened.channel, channel)) {
        listened = { channel, isOurs: managed, levels: new Map(), first: [] };
      }
      const level = { dbm: rssiDbm, eirpDbm: this.#radios.get(name)?.state?.eirpDbm };
      listened.levels.set(round, level);
      if (listened.first.length < ENDS) listened.first.push(level);
      // Those heard last come last.
      heard.delete(name);
      heard.set(name, listened);
    }
    for (const name of heard.keys()) {
      if (heard.size <= SENDERS_MAX) break;
      heard.delete(name);
    }
  }

  #round(): number {
    const { clock, roundMs } = this.#options;
    return Math.floor((clock.monotonic() - this.#startUs) / (roundMs * US_PER_MS));
  }

  #forget(): void {
    const oldest = this.#round() - ROUNDS;
    const names = new Set<string>();
    for (const { heard } of this.#radios.values()) {
      for (const [name, { levels }] of heard) {
        for (const round of levels.keys()) if (round <= oldest) levels.delete(round);
        if (levels.size === 0) heard.delete(name);
        else names.add(name);
      }
    }
    for (const [id, number] of this.#numbers) {
      if (!names.has(otherName(number))) this.#numbers.delete(id);
    }
  }

  /** `radio-1` of this node, `ap2.radio-0` of another of ours, `other-7`. */
  #nameOf(id: string, isOurs: boolean): string {
    const own = `${this.#options.node}/`;
    const name = id.startsWith(own) ? id.slice(own.length) : id.replace('/', '.');
    if (isOurs && Word.safeParse(name).success) return name;
    let number = this.#numbers.get(id);
    if (number === undefined) {
      this.#others += 1;
      number = this.#others;
      this.#numbers.set(id, number);
    }
    return otherName(number);
  }
}

function otherName(number: number): string {
  return `other-${number}`;
}

function noting<Value>(done: Done<Value>, note: (value: Value) => void): Done<Value> {
  return (outcome) => {
    if (outcome.ok) note(outcome.value);
    done(outcome);
  };
}

function isSame(one: Channel | null, other: Channel | null): boolean {
  return one === null || other === null ? one === other : sameChannel(one, other);
}

function soundOf({ channel, isOurs, levels, first }: Listened): Sound {
  const all = [...levels.values()];
  const isWhole = all.length >= 2 * ENDS;
  return {
    channel,
    isOurs,
    levelsDbm: new Map([...levels].map(([round, { dbm }]) => [round, dbm])),
    overEirpDb: all.every(({ eirpDbm }) => eirpDbm !== undefined)
      ? mean(all.map(({ dbm, eirpDbm }) => dbm - eirpDbm!))
      : undefined,
    changeDb: isWhole ? levelOf(all.slice(-ENDS)) - levelOf(first) : undefined,
  };
}

/** Over the EIRP where that is known; of one sender it is always or never. */
function levelOf(levels: readonly Level[]): number {
  return mean(levels.map(({ dbm, eirpDbm = 0 }) => dbm - eirpDbm));
}
