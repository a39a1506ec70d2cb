/**
 * The rules of radios as ns-3.37 plays them in its ad-hoc scenes: DCF for 802.11a, EDCA of best effort
 * for all others.
 */
import { noiseDbm } from '#protocols/rates.ts';
import {
  type FormatOptions,
  formatOf,
  legacyHeaderNs,
  type Standard,
  slowestAckNs,
} from './formats.ts';
import type { RadioRules, Rules } from './scene.ts';

export interface RuleOptions extends FormatOptions {
  readonly usesRts: boolean;
}

const US = 1_000;

export function rulesOf(options: RuleOptions): Rules {
  const { band, standard, widthMhz, usesRts } = options;
  const isEdca = standard !== '11a';
  const sifsNs = (band === '5' ? 16 : 10) * US;
  const slotNs = (band === '5' ? 9 : 20) * US;
  return {
    ...formatOf(options),
    slotNs,
    sifsNs,
    aifsn: isEdca ? 3 : 2,
    countsBusySlot: isEdca,
    resumesAtEnd: false,
    cwMin: 15,
    cwMax: 1_023,
    // aSIFSTime + aSlotTime + aRxPHYStartDelay: 10.3.2.11.
    answerTimeoutNs: sifsNs + slotNs + legacyHeaderNs,
    eifsExtraNs: sifsNs + slowestAckNs,
    usesRts,
    radio: radioOf(standard, isEdca ? widthMhz : 20),
  };
}

function radioOf(standard: Standard, widthMhz: number): RadioRules {
  return {
    // Sensitivity and energy thresholds of 17.3.10; the ratio is ns-3.37's preamble detection.
    preambleDbm: -82,
    preambleSinrDb: 4,
    energyDbm: -62,
    // 19.3.19.5.4: energy alone; 21.3.18.5.4: frames in any 20 MHz of a secondary channel.
    secondaryDbm: standard === '11n' ? -62 : -72,
    // Per 20 MHz: the thermal noise.
    sensitivityDbm: noiseDbm(widthMhz, 0),
  };
}
