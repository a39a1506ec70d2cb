/**
 * A radio among others with nobody to tell it where to be. Where its clients are not served it plays MCTopM with kl-UCB
 * indices, in which a channel that somebody else is on is a collision. What it knows is plain data, by channel, since the
 * channels that are open to it change.
 */
import type { Random } from '#protocols/random.ts';
import { McTopM } from './mctopm.ts';

export interface KnownChannel {
  readonly pulls: number;
  /** Of rewards, each the share of what its clients asked that they got. */
  readonly sum: number;
  /** What it was held possible there at the last choice. */
  readonly before: number;
}

export interface AloneKept {
  readonly channels: Readonly<Record<string, KnownChannel>>;
  /** It has settled where it is. */
  readonly sits: boolean;
}

export interface AloneTurn {
  /** Keys of those it may use now, the one it is on among them. */
  readonly channels: readonly string[];
  readonly here: string;
  /** How many share these channels within its hearing, itself included. */
  readonly players: number;
  /** Share of what its clients asked since the last turn; null where nobody asked. */
  readonly served: number | null;
  /** Somebody else is heard on its channel. */
  readonly shared: boolean;
}

export const knowsNothing: AloneKept = { channels: {}, sits: true };

/** The channel for the time until it is poor again, which may be the one it is on. */
export function playAlone(
  kept: AloneKept,
  { channels, here, players, served, shared }: AloneTurn,
  random: Random,
): { readonly to: string; readonly kept: AloneKept } {
  const known = channels.map((key) => kept.channels[key] ?? { pulls: 0, sum: 0, before: 1 });
  const home = channels.indexOf(here);
  const player = new McTopM({
    arms: channels.length,
    players,
    home,
    kept: {
      pulls: known.map(({ pulls }) => pulls),
      sums: known.map(({ sum }) => sum),
      before: known.map(({ before }) => before),
      sits: kept.sits,
    },
  });
  if (served !== null) player.learn(home, served, shared);
  const to = channels[player.choose(random)]!;
  const { pulls, sums, before, sits } = player.kept();
  const learnt = Object.fromEntries(
    channels.map((key, arm) => [
      key,
      { pulls: pulls[arm]!, sum: sums[arm]!, before: before[arm]! },
    ]),
  );
  return { to, kept: { channels: { ...kept.channels, ...learnt }, sits } };
}
