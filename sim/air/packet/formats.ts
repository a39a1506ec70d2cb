/**
 * How long the frames of each standard last, from their preambles, symbols and subcarriers: OFDM of
 * 802.11a, the mixed format of 802.11n (HT), 802.11ac (VHT) and the single-user format of 802.11ax (HE).
 *
 * @see IEEE Std 802.11-2020, clauses 17, 19 and 21; IEEE Std 802.11ax-2021, clause 27
 */
import { bitsPerSubcarrier, dataSubcarriers, NOISE_FIGURE_DB, noiseDbm } from '#protocols/rates.ts';
import type { Format, Frame } from './scene.ts';

/** The oldest first. */
export const standards = ['11a', '11n', '11ac', '11ax'] as const;
export type Standard = (typeof standards)[number];

export const widths = [20, 40, 80, 160] as const;
export type FormatWidth = (typeof widths)[number];

export const STREAMS_MAX = 2;
export const MCS_MAX = 11;

export interface FormatOptions {
  readonly standard: Standard;
  /** Per stream; of 802.11a there is 6 Mb/s alone. */
  readonly mcs: number;
  readonly widthMhz: FormatWidth;
  /** 1 when left out. Each is as strong at the receiver as one alone: a channel without correlation, as in ns-3. */
  readonly streams?: number;
  /** Guard interval; the usual one of the standard when left out. */
  readonly guardUs?: number;
  readonly band: '2.4' | '5';
  /** Rate of answers, in Mb/s. */
  readonly controlMbps: 6 | 24;
}

/** What a standard with MIMO has. */
interface Phy {
  readonly mcsMax: number;
  readonly subcarriers: Partial<Readonly<Record<FormatWidth, number>>>;
  /** A symbol without its guard interval. */
  readonly symbolUs: number;
  /** The usual one first. */
  readonly guardsUs: readonly number[];
  /** All of the preamble but the training fields, one or more, that streams need. */
  readonly headerUs: number;
  readonly trainingUs: number;
  /** When L-SIG and what repeats it end, and how long they are. */
  readonly signalEndUs: number;
  readonly signalUs: number;
  readonly ampduBytesMax: number;
  /** A frame of one MPDU is an A-MPDU too. */
  readonly alwaysDelimits: boolean;
  /** What one convolutional encoder takes at most; each ends with a tail. */
  readonly encoderMbps: number;
}

const phys: Readonly<Record<Exclude<Standard, '11a'>, Phy>> = {
  '11n': {
    mcsMax: 7,
    // Table 19-6.
    subcarriers: { 20: 52, 40: 108 },
    symbolUs: 3.2,
    guardsUs: [0.8, 0.4],
    // 19.3.2: L-STF, L-LTF, L-SIG, HT-SIG of 8 µs, HT-STF; then HT-LTFs.
    headerUs: 8 + 8 + 4 + 8 + 4,
    trainingUs: 4,
    signalEndUs: 20,
    signalUs: 4,
    // 9.4.2.55.3, the largest exponent.
    ampduBytesMax: 65_535,
    alwaysDelimits: false,
    // 19.3.11.4: two above 300 Mb/s.
    encoderMbps: 300,
  },
  '11ac': {
    mcsMax: 9,
    // Table 21-5.
    subcarriers: { 20: 52, 40: 108, 80: 234, 160: 468 },
    symbolUs: 3.2,
    guardsUs: [0.8, 0.4],
    // 21.3.2: as before with VHT-SIG-A, and VHT-SIG-B of 4 µs behind the VHT-LTFs.
    headerUs: 8 + 8 + 4 + 8 + 4 + 4,
    trainingUs: 4,
    signalEndUs: 20,
    signalUs: 4,
    // 9.4.2.157.2, the largest exponent.
    ampduBytesMax: 1_048_575,
    alwaysDelimits: true,
    // Tables of 21.5: one for each 540 Mb/s without, 600 Mb/s with the short guard interval.
    encoderMbps: 540,
  },
  '11ax': {
    mcsMax: 11,
    subcarriers: dataSubcarriers,
    symbolUs: 12.8,
    guardsUs: [3.2, 1.6, 0.8],
    // 27.3.4: L-STF to RL-SIG, HE-SIG-A of 8 µs, HE-STF; HE-LTFs of 8 µs as ns-3.37 has them.
    headerUs: 8 + 8 + 4 + 4 + 8 + 4,
    trainingUs: 8,
    signalEndUs: 24,
    signalUs: 8,
    // More is allowed; this is what the scenes beside ns-3 have.
    ampduBytesMax: 65_535,
    alwaysDelimits: true,
    // LDPC has no tail, but 6 bits make no difference.
    encoderMbps: Number.POSITIVE_INFINITY,
  },
};

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
/** MPDUs that its bitmap has bits for. */
const BLOCK_ACK_MPDUS = 64;
/** 9.7: delimiter, and the length each subframe is padded to. */
const DELIMITER_BYTES = 4;
/** aPPDUMaxTime: IEEE 802.11-2020, tables 19-25 and 21-29. */
const PPDU_NS_MAX = 5_484 * US;
/** SERVICE, and the tail of each encoder: 17.3.5. */
const SERVICE_BITS = 16;
const TAIL_BITS = 6;
/** After every frame in 2.4 GHz: 18.3.2.4. */
const SIGNAL_EXTENSION_NS = 6 * US;

const LEGACY_HEADER_NS = 20 * US;

/** The widest channel of a standard. */
export function widestOf(standard: Standard): FormatWidth {
  if (standard === '11a') return 20;
  return widths.findLast((widthMhz) => phys[standard].subcarriers[widthMhz] !== undefined)!;
}

/** What the standard lacks of what is asked for, by the option that is wrong. */
export function formatFault(
  options: Pick<FormatOptions, 'standard' | 'mcs' | 'widthMhz' | 'band' | 'guardUs'>,
): { readonly option: keyof typeof options; readonly expected: string } | undefined {
  const { standard, mcs, widthMhz, band, guardUs } = options;
  if (band === '2.4' && (standard === '11a' || standard === '11ac')) {
    return { option: 'standard', expected: '11n or 11ax in 2.4 GHz' };
  }
  if (standard === '11a') {
    return widthMhz === 20 ? undefined : { option: 'widthMhz', expected: '20 MHz of 11a' };
  }
  const { mcsMax, subcarriers, guardsUs } = phys[standard];
  if (subcarriers[widthMhz] === undefined) {
    return {
      option: 'widthMhz',
      expected: `${Object.keys(subcarriers).join(', ')} MHz of ${standard}`,
    };
  }
  if (mcs > mcsMax) return { option: 'mcs', expected: `an MCS of ${standard}, 0 to ${mcsMax}` };
  // Table 21-30: bits do not fill its symbols with one stream or two.
  if (standard === '11ac' && widthMhz === 20 && mcs === 9) {
    return { option: 'mcs', expected: 'an MCS of 11ac in 20 MHz, 0 to 8' };
  }
  if (guardUs !== undefined && !guardsUs.includes(guardUs)) {
    return { option: 'guardUs', expected: `${guardsUs.join(', ')} µs of ${standard}` };
  }
  return undefined;
}

export function formatOf(options: FormatOptions): Format {
  const { standard, band, controlMbps } = options;
  const widthMhz = standard === '11a' ? 20 : options.widthMhz;
  const data = standard === '11a' ? legacyData() : aggregates(phys[standard], options);
  const extensionNs = band === '2.4' ? SIGNAL_EXTENSION_NS : 0;
  const extended = (frame: Frame) => ({ ...frame, durationNs: frame.durationNs + extensionNs });
  const control = (bytes: number) => extended(legacyFrame(bytes, controlMbps));
  return {
    frames: {
      data: extended(data.frame),
      ack: control(standard === '11a' ? ACK_BYTES : BLOCK_ACK_BYTES),
      rts: control(RTS_BYTES),
      cts: control(ACK_BYTES),
      bar: control(BLOCK_ACK_REQUEST_BYTES),
    },
    mpdus: data.lengthsNs.length - 1,
    dataNs: data.lengthsNs.map((lengthNs) => lengthNs + extensionNs),
    // A request for a block acknowledgement is repeated until it is answered. ns-3.37 raises its
    // count of retries before it compares it with the limit of 7, so that there are 7 attempts.
    attempts: standard === '11a' ? 7 : Number.POSITIVE_INFINITY,
    payloadBits: 8 * PAYLOAD_BYTES,
    widthMhz,
    noiseDbm: noiseDbm(widthMhz, NOISE_FIGURE_DB),
    generation: standards.indexOf(standard),
    hasColour: standard === '11ax',
  };
}

/** Of an acknowledgement at the lowest rate. */
export const slowestAckNs = legacyFrame(ACK_BYTES, 6).durationNs;
export const legacyHeaderNs = LEGACY_HEADER_NS;

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
  const symbols = Math.ceil((8 * bytes + SERVICE_BITS + TAIL_BITS) / (4 * mbps));
  return {
    durationNs: LEGACY_HEADER_NS + symbols * 4 * US,
    headerNs: LEGACY_HEADER_NS,
    signalEndNs: LEGACY_HEADER_NS,
    signalNs: 4 * US,
    rate: mbps * 1e6,
    mcs: mbps === 6 ? 0 : 3,
  };
}

/** As many MPDUs as an A-MPDU may hold, a block acknowledgement can name and a PPDU may last. */
function aggregates(phy: Phy, { mcs, widthMhz, streams = 1, guardUs }: FormatOptions): DataFrame {
  const subcarriers = phy.subcarriers[widthMhz]!;
  const bitsPerSymbol = Math.floor(subcarriers * bitsPerSubcarrier[mcs]! * streams);
  const symbolNs = Math.round((phy.symbolUs + (guardUs ?? phy.guardsUs[0]!)) * US);
  // As many training fields as streams, but 3 are sent as 4.
  const headerNs = (phy.headerUs + phy.trainingUs * streams) * US;
  const mbps = bitsPerSymbol / (phy.symbolUs + phy.guardsUs[0]!);
  const aroundBits = SERVICE_BITS + TAIL_BITS * Math.max(1, Math.ceil(mbps / phy.encoderMbps));
  const bare = dataBytes(QOS_BYTES);
  const delimited = bare + DELIMITER_BYTES;
  const padded = Math.ceil(delimited / 4) * 4;
  const bytesOf = (mpdus: number) =>
    mpdus === 1 && !phy.alwaysDelimits ? bare : (mpdus - 1) * padded + delimited;
  const lengthOf = (mpdus: number) =>
    headerNs + symbolNs * Math.ceil((8 * bytesOf(mpdus) + aroundBits) / bitsPerSymbol);
  const lengthsNs = [0, lengthOf(1)];
  for (let mpdus = 2; mpdus <= BLOCK_ACK_MPDUS; mpdus += 1) {
    if (bytesOf(mpdus) > phy.ampduBytesMax || lengthOf(mpdus) > PPDU_NS_MAX) break;
    lengthsNs.push(lengthOf(mpdus));
  }
  const frame = {
    durationNs: lengthsNs.at(-1)!,
    headerNs,
    signalEndNs: phy.signalEndUs * US,
    signalNs: phy.signalUs * US,
    rate: (bitsPerSymbol * 1e9) / symbolNs,
    mcs,
  };
  return { frame, lengthsNs };
}
