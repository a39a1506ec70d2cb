/**
 * What moves in a live air, by the code that moves it in a world. Paths are walked at the pace of the
 * scenario; a scan and a sign-in take their real time.
 */
import { clearWaitMs } from '#agents/regulation/limits.ts';
import { domainOf } from '#agents/regulation/regdb.ts';
import type { Air } from '#protocols/air.ts';
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import { type Mobility, startMobility } from '#sim/mobility/mobility.ts';
import type { RoamEvent } from '#sim/mobility/roaming.ts';
import { storyClock } from './pace.ts';
import type { LiveSite } from './site.ts';

/** However fast the story: more often nobody looks at the air. */
const STEP_US_MIN = US_PER_S / 4;

/** Roams are many; people are told of them together. */
const TELL_US = 10 * US_PER_S;

export function moveOnAir(parts: {
  readonly site: LiveSite;
  readonly air: Air;
  readonly clock: Clock;
  readonly beganMs: number;
  /** To whoever watches the fleet. */
  readonly say: (line: string) => void;
  /** To the log of this process. */
  readonly note: (line: string) => void;
}): Mobility {
  const { site, air, clock, beganMs, say, note } = parts;
  const { layout, scenario, pace } = site;
  const story = storyClock(clock, beganMs);
  const domain = domainOf(layout.site.country);
  let untold: RoamEvent[] = [];
  const tell = () => {
    const [first, ...others] = untold;
    untold = [];
    if (first === undefined) return;
    say(others.length === 0 ? lineOf(first) : `${lineOf(first)}; ${others.length} more changes`);
  };
  return startMobility({
    layout,
    roaming: scenario.roaming,
    air,
    clock,
    pathUs: () => Math.max(0, story.monotonic() * pace),
    stepUs: Math.max(STEP_US_MIN, Math.round(US_PER_S / pace)),
    isPassive: (channel) => domain !== undefined && clearWaitMs(channel, domain) > 0,
    onEvent(event) {
      note(lineOf(event));
      untold.push(event);
      if (untold.length === 1) clock.schedule(clock.monotonic() + TELL_US, tell);
    },
  });
}

const verbs: Readonly<Record<RoamEvent['kind'], string>> = {
  'client.roamed': 'roamed',
  'client.returned': 'returned',
  'client.lost': 'lost its radio',
};

function lineOf({ kind, client, from, to }: RoamEvent): string {
  return `${client} ${verbs[kind]}, from ${from} to ${to ?? 'none'}`;
}
