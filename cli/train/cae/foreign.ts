/** The senders that are not Wi-Fi, as they are drawn to judge the autoencoder by. */
import type { Emission as EmissionName, RadarPattern } from '#protocols/air.ts';
import { dbmToMw } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { noiseDbm } from '#protocols/rates.ts';
import { sentPulses } from '#sim/air/radar.ts';
import { Chance } from '#sim/air/spectrum/chance.ts';
import type { Echo, Sender } from '#sim/air/spectrum/painter.ts';
import { emissionOf } from '#sim/air/spectrum/setting.ts';
import { type Band, NOISE_FIGURE_DB, pick, radarPatterns, type Scene } from './scenes.ts';

export interface ForeignClass {
  readonly name: string;
  readonly bands: readonly Band[];
  /** MHz, where the usual width is not the only one. */
  readonly widthsMhz?: readonly number[];
  readonly emission: EmissionName | 'radar';
  /** Hops or sweeps over its whole band, which is not moved into the channel. */
  readonly stays?: boolean;
}

const all: readonly Band[] = ['2.4', '5', '6'];

export const foreignClasses: readonly ForeignClass[] = [
  { name: 'microwave', emission: 'microwave', bands: ['2.4'] },
  { name: 'microwave-60hz', emission: 'microwave-60hz', bands: ['2.4'] },
  { name: 'microwave-commercial', emission: 'microwave-commercial', bands: ['2.4'] },
  { name: 'bluetooth', emission: 'bluetooth', bands: ['2.4'], stays: true },
  { name: 'ble', emission: 'ble', bands: ['2.4'], stays: true },
  { name: 'zigbee', emission: 'zigbee', bands: ['2.4'] },
  { name: 'analogue-video', emission: 'analogue-video', bands: ['2.4', '5'] },
  { name: 'fhss-phone', emission: 'fhss-phone', bands: ['2.4'], stays: true },
  { name: 'dect-phone', emission: 'dect-phone', bands: ['2.4'] },
  { name: 'drone-video', emission: 'drone-video', bands: ['2.4', '5'], widthsMhz: [10, 20] },
  { name: 'narrow-jammer', emission: 'narrow-jammer', bands: all, widthsMhz: [0.01, 0.01, 1, 2] },
  { name: 'wide-jammer', emission: 'wide-jammer', bands: all, widthsMhz: [20, 40, 80] },
  { name: 'sweeping-jammer', emission: 'sweeping-jammer', bands: all, widthsMhz: [40, 80] },
  { name: 'radar', emission: 'radar', bands: ['5'] },
];

export interface Foreign {
  readonly senders: readonly Sender[];
  readonly echoes: readonly Echo[];
}

/** One sender of the class in the scene's channel, so many dB over the noise of the channel. */
export function foreignIn(
  random: Random,
  { channel }: Scene,
  { emission: name, widthsMhz, stays }: ForeignClass,
  snrDb: number,
  window: { readonly fromUs: number; readonly untilUs: number },
): Foreign {
  const mw = dbmToMw(noiseDbm(channel.widthMhz, NOISE_FIGURE_DB) + snrDb);
  const within = channel.centerMhz + (random.uniform() - 0.5) * channel.widthMhz * 0.9;
  if (name === 'radar') return radarIn(random, Math.round(within), mw, window);
  const emission = emissionOf(name);
  const { usual } = emission;
  const sender = {
    emission,
    centerMhz: stays === true ? usual.centerMhz : within,
    widthMhz: widthsMhz === undefined ? usual.widthMhz : pick(random, widthsMhz),
    duty: usual.duty,
    mw,
    chance: new Chance(random.fork(`foreign/${name}`)),
  };
  return { senders: [sender], echoes: [] };
}

/** In the midst of a burst, as between two of them there is nothing to see. */
function radarIn(
  random: Random,
  centerMhz: number,
  mw: number,
  window: { readonly fromUs: number; readonly untilUs: number },
): Foreign {
  const pattern: RadarPattern = pick(random, radarPatterns);
  const fromUs = window.fromUs - random.below(20_000);
  const radar = {
    id: 'radar',
    at: null,
    centerMhz,
    widthMhz: 1,
    eirpDbm: 0,
    pattern,
    fromUs,
    untilUs: window.untilUs,
  };
  return { senders: [], echoes: [{ mw, pulses: sentPulses(radar, window, random) }] };
}
