/**
 * Reads `iw dev IF info`.
 *
 * @see iw, interface.c: print_iface_handler() and print_channel()
 */
import type { Band, Channel, WidthMhz } from '#protocols/channels.ts';
import { isValidChannel } from '#protocols/channels.ts';
import { field, MHZ, numberIn } from './iw-words.ts';

export interface InterfaceInfo {
  /** Which radio of the machine it belongs to. */
  readonly wiphy: number;
  /** `AP` and others. */
  readonly kind: string;
  /** Null while it neither sends nor listens: the kernel then has no channel for it. */
  readonly channel: Channel | null;
  /** At the connector; undefined where it is not said, as while the interface is down. */
  readonly conductedDbm: number | undefined;
}

/** Undefined for another text. */
export function parseInterface(text: string): InterfaceInfo | undefined {
  const wiphy = numberIn(text.replace(/^[ \t]*wiphy /m, '\twiphy: '), 'wiphy');
  const kind = field(text.replace(/^[ \t]*type /m, '\ttype: '), 'type');
  if (wiphy === undefined || kind === undefined) return undefined;
  const power = /^[ \t]*txpower (-?\d+(?:\.\d+)?) dBm/m.exec(text)?.[1];
  return {
    wiphy,
    kind,
    channel: channelIn(text),
    conductedDbm: power === undefined ? undefined : Number(power),
  };
}

const line = new RegExp(
  String.raw`^[ \t]*channel \d+ \(${MHZ} MHz\)(?:, width: (\d+) MHz(?: \(no HT\))?, center1: ${MHZ} MHz)?`,
  'm',
);

function channelIn(text: string): Channel | null {
  const found = line.exec(text);
  if (found === null) return null;
  const primaryMhz = Number(found[1]);
  const channel: Channel = {
    band: bandOf(primaryMhz),
    primaryMhz,
    centerMhz: Number(found[3] ?? primaryMhz),
    // The check below turns down what is none.
    widthMhz: Number(found[2] ?? 20) as WidthMhz,
  };
  return isValidChannel(channel) ? channel : null;
}

/** 802.11-2020 annex E and 802.11ax: the bands lie apart from each other. */
export function bandOf(mhz: number): Band {
  if (mhz < 3_000) return '2.4';
  return mhz < 5_925 ? '5' : '6';
}
