/** What happens at a site over its time: load that moves, neighbours that move, interferers and radar. */
import type { AirChange } from '#protocols/air.ts';
import { allChannels, type Band, type Channel } from '#protocols/channels.ts';
import { exp } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { between, oneOf, type Premises, type SiteKind } from './kind.ts';

export const happeningKinds = ['load', 'neighbour', 'interferer', 'radar'] as const;

export interface Happening {
  readonly atUs: number;
  readonly what: (typeof happeningKinds)[number];
  /** When it is over by itself; an interferer and a radar say. */
  readonly untilUs: number | null;
  readonly changes: readonly AirChange[];
}

const MINUTE_US = 60_000_000;
export const HOUR_US = 60 * MINUTE_US;
/** An interferer and a radar come at five past, so that what follows is seen apart from a change of load. */
const AFTER_THE_HOUR_US = 5 * MINUTE_US;
const INTERFERER_US = 50 * MINUTE_US;
const RADAR_US = MINUTE_US;
/** Well above the threshold of −62 dBm, everywhere on the site: it stands on a hill. */
const RADAR_DBM = -50;
const RADAR_MHZ = 4;
/** Deviation of one client's wish from the rhythm of its place, natural logarithm. */
const WHIM = 0.35;

interface Present {
  readonly kind: SiteKind;
  readonly premises: Premises;
  readonly clients: readonly {
    readonly id: string;
    readonly offeredMbps: number;
    readonly at: { readonly x: number; readonly y: number };
  }[];
  readonly strangers: readonly { readonly id: string; readonly channel: Channel }[];
  /** Where radar may be, in a channel that some radio may use. */
  readonly radarChannels: readonly Channel[];
  readonly hours: number;
  readonly startHour: number;
}

/** In order of time. The first load is at 0: the hour the site begins in. */
export function happeningsOf(present: Present, random: Random): Happening[] {
  const { hours, radarChannels, strangers } = present;
  const later = Math.max(1, hours - 2);
  const drawHour = (stream: Random) => (1 + stream.below(later)) * HOUR_US;
  const load = random.fork('load');
  const happenings: Happening[] = Array.from({ length: hours }, (_, hour) => ({
    atUs: hour * HOUR_US,
    what: 'load' as const,
    untilUs: null,
    changes: loadsOf(present, hour, load),
  }));
  const moves = random.fork('neighbours');
  for (let count = Math.min(strangers.length, Math.ceil(hours / 8)); count > 0; count -= 1) {
    const { id, channel } = oneOf(moves, strangers);
    const to = oneOf(moves, allChannels(channel.band, channel.widthMhz));
    const atUs = drawHour(moves) + 30 * MINUTE_US;
    happenings.push({
      atUs,
      what: 'neighbour',
      untilUs: null,
      changes: [{ kind: 'radio', id, channel: to }],
    });
  }
  const interferers = random.fork('interferers');
  const taken = new Set<number>();
  for (let count = Math.ceil(hours / 6); count > 0; count -= 1) {
    const hour = drawHour(interferers);
    const changes = interfererOf(present, `interferer-${count}`, interferers);
    if (taken.has(hour)) continue;
    taken.add(hour);
    const atUs = hour + AFTER_THE_HOUR_US;
    const untilUs = atUs + INTERFERER_US;
    happenings.push({ atUs, what: 'interferer', untilUs, changes });
    const gone = changes.map((change) => ({ ...change, duty: 0 }));
    happenings.push({ atUs: untilUs, what: 'interferer', untilUs: null, changes: gone });
  }
  const radars = random.fork('radars');
  for (let count = radarChannels.length === 0 ? 0 : Math.ceil(hours / 8); count > 0; count -= 1) {
    const hour = drawHour(radars);
    const { centerMhz } = oneOf(radars, radarChannels);
    const offset = radars.below(4) - 2;
    if (taken.has(hour)) continue;
    taken.add(hour);
    const atUs = hour + AFTER_THE_HOUR_US;
    happenings.push({
      atUs,
      what: 'radar',
      untilUs: atUs + RADAR_US,
      changes: [
        {
          kind: 'radar',
          id: `radar-${count}`,
          centerMhz: centerMhz + offset,
          widthMhz: RADAR_MHZ,
          eirpDbm: RADAR_DBM,
          durationUs: RADAR_US,
        },
      ],
    });
  }
  return happenings.sort((a, b) => a.atUs - b.atUs || order(a) - order(b));
}

const order = ({ what }: Happening) => happeningKinds.indexOf(what);

function loadsOf(present: Present, hour: number, random: Random): AirChange[] {
  const { kind, clients, premises, startHour } = present;
  return clients.map(({ id, offeredMbps, at }) => {
    const place = { x: within(at.x / premises.sideM.x), y: within(at.y / premises.sideM.y) };
    const busy = kind.busy((startHour + hour) % 24, place) * exp(WHIM * random.normal());
    return { kind: 'client', id, offeredMbps: Math.max(0.05, offeredMbps * busy) };
  });
}

const within = (share: number) => Math.max(0, Math.min(1, share));

/** Beside one of our access points, on a stretch that radios of its bands use. */
function interfererOf(
  { premises, radarChannels }: Present,
  id: string,
  random: Random,
): Extract<AirChange, { kind: 'emitter' }>[] {
  const { at, bands } = oneOf(random, premises.accessPoints);
  const near = { ...at, x: at.x + between(random, 2, 6), y: at.y + between(random, -3, 3) };
  const band: Band = bands.includes('2.4') && random.uniform() < 0.35 ? '2.4' : '5';
  if (band === '2.4') {
    const [emission, centerMhz, widthMhz] = oneOf(random, [
      ['microwave', 2450, 60],
      ['analogue-video', 2414, 17],
      ['drone-video', 2437, 10],
      ['analogue-video', 2468, 17],
    ] as const);
    const duty = between(random, 0.5, 0.95);
    return [{ kind: 'emitter', id, at: near, emission, centerMhz, widthMhz, eirpDbm: 22, duty }];
  }
  const channels = [...allChannels('5', 80).slice(0, 4), ...radarChannels];
  const { centerMhz } = oneOf(random, channels);
  const emission = oneOf(random, ['analogue-video', 'wide-jammer'] as const);
  const widthMhz = oneOf(random, [20, 40, 80]);
  const duty = between(random, 0.5, 0.95);
  return [{ kind: 'emitter', id, at: near, emission, centerMhz, widthMhz, eirpDbm: 25, duty }];
}
