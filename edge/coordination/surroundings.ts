/** What a node knows of its radios and of whoever they hear, over the last while. */
import type { Channel } from '#protocols/channels.ts';
import type { RadioState } from '#protocols/driver.ts';

export interface OwnRadio {
  readonly name: string;
  readonly state: RadioState;
  readonly antennaGainDbi: number | null;
  readonly cableLossDb: number;
  /** Noise floors of its channel as its surveys had them, oldest first. */
  readonly noiseDbm: readonly number[];
}

/** One sender as one of the node's radios hears it, from the time on at which it took its channel. */
export interface Sound {
  readonly channel: Channel;
  /** A radio of our fleet. */
  readonly isOurs: boolean;
  /** One level for each round of looking around in which it was heard; by the number of the round. */
  readonly levelsDbm: ReadonlyMap<number, number>;
  /** Mean level over the EIRP that it was sent with; undefined where that is not known. */
  readonly overEirpDb: number | undefined;
  /** How much louder it is than when it was first heard, each over some rounds, its EIRP taken off. */
  readonly changeDb: number | undefined;
}

export interface Surroundings {
  readonly windowMs: number;
  /** Those that told how they are. */
  readonly radios: readonly OwnRadio[];
  /** By the radio that hears, then by the sender. A radio of the same node is a sender like others. */
  readonly heard: ReadonlyMap<string, ReadonlyMap<string, Sound>>;
}

/** A sender with its channel; own radios that are tuned are among them. */
export interface Sender {
  readonly name: string;
  readonly channel: Channel;
  readonly isOurs: boolean;
}

/** In the order in which the node has its radios; then others, the loudest first, at most `most`. */
export function sendersIn({ radios, heard }: Surroundings, most = 64): Sender[] {
  const own = radios.flatMap(({ name, state: { channel, silent } }) =>
    channel === null || silent ? [] : [{ name, channel, isOurs: true }],
  );
  const names = new Set(radios.map(({ name }) => name));
  const others = new Map<string, Sender & { loudestDbm: number }>();
  for (const sounds of heard.values()) {
    for (const [name, sound] of sounds) {
      if (names.has(name)) continue;
      const { channel, isOurs } = sound;
      const loudestDbm = Math.max(meanDbm(sound), others.get(name)?.loudestDbm ?? -Infinity);
      others.set(name, { name, channel, isOurs, loudestDbm });
    }
  }
  const sorted = [...others.values()].sort((one, other) => other.loudestDbm - one.loudestDbm);
  return [...own, ...sorted.map(({ loudestDbm: _, ...sender }) => sender)].slice(0, most);
}

/** Mean of the decibels: one fade in a round counts as much as one rise. */
export function meanDbm({ levelsDbm }: Sound): number {
  return mean([...levelsDbm.values()]);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}
