/**
 * Reads `iw dev IF scan` and `scan dump`.
 *
 * @see iw, scan.c: print_bss_handler(), print_ht_op(), print_vht_oper(), print_bss_load()
 */
import type { NeighbourReport } from '#protocols/air.ts';
import { type Channel, isValidChannel, type WidthMhz } from '#protocols/channels.ts';
import { bandOf } from './iw-interface.ts';
import { field, numberIn, pieces } from './iw-words.ts';

const head = /^BSS ([0-9a-f]{2}(?::[0-9a-f]{2}){5})/gm;

/** Access points that were heard. `knownAs` names those that are our own. */
export function parseScan(
  text: string,
  knownAs: (bssid: string) => string | undefined,
): NeighbourReport[] {
  return pieces(text, head).flatMap(({ head: [, bssid = ''], body }) => {
    const mhz = numberIn(body, 'freq');
    const rssiDbm = numberIn(body, 'signal');
    if (mhz === undefined || rssiDbm === undefined) return [];
    const own = knownAs(bssid);
    const load = /\* channel utilisation: (\d+)\/255/.exec(body)?.[1];
    return {
      id: own ?? bssid,
      channel: channelOf(mhz, body),
      rssiDbm,
      load: load === undefined ? null : Number(load) / 255,
      managed: own !== undefined,
    };
  });
}

/** What its elements say; the primary 20 MHz where they do not fit together. */
function channelOf(primaryMhz: number, body: string): Channel {
  const band = bandOf(primaryMhz);
  const narrow: Channel = { band, primaryMhz, centerMhz: primaryMhz, widthMhz: 20 };
  const wide = { ...narrow, ...(band === '5' ? vhtBlock(body) : undefined) };
  if (wide.widthMhz > 20 && isValidChannel(wide)) return wide;
  const offset = { above: 10, below: -10 }[offsetIn(body)];
  const pair: Channel = { ...narrow, centerMhz: primaryMhz + (offset ?? 0), widthMhz: 40 };
  return offset !== undefined && isValidChannel(pair) ? pair : narrow;
}

function offsetIn(body: string): string {
  return field(body, String.raw`\* secondary channel offset`) ?? '';
}

/**
 * Width 1 is 80 MHz, and 160 where the second centre lies 8 numbers, 40 MHz, beside the first; 2 is
 * the older way to say 160 (802.11-2020, 9.4.2.158).
 */
function vhtBlock(body: string): { centerMhz: number; widthMhz: WidthMhz } | undefined {
  const width = numberIn(body, String.raw`\* channel width`);
  const first = numberIn(body, String.raw`\* center freq segment 1`);
  const second = numberIn(body, String.raw`\* center freq segment 2`) ?? 0;
  if (width === undefined || width === 0 || first === undefined) return undefined;
  const centerMhz = (number: number) => 5_000 + 5 * number;
  if (width === 2) return { centerMhz: centerMhz(first), widthMhz: 160 };
  return Math.abs(second - first) === 8
    ? { centerMhz: centerMhz(second), widthMhz: 160 }
    : { centerMhz: centerMhz(first), widthMhz: 80 };
}
