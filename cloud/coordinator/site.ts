/** What a plan is made from, and what it is: the words that every way of deciding shares. */
import type { Channel, Span } from '#protocols/channels.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { Random } from '#protocols/random.ts';

/** A channel that a radio may be told to use, now. */
export interface Choice {
  readonly channel: Channel;
  /** The most the rules and the driver allow there, EIRP. */
  readonly maxEirpDbm: number;
  /** Silence owed before its first use; 0 where none is. */
  readonly clearMs: number;
}

/** A site as it was measured, at one time. */
export interface Site {
  readonly nowMs: number;
  /** One of each radio that is ours. */
  readonly reports: readonly RadioReport[];
  /**
   * What each radio may be told, by its id. Only its present channel where it has to stay: pinned, in its
   * dwell time, on its way. Empty where no channel is legal for it.
   */
  readonly choices: ReadonlyMap<string, readonly Choice[]>;
  /** The least power each radio has, EIRP, by its id. */
  readonly minEirpDbm: ReadonlyMap<string, number>;
  /** What spectra showed beside the reports. */
  readonly fillings?: readonly Filling[];
  /** Radios that are told the channel of another one, by id: children of a mesh, and their parents. */
  readonly follows?: ReadonlyMap<string, string>;
}

/** A stretch of spectrum that something foreign fills at a radio, for a share of the time. */
export interface Filling extends Span {
  readonly radio: string;
  readonly duty: number;
}

/** What a radio is told. */
export interface Setting {
  readonly channel: Channel;
  readonly eirpDbm: number;
}

/** A setting for each radio of a site that has one, by its id; who keeps what it has is among them. */
export type Assignment = ReadonlyMap<string, Setting>;

/** A way of deciding for a whole site. What it knows is what was measured, as any other knows it. */
export interface Decider {
  readonly name: string;
  readonly about: string;
  /** The paper, standard or program it is from. */
  readonly source: string;
  decide(site: Site, random: Random): Assignment;
}
