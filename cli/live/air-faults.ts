/** What a scenario does to a live air: emitters that come and go, and radar. */
import { createRandom } from '#agents/random/philox.ts';
import { clearWaitMs } from '#agents/regulation/limits.ts';
import { domainOf } from '#agents/regulation/regdb.ts';
import type { Air } from '#protocols/air.ts';
import type { RadioTuning } from '#protocols/air-link.ts';
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import { settingOf } from '#sim/air/spectrum/setting.ts';
import { runFaults } from '#sim/faults/fault-runner.ts';
import { airId } from '#sim/layout.ts';
import type { Mobility } from '#sim/mobility/mobility.ts';
import { pacedFaults, pacedLater, storyClock } from './pace.ts';
import type { LiveSite } from './site.ts';

/** A pulse of a microsecond fills about a megahertz. */
const RADAR_WIDTH_MHZ = 1;
/** Faults are planned for a day; a live air that runs longer is then left in peace. */
const DAY_US = 86_400 * US_PER_S;
const AT_ONCE_US = US_PER_S / 10;

export interface AirStory {
  readonly site: LiveSite;
  readonly air: Air;
  readonly clock: Clock;
  readonly beganMs: number;
  /** What each radio was last told, by its name in the air. */
  readonly tunings: ReadonlyMap<string, RadioTuning>;
  readonly placeOf: Mobility['placeOf'];
  readonly say: (line: string) => void;
}

export function playOnAir(parts: AirStory): void {
  const { site, air, clock, beganMs, tunings, placeOf, say } = parts;
  const story = storyClock(clock, beganMs);
  const openedUs = story.monotonic();
  const { layout, scenario, pace, seed } = site;
  const { nodes, country } = layout.site;
  const domain = domainOf(country);
  for (const { atUs, change } of pacedLater(layout, pace)) {
    story.schedule(atUs, () => {
      air.advance(clock.monotonic());
      air.apply(change);
      if (change.kind !== 'emitter') return;
      const { centerMhz, duty } = settingOf(change.id, change);
      say(`${change.id} ${duty > 0 ? 'begins to send' : 'is silent again'} at ${centerMhz} MHz`);
    });
  }
  let radars = 0;
  const nothing = () => () => {};
  runFaults({
    plans: pacedFaults(
      scenario.faults.filter(({ kind }) => kind === 'radar'),
      pace,
    ),
    clock: story,
    random: createRandom(seed).fork('faults'),
    durationUs: DAY_US,
    hands: {
      nodes: nodes.map(({ id }) => id),
      radar({ lastsUs, eirpDbm, pattern, random }) {
        // An air that is started again does not repeat what came before.
        if (story.monotonic() - openedUs < AT_ONCE_US && openedUs > 0) return true;
        // A radio that keeps its silence there hears the radar as well as one that sends.
        const exposed = nodes.flatMap((node) =>
          node.radios.flatMap(({ id }) => {
            const { channel, silent } = tunings.get(airId(node.id, id)) ?? {};
            if (channel == null || domain === undefined) return [];
            return clearWaitMs(channel, domain) > 0 ? [{ node, id, channel, silent }] : [];
          }),
        );
        const sending = exposed.filter(({ silent }) => silent === false);
        const candidates = sending.length > 0 ? sending : exposed;
        const hit = candidates[random.below(Math.max(1, candidates.length))];
        if (hit === undefined) return false;
        radars += 1;
        const centerMhz = hit.channel.primaryMhz;
        const at = placeOf(hit.node.id);
        say(`a radar begins at ${centerMhz} MHz near ${airId(hit.node.id, hit.id)}`);
        air.advance(clock.monotonic());
        air.apply({
          kind: 'radar',
          id: `radar-${radars}`,
          at: { ...at, x: at.x + 20 },
          centerMhz,
          widthMhz: RADAR_WIDTH_MHZ,
          eirpDbm,
          durationUs: lastsUs,
          pattern,
        });
        return true;
      },
      cut: nothing,
      crash: nothing,
      broker: nothing,
      jump: () => {},
      drift: nothing,
      noise: nothing,
      note: () => {},
    },
  });
}
