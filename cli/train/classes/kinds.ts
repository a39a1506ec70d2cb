/** What may be on the air in the data that is made: senders of each class, drawn with their settings. */
import { RadarPattern } from '#protocols/air.ts';
import type { Random } from '#protocols/random.ts';
import type { Emission, Setting } from '#sim/air/spectrum/emission.ts';
import { CALL_DUTY } from '#sim/air/spectrum/emissions/phone-frame.ts';
import { emissionOf } from '#sim/air/spectrum/setting.ts';
import { cameraOf } from './camera.ts';
import { between, type Ear, type EarWish, pick } from './setting.ts';
import { strangeOf } from './strange.ts';

/** Classes, and `unknown` in two parts: what training sees of it, and what only tests see. */
export const kinds = [
  'wifi',
  'microwave',
  'bluetooth',
  'zigbee',
  'analogue-video',
  'fhss-phone',
  'radar',
  'narrow-jammer',
  'wide-jammer',
  'strange',
  'held-out',
] as const;
export type Kind = (typeof kinds)[number];

export type Drawn =
  | { readonly what: 'sender'; readonly emission: Emission; readonly setting: Setting }
  | { readonly what: 'radar'; readonly pattern: RadarPattern; readonly centerMhz: number }
  | {
      readonly what: 'wifi';
      readonly widthMhz: 20 | 40 | 80;
      readonly centerMhz: number;
      readonly frameUs: number;
      readonly share: number;
    };

/** The band that a sender of that kind asks for; undefined where it sends in both. */
export function wishOf(kind: Kind): EarWish {
  if (['microwave', 'bluetooth', 'zigbee', 'fhss-phone'].includes(kind)) return { band: '2.4' };
  return kind === 'radar' ? { band: '5', radar: true } : {};
}

export function fits(kind: Kind, { channel }: Ear): boolean {
  const { band, radar } = wishOf(kind);
  if (band !== undefined && band !== channel.band) return false;
  return radar !== true || (channel.centerMhz > 5_250 && channel.centerMhz < 5_725);
}

type Draw = (ear: Ear, random: Random) => Drawn;

/** A frequency within the span that is scanned. */
function inSpan({ channel }: Ear, random: Random, margin = 0): number {
  const reach = channel.widthMhz / 2 - margin;
  return channel.centerMhz + between(-reach, reach, random);
}

const draws: Readonly<Record<Kind, Draw>> = {
  wifi(ear, random) {
    const { band, centerMhz, widthMhz: scanned } = ear.channel;
    const widthMhz = band === '2.4' ? pick([20, 20, 20, 40] as const, random) : scanned;
    const own = Math.min(widthMhz, random.uniform() < 0.6 ? widthMhz : 20) as 20 | 40 | 80;
    // In 2.4 GHz channels lie 5 MHz apart; above, narrower ones lie within wider.
    const step = band === '2.4' ? 5 : own;
    const places = Math.max(0, Math.floor((scanned - own) / step));
    // The second channel of 40 MHz lies beside the first; other networks lie anywhere.
    const home = own > scanned ? pick([-10, 10], random) : 0;
    const aside = random.uniform() < 0.6 ? 0 : step * (random.below(5) - 2);
    const place =
      band === '2.4' ? home + aside : step * random.below(places + 1) - (scanned - own) / 2;
    return {
      what: 'wifi',
      widthMhz: own,
      centerMhz: centerMhz + place,
      frameUs: pick([120, 250, 500, 1_000, 1_500, 2_700, 4_500, 5_400], random),
      share: between(0.02, 0.98, random),
    };
  },
  microwave(_, random) {
    const name = pick(
      ['microwave', 'microwave', 'microwave-60hz', 'microwave-commercial'] as const,
      random,
    );
    const { usual } = emissionOf(name);
    const isCommercial = name === 'microwave-commercial';
    return sender(name, {
      centerMhz: usual.centerMhz + between(-6, 8, random),
      widthMhz: isCommercial ? between(35, 60, random) : between(10, 26, random),
      duty: isCommercial ? between(0.65, 0.95, random) : between(0.35, 0.5, random),
    });
  },
  bluetooth(_, random) {
    const name = pick(['bluetooth', 'ble'] as const, random);
    const { usual } = emissionOf(name);
    const duty = name === 'ble' ? between(0.05, 0.4, random) : between(0.1, usual.duty, random);
    return sender(name, { ...usual, duty });
  },
  zigbee(ear, random) {
    const channels = Array.from({ length: 16 }, (_, index) => 2_405 + 5 * index);
    const { channel } = ear;
    const near = channels.filter(
      (mhz) => Math.abs(mhz - channel.centerMhz) < channel.widthMhz / 2 - 1,
    );
    const centerMhz = near.length === 0 ? 2_425 : pick(near, random);
    return sender('zigbee', { centerMhz, widthMhz: 2, duty: between(0.05, 0.6, random) });
  },
  'analogue-video'(ear, random) {
    const widthMhz = between(6, 18, random);
    const centerMhz = inSpan(ear, random, 2);
    const setting = { centerMhz, widthMhz, duty: 1 };
    if (random.uniform() < 0.5) return sender('analogue-video', { ...setting, widthMhz: 17 });
    return { what: 'sender', emission: cameraOf(random), setting };
  },
  'fhss-phone'(_, random) {
    const { usual } = emissionOf('fhss-phone');
    return sender('fhss-phone', { ...usual, duty: CALL_DUTY * (1 + random.below(3)) });
  },
  radar(ear, random) {
    return {
      what: 'radar',
      pattern: pick([...RadarPattern.values], random),
      centerMhz: Math.round(inSpan(ear, random, 1)),
    };
  },
  'narrow-jammer'(ear, random) {
    const widthMhz = random.uniform() < 0.5 ? 0.01 : between(0.1, 3, random);
    const duty = random.uniform() < 0.6 ? 1 : between(0.3, 0.95, random);
    return sender('narrow-jammer', { centerMhz: inSpan(ear, random, 0.5), widthMhz, duty });
  },
  'wide-jammer'(ear, random) {
    const { channel } = ear;
    const duty = random.uniform() < 0.6 ? 1 : between(0.3, 0.95, random);
    const widthMhz = between(Math.max(10, channel.widthMhz * 0.5), 100, random);
    const spare = Math.max(0, widthMhz - channel.widthMhz) / 2 + channel.widthMhz * 0.15;
    const centerMhz = channel.centerMhz + between(-spare, spare, random);
    return sender('wide-jammer', { centerMhz, widthMhz, duty });
  },
  strange(ear, random) {
    return {
      what: 'sender',
      emission: strangeOf(random),
      setting: { centerMhz: inSpan(ear, random), widthMhz: between(0.6, 14, random), duty: 1 },
    };
  },
  'held-out'(ear, random) {
    const name = pick(['drone-video', 'dect-phone', 'sweeping-jammer'] as const, random);
    const { usual } = emissionOf(name);
    const own = { ...usual, centerMhz: inSpan(ear, random, 1) };
    if (name === 'dect-phone')
      return sender(name, { ...own, duty: CALL_DUTY * (1 + random.below(4)) });
    if (name === 'drone-video') return sender(name, { ...own, widthMhz: pick([10, 20], random) });
    return sender(name, {
      ...own,
      centerMhz: ear.channel.centerMhz,
      widthMhz: between(20, 80, random),
    });
  },
};

function sender(name: Parameters<typeof emissionOf>[0], setting: Setting): Drawn {
  return { what: 'sender', emission: emissionOf(name), setting };
}

export function drawOf(kind: Kind, ear: Ear, random: Random): Drawn {
  return draws[kind](ear, random);
}
