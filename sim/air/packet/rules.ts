/**
 * The rules of 802.11a and 802.11ax radios as ns-3.37 plays them in its ad-hoc scenes: DCF at
 * 6 Mb/s, and EDCA of best effort with A-MPDUs in HE SU frames of one stream.
 */
import { bitsPerSubcarrier, dataSubcarriers, noiseDbm } from '../rates.ts';
import type { Frame, RadioRules, Rules } from './scene.ts';

export const standards = ['11a', '11ax'] as const;
export type Standard = (typeof standards)[number];

export interface RuleOptions {
  readonly standard: Standard;
  /** HE MCS of 802.11ax, 0 to 9. */
  readonly mcs: number;
  /** Of 802.11ax, in MHz. */
  readonly widthMhz: 20 | 40 | 80 | 160;
  readonly usesRts: boolean;
  readonly band: '2.4' | '5';
  /** Rate of answers, in Mb/s. */
  readonly controlMbps: 6 | 24;
}

const US = 1_000;
const PAYLOAD_BYTES = 1_500;
/** LLC and SNAP headers: IEEE 802.2, 8 bytes. */
const LLC_BYTES = 8;
/** Header and FCS: IEEE 802.11-2020, 9.2.4; 2 more for QoS. */
const MAC_BYTES = 28;
const QOS_BYTES = 2;
const ACK_BYTES = 14;
const RTS_BYTES = 20;
/** Compressed BlockAck, 9.3.1.8.2, and its request, 9.3.1.7.2. */
const BLOCK_ACK_BYTES = 32;
const BLOCK_ACK_REQUEST_BYTES = 24;
/** 9.7: delimiter, and the length each subframe is padded to. */
const DELIMITER_BYTES = 4;
const AMPDU_BYTES_MAX = 65_535;
/** aPPDUMaxTime: IEEE 802.11-2020, table 19-25 and after. */
const PPDU_NS_MAX = 5_484 * US;
/** SERVICE and tail: 17.3.5. */
const AROUND_BITS = 22;
/** After every frame in 2.4 GHz: 18.3.2.4. */
const SIGNAL_EXTENSION_NS = 6 * US;
const NOISE_FIGURE_DB = 7;

const LEGACY_HEADER_NS = 20 * US;
/** L-STF to RL-SIG, HE-SIG-A, HE-STF and one HE-LTF, 27.3.4, the last of 8 µs as ns-3.37 has it. */
const HE_HEADER_NS = 44 * US;
/** 12.8 µs and a guard interval of 3.2 µs. */
const HE_SYMBOL_NS = 16 * US;

export function rulesOf(options: RuleOptions): Rules {
  const { band, controlMbps } = options;
  const isAx = options.standard === '11ax';
  const sifsNs = (band === '5' ? 16 : 10) * US;
  const slotNs = (band === '5' ? 9 : 20) * US;
  const data = isAx ? heData(options) : legacyData();
  const extensionNs = band === '2.4' ? SIGNAL_EXTENSION_NS : 0;
  const extended = (frame: Frame) => ({ ...frame, durationNs: frame.durationNs + extensionNs });
  const control = (bytes: number) => extended(legacyFrame(bytes, controlMbps));
  return {
    slotNs,
    sifsNs,
    aifsn: isAx ? 3 : 2,
    countsBusySlot: isAx,
    resumesAtEnd: false,
    cwMin: 15,
    cwMax: 1_023,
    // A request for a block acknowledgement is repeated until it is answered. ns-3.37 raises its
    // count of retries before it compares it with the limit of 7, so that there are 7 attempts.
    attempts: isAx ? Number.POSITIVE_INFINITY : 7,
    // aSIFSTime + aSlotTime + aRxPHYStartDelay: 10.3.2.11.
    answerTimeoutNs: sifsNs + slotNs + LEGACY_HEADER_NS,
    eifsExtraNs: sifsNs + legacyFrame(ACK_BYTES, 6).durationNs,
    frames: {
      data: extended(data.frame),
      ack: control(isAx ? BLOCK_ACK_BYTES : ACK_BYTES),
      rts: control(RTS_BYTES),
      cts: control(ACK_BYTES),
      bar: control(BLOCK_ACK_REQUEST_BYTES),
    },
    usesRts: options.usesRts,
    mpdus: data.lengthsNs.length - 1,
    dataNs: data.lengthsNs.map((lengthNs) => lengthNs + extensionNs),
    payloadBits: 8 * PAYLOAD_BYTES,
    radio: radioOf(isAx ? options.widthMhz : 20),
  };
}

function radioOf(widthMhz: number): RadioRules {
  return {
    noiseDbm: noiseDbm(widthMhz, NOISE_FIGURE_DB),
    // Sensitivity and energy thresholds of 17.3.10; the ratio is ns-3.37's preamble detection.
    preambleDbm: -82,
    preambleSinrDb: 4,
    energyDbm: -62,
    // Per 20 MHz: the thermal noise.
    sensitivityDbm: noiseDbm(widthMhz, 0),
  };
}

/** A data frame, and how long it lasts with 0, 1, 2 … MPDUs. */
interface DataFrame {
  readonly frame: Frame;
  readonly lengthsNs: readonly number[];
}

function legacyData(): DataFrame {
  const frame = legacyFrame(dataBytes(0), 6);
  return { frame, lengthsNs: [0, frame.durationNs] };
}

function dataBytes(extra: number): number {
  return PAYLOAD_BYTES + LLC_BYTES + MAC_BYTES + extra;
}

/** Of 20 MHz OFDM: 17.4.3, with 4 µs a symbol. */
function legacyFrame(bytes: number, mbps: 6 | 24): Frame {
  const symbols = Math.ceil((8 * bytes + AROUND_BITS) / (4 * mbps));
  return {
    durationNs: LEGACY_HEADER_NS + symbols * 4 * US,
    headerNs: LEGACY_HEADER_NS,
    signalEndNs: LEGACY_HEADER_NS,
    signalNs: 4 * US,
    rate: mbps * 1e6,
    mcs: mbps === 6 ? 0 : 3,
  };
}

/** As many MPDUs as an A-MPDU may hold and a PPDU may last. */
function heData({ mcs, widthMhz }: RuleOptions): DataFrame {
  const bitsPerSymbol = Math.floor(dataSubcarriers[widthMhz] * bitsPerSubcarrier[mcs]!);
  const bare = dataBytes(QOS_BYTES) + DELIMITER_BYTES;
  const padded = Math.ceil(bare / 4) * 4;
  const bytesOf = (mpdus: number) => (mpdus - 1) * padded + bare;
  const lengthOf = (mpdus: number) =>
    HE_HEADER_NS + HE_SYMBOL_NS * Math.ceil((8 * bytesOf(mpdus) + AROUND_BITS) / bitsPerSymbol);
  const lengthsNs = [0, lengthOf(1)];
  for (let mpdus = 2; bytesOf(mpdus) <= AMPDU_BYTES_MAX; mpdus += 1) {
    if (lengthOf(mpdus) > PPDU_NS_MAX) break;
    lengthsNs.push(lengthOf(mpdus));
  }
  const frame = {
    durationNs: lengthsNs.at(-1)!,
    headerNs: HE_HEADER_NS,
    // L-SIG and RL-SIG.
    signalEndNs: 24 * US,
    signalNs: 8 * US,
    rate: (bitsPerSymbol * 1e9) / HE_SYMBOL_NS,
    mcs,
  };
  return { frame, lengthsNs };
}
