/** Radars: the pulses they send and from which level on a radio has to notice. */
import type { Point, PulseReport, RadarPattern, Window } from '#protocols/air.ts';
import { US_PER_S } from '#protocols/clock.ts';
import type { Random } from '#protocols/random.ts';

export interface Radar {
  readonly id: string;
  /** Null: heard everywhere at the power it is given with. */
  readonly at: Point | null;
  readonly centerMhz: number;
  readonly widthMhz: number;
  readonly eirpDbm: number;
  readonly pattern: RadarPattern;
  readonly fromUs: number;
  readonly untilUs: number;
}

/**
 * The weakest radar that must be noticed, dBm at an antenna of 0 dBi: −64 from an EIRP of 200 mW
 * on, −62 below. The texts ask for −64 too where a weaker radio sends 10 dBm/MHz or more, which this
 * leaves out.
 *
 * @see 47 CFR 15.407(h)(2); ETSI EN 301 893, table D.2. Neither text was at hand: not confirmed.
 */
export function detectionThresholdDbm(eirpDbm: number): number {
  return eirpDbm >= 23 ? -64 : -62;
}

interface Train {
  readonly widthUs: number;
  readonly intervalUs: number;
  readonly pulses: number;
}

/** One burst a second: how often the beam comes round is a choice of ours, no rule says it. */
const BURST_EVERY_US = US_PER_S;

/**
 * The pulses of a radar within a window, as strong as they arrive. The same for every radio. The
 * trains are as the standards are quoted; their texts were not at hand: not confirmed.
 */
export function pulsesOf(
  radar: Radar,
  window: Window,
  rssiDbm: number,
  random: Random,
): PulseReport[] {
  const train = trainOf(radar, random);
  const fromUs = Math.max(window.fromUs, radar.fromUs);
  const untilUs = Math.min(window.untilUs, radar.untilUs);
  const pulses: PulseReport[] = [];
  const lengthUs = train.pulses * train.intervalUs;
  const first = Math.max(0, Math.ceil((fromUs - radar.fromUs - lengthUs) / BURST_EVERY_US));
  for (let burst = first; ; burst += 1) {
    const startUs = radar.fromUs + burst * BURST_EVERY_US;
    if (startUs >= untilUs) return pulses;
    for (let pulse = 0; pulse < train.pulses; pulse += 1) {
      const tUs = Math.round(startUs + pulse * train.intervalUs);
      if (tUs < fromUs || tUs >= untilUs) continue;
      pulses.push({
        tUs,
        widthUs: train.widthUs,
        rssiDbm,
        centerMhz: radar.centerMhz,
        chirp: false,
      });
    }
  }
}

function trainOf(radar: Radar, random: Random): Train {
  switch (radar.pattern) {
    case 'fcc-0':
      // KDB 905462 D02 v02, table 5: 1 µs every 1,428 µs, 18 pulses.
      return { widthUs: 1, intervalUs: 1_428, pulses: 18 };
    case 'fcc-1': {
      // The same, test B: an interval of 518 to 3,066 µs, pulses for a beam of 1/360 of 19 s.
      const intervalUs = 518 + random.fork(`radar/${radar.id}`).below(3_066 - 518 + 1);
      return { widthUs: 1, intervalUs, pulses: Math.ceil(19_000_000 / 360 / intervalUs) };
    }
    case 'etsi-reference':
      // ETSI EN 301 893, table D.3: 1 µs, 700 pulses a second, 18 pulses.
      return { widthUs: 1, intervalUs: 1_000_000 / 700, pulses: 18 };
  }
}
