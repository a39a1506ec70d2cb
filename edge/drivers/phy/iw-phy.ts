/**
 * Reads `iw phy PHY info`, for what the hardware can, and `iw phy PHY channels`, for what the kernel
 * lets it do on each channel now.
 *
 * @see iw, info.c: print_phy_handler(); util.c: print_ht_capability(), print_vht_info(),
 * print_he_capability(); phy.c: print_channels_handler()
 */
import { type Band, type Channel, subchannels, type WidthMhz } from '#protocols/channels.ts';
import { bandOf } from './iw-interface.ts';
import { field, MHZ, numberIn, pieces } from './iw-words.ts';

export interface PhyInfo {
  readonly bands: readonly Band[];
  readonly maxWidthMhz: WidthMhz;
  /** The driver has monitor interfaces. */
  readonly monitor: boolean;
}

/** What the kernel says of one 20 MHz channel. */
export interface ChannelFacts {
  readonly isDisabled: boolean;
  /** Only for those who hear another there first. */
  readonly noIr: boolean;
  readonly maxConductedDbm: number;
  readonly radar: boolean;
  /** `usable` until it was listened to, `unavailable` after radar. */
  readonly dfsState: 'usable' | 'available' | 'unavailable' | undefined;
  /** How long the kernel listens there before it lets the radio send. */
  readonly clearMs: number | undefined;
}

const frequency = new RegExp(String.raw`^[ \t]*\* ${MHZ} MHz \[\d+\]`, 'gm');

/** Undefined for another text. */
export function parsePhy(text: string): PhyInfo | undefined {
  const bands = new Set(
    [...text.matchAll(frequency)]
      .filter((found) => !text.slice(found.index).split('\n', 1)[0]?.includes('(disabled)'))
      .map(([, mhz]) => bandOf(Number(mhz))),
  );
  if (bands.size === 0) return undefined;
  return { bands: [...bands], maxWidthMhz: widest(text), monitor: hasMonitor(text) };
}

/** Modes stand below their title, one a line, indented further than it. */
function hasMonitor(text: string): boolean {
  const modes = /^([ \t]*)Supported interface modes:[ \t]*\n((?:\1[ \t]+\* .*\n?)+)/m.exec(
    text,
  )?.[2];
  return modes !== undefined && /^[ \t]*\* monitor[ \t]*$/m.test(modes);
}

/** The first that the text shows is the widest. */
const widths: readonly (readonly [RegExp, WidthMhz])[] = [
  [/320MHz in 6GHz Supported/, 320],
  [/Supported Channel Width: 160 MHz|HE160\/5GHz|HE40\/HE80\/HE160/, 160],
  [/VHT Capabilities|HE40\/HE80\/5GHz/, 80],
  [/HT20\/HT40/, 40],
];

function widest(text: string): WidthMhz {
  return widths.find(([shown]) => shown.test(text))?.[1] ?? 20;
}

export function parseChannels(text: string): ReadonlyMap<number, ChannelFacts> {
  return new Map(
    pieces(text, frequency).map(({ head, body }) => [Number(head[1]), factsOf(body)] as const),
  );
}

function factsOf(body: string): ChannelFacts {
  return {
    isDisabled: /^ *\(disabled\)/.test(body),
    noIr: /^[ \t]*(No IR|Passive scan)[ \t]*$/m.test(body),
    maxConductedDbm: numberIn(body, 'Maximum TX power') ?? Number.NEGATIVE_INFINITY,
    radar: /^[ \t]*Radar detection[ \t]*$/m.test(body),
    dfsState: /^(usable|available|unavailable)/.exec(field(body, 'DFS state') ?? '')?.[1] as
      | ChannelFacts['dfsState']
      | undefined,
    clearMs: numberIn(body, 'DFS CAC time'),
  };
}

/** The facts of a channel's 20 MHz parts taken together; undefined where one is not known. */
export function factsOfBlock(
  channel: Channel,
  known: ReadonlyMap<number, ChannelFacts>,
): ChannelFacts | undefined {
  const parts = subchannels(channel).map(({ centerMhz }) => known.get(centerMhz));
  if (parts.includes(undefined)) return undefined;
  const facts = parts.filter((part) => part !== undefined);
  const worst = (['unavailable', 'usable', 'available'] as const).find((state) =>
    facts.some(({ dfsState }) => dfsState === state),
  );
  const clear = facts.flatMap(({ clearMs }) => clearMs ?? []);
  return {
    isDisabled: facts.some(({ isDisabled }) => isDisabled),
    noIr: facts.some(({ noIr }) => noIr),
    maxConductedDbm: Math.min(...facts.map(({ maxConductedDbm }) => maxConductedDbm)),
    radar: facts.some(({ radar }) => radar),
    dfsState: worst,
    clearMs: clear.length === 0 ? undefined : Math.max(...clear),
  };
}
