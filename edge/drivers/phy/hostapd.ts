/**
 * Words of hostapd's control interface: what it says of itself, what it tells, and how it is told
 * of a channel.
 *
 * @see hostap, src/ap/ctrl_iface_ap.c: hostapd_ctrl_iface_status(), hostapd_parse_csa_settings();
 * src/common/wpa_ctrl.h: DFS_EVENT_*; src/ap/dfs.c; src/drivers/driver.h: enum chan_width
 */
import {
  type Channel,
  centreNumber,
  channelNumber,
  isValidChannel,
  type WidthMhz,
} from '#protocols/channels.ts';
import { type Command, type CommandName, command, type HostapdAt } from './commands.ts';
import { bandOf } from './iw-interface.ts';

/** How wide hostapd's configuration lets it be; the newest one counts. */
export type Standard = 'ht' | 'vht' | 'he' | 'eht';

export interface HostapdStatus {
  /** `ENABLED`, `DISABLED`, `DFS` while it listens for radar first, and others on the way. */
  readonly state: string;
  /** As configured, whatever the radio does now; null where it makes no channel. */
  readonly channel: Channel | null;
  readonly standards: readonly Standard[];
}

/** Undefined for another text, `FAIL` for one. */
export function parseStatus(text: string): HostapdStatus | undefined {
  const values = new Map(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const];
    }),
  );
  const state = values.get('state');
  if (state === undefined) return undefined;
  const flags = { ht: 'n', vht: 'ac', he: 'ax', eht: 'be' } as const;
  const standards = (Object.keys(flags) as Standard[]).filter(
    (one) => values.get(`ieee80211${flags[one]}`) === '1',
  );
  const number = (name: string) => Number(values.get(name) ?? 0);
  return { state, standards, channel: configured(number, standards) };
}

/** Of hostapd's `*_oper_chwidth`; 0 is 20 or 40 MHz. */
const operWidths: Readonly<Record<number, WidthMhz>> = { 1: 80, 2: 160, 9: 320 };

function configured(
  number: (name: string) => number,
  standards: readonly Standard[],
): Channel | null {
  const primaryMhz = number('freq');
  const band = bandOf(primaryMhz);
  const newest = standards.at(-1);
  const wide = newest === undefined || newest === 'ht' ? undefined : newest;
  const widthMhz = operWidths[number(`${wide}_oper_chwidth`)];
  const startMhz = { '2.4': 2_407, '5': 5_000, '6': 5_950 }[band];
  const secondary = number('secondary_channel');
  const channel: Channel =
    widthMhz === undefined
      ? {
          band,
          primaryMhz,
          centerMhz: primaryMhz + 10 * secondary,
          widthMhz: secondary === 0 ? 20 : 40,
        }
      : {
          band,
          primaryMhz,
          centerMhz: startMhz + 5 * number(`${wide}_oper_centr_freq_seg0_idx`),
          widthMhz,
        };
  return isValidChannel(channel) ? channel : null;
}

/** A line of the events, after the interface's name. */
export interface HostapdEvent {
  readonly name: string;
  readonly values: ReadonlyMap<string, string>;
}

export function parseEvent(line: string): HostapdEvent | undefined {
  const words = line.trim().split(/\s+/);
  const name = words.find((word) => /^(DFS|AP|CTRL-EVENT)-[A-Z-]+$/.test(word));
  if (name === undefined) return undefined;
  const values = words.flatMap((word) => {
    const at = word.indexOf('=');
    return at < 0 ? [] : [[word.slice(0, at), word.slice(at + 1).replace(/,$/, '')] as const];
  });
  return { name, values: new Map(values) };
}

/** Of enum chan_width. What is not here, 80+80 MHz too, is told by its first part. */
const eventWidths: Readonly<Record<string, WidthMhz>> = {
  '0': 20,
  '1': 20,
  '2': 40,
  '3': 80,
  '4': 80,
  '5': 160,
  '10': 320,
};

/** Where radar was heard; undefined where the event does not say. */
export function radarBlock({
  values,
}: HostapdEvent): { centerMhz: number; widthMhz: WidthMhz } | undefined {
  const mhz = (name: string) => Number(values.get(name) ?? 0);
  const centerMhz = mhz('cf1') > 0 ? mhz('cf1') : mhz('freq');
  if (!(centerMhz > 0)) return undefined;
  return { centerMhz, widthMhz: eventWidths[values.get('chan_width') ?? '0'] ?? 20 };
}

/** Where the 20 MHz beside the primary lie: above 1, below −1, none 0. */
function secondaryOf({ primaryMhz, centerMhz, widthMhz }: Channel): -1 | 0 | 1 {
  if (widthMhz === 20) return 0;
  if (widthMhz === 40) return centerMhz > primaryMhz ? 1 : -1;
  // Pairs of 20 MHz count from the block's lower edge.
  const place = (primaryMhz - (centerMhz - widthMhz / 2) - 10) / 20;
  return place % 2 === 0 ? 1 : -1;
}

/** Operating classes of 6 GHz (802.11-2020 table E-4, 802.11be); hostapd finds the others itself. */
const sixClasses: Readonly<Record<WidthMhz, number>> = {
  20: 131,
  40: 132,
  80: 133,
  160: 134,
  320: 137,
};
const widthNumbers: Readonly<Record<WidthMhz, number>> = { 20: 0, 40: 0, 80: 1, 160: 2, 320: 9 };

/** What puts a channel into the configuration of a hostapd that is disabled. */
export function settings(
  at: HostapdAt,
  channel: Channel,
  standards: readonly Standard[],
): Command[] {
  const { band, widthMhz } = channel;
  const set = (name: CommandName, value: string | number) => command(name, ...at, value);
  const centre = widthMhz >= 80 ? centreNumber(channel) : 0;
  const ht = { '-1': '[HT40-]', '0': '[HT20]', '1': '[HT40+]' }[secondaryOf(channel)];
  const width = widthNumbers[widthMhz];
  const wide = {
    vht: [set('setVhtWidth', width), set('setVhtCentre', centre)],
    he: [set('setHeWidth', width), set('setHeCentre', centre)],
    eht: [set('setEhtWidth', width), set('setEhtCentre', centre)],
    ht: [],
  };
  return [
    set('setMode', band === '2.4' ? 'g' : 'a'),
    // A hostapd without 802.11ax need not know the word.
    ...(standards.includes('he') ? [set('setClass', band === '6' ? sixClasses[widthMhz] : 0)] : []),
    set('setChannel', channelNumber(channel)),
    set('setHtCapabilities', ht),
    ...standards.flatMap((standard) => wide[standard]),
  ];
}

/** How many beacons announce a move, so that clients come along. */
const ANNOUNCED = 5;

/** Moves a hostapd that sends, with its clients. */
export function switching(
  at: HostapdAt,
  channel: Channel,
  standards: readonly Standard[],
): Command {
  return command(
    'switchChannel',
    ...at,
    ANNOUNCED,
    channel.primaryMhz,
    `sec_channel_offset=${secondaryOf(channel)}`,
    `center_freq1=${channel.centerMhz}`,
    `bandwidth=${channel.widthMhz}`,
    standards.length === 0 ? 'ht' : standards.join(' '),
  );
}

/** The widest that its configuration can be set to. */
export function widestOf(standards: readonly Standard[]): WidthMhz {
  if (standards.includes('eht')) return 320;
  if (standards.includes('vht') || standards.includes('he')) return 160;
  return standards.includes('ht') ? 40 : 20;
}
