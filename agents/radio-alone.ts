/** A radio's own bandit while the cloud is away: what it has learnt is in the actor's memory. */
import { meanServed } from '#machines/radio-alone.ts';
import type { ChooseInput } from '#machines/radio-words.ts';
import { type Channel, channelKey, overlapMhz, span } from '#protocols/channels.ts';
import { type AloneKept, knowsNothing, playAlone } from './bandits/alone.ts';
import type { PortContext } from './body.ts';
import type { LegalChannel } from './regulation/legal-channels.ts';

/** A preamble at or above this keeps a radio quiet (IEEE 802.11-2020, 17.3.10.6). */
const HEARD_DBM = -82;
/** What was learnt before is of another time. */
const FORGOTTEN_AFTER_MS = 3_600_000;

interface Remembered extends AloneKept {
  readonly atMs: number;
}

/** Where its bandit would have it, and what speaks for it; null where there is nothing to choose. */
export interface AloneWish {
  readonly to: LegalChannel;
  readonly why: string;
}

/** `free`: channels of its plans where nothing foreign is. It owes no silence for what it tries. */
export function wishAlone(
  input: ChooseInput,
  free: readonly LegalChannel[],
  { memory, clock, random }: PortContext,
): AloneWish | null {
  const { from, neighbours, served } = input;
  if (from === null) return null;
  const open = free.filter(({ channel, clearMs }) => clearMs === 0 && isLike(channel, from));
  const here = channelKey(from);
  const keys = [...new Set([here, ...open.map(({ channel }) => channelKey(channel))])];
  const near = neighbours.filter(
    ({ rssiDbm, channel }) => rssiDbm >= HEARD_DBM && isLike(channel, from),
  );
  const nowMs = Math.floor(clock.now() / 1_000);
  const before = memory.get('alone') as Remembered | undefined;
  const isFresh = before !== undefined && Math.abs(nowMs - before.atMs) <= FORGOTTEN_AFTER_MS;
  const { to, kept } = playAlone(
    isFresh ? before : knowsNothing,
    {
      channels: keys,
      here,
      players: 1 + near.length,
      served: meanServed(served),
      shared: neighbours.some(
        ({ rssiDbm, channel }) => rssiDbm >= HEARD_DBM && overlapMhz(span(channel), span(from)) > 0,
      ),
    },
    random,
  );
  memory.set('alone', { ...kept, atMs: nowMs } satisfies Remembered);
  const chosen = open.find(({ channel }) => channelKey(channel) === to);
  return chosen === undefined ? null : { to: chosen, why: whyOf(kept, to, keys.length) };
}

/** What it knows of the channel it goes to, for whoever reads it when the cloud is back. */
function whyOf({ channels }: AloneKept, key: string, open: number): string {
  const { pulls = 0, sum = 0 } = channels[key] ?? {};
  return pulls === 0
    ? `the first try of it among ${open}`
    : `${Math.round((100 * sum) / pulls)} % in ${pulls} earlier ${pulls === 1 ? 'try' : 'tries'}, among ${open}`;
}

/** The same band and width. */
function isLike(a: Channel, b: Channel): boolean {
  return a.band === b.band && a.widthMhz === b.widthMhz;
}
