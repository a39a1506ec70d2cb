/**
 * Every command that a driver of a real radio can ever run: a closed table. None of them sends a
 * frame of our own, looks for others by asking (scans are passive), or logs in anywhere; access
 * points are run by hostapd, which is told here where and whether to send.
 *
 * @see iw(8) and its `iw help`; hostapd's hostapd_cli.c, which takes the same words as its control
 * interface (src/ap/ctrl_iface_ap.c, hostapd/ctrl_iface.c).
 */

/** Made by `command` alone, which checks it against the table. */
export interface Command {
  readonly tool: 'iw' | 'hostapd_cli';
  readonly args: readonly string[];
}

/** No name begins with a dash, or it would be taken for an option. */
const PHY = /^\w[\w.-]{0,31}$/;
const INTERFACE = /^\w[\w.-]{0,14}$/;
const FOLDER = /^\/[\w./-]+$/;
const INTEGER = /^-?\d{1,6}$/;
const FLAG = /^[01]$/;

type Slot = string | RegExp;

const dev = ['dev', INTERFACE] as const;
/** `-s`: answers come to a socket beside hostapd's own, since a service may have a temporary folder that hostapd cannot see. */
const cli = ['-p', FOLDER, '-s', FOLDER, '-i', INTERFACE] as const;

const iw = (...args: readonly Slot[]) => ({ tool: 'iw', args }) as const;
const hostapd = (...args: readonly Slot[]) =>
  ({ tool: 'hostapd_cli', args: [...cli, ...args] }) as const;

export const allowedCommands = {
  describePhy: iw('phy', PHY, 'info'),
  listChannels: iw('phy', PHY, 'channels'),
  describeInterface: iw(...dev, 'info'),
  survey: iw(...dev, 'survey', 'dump'),
  stations: iw(...dev, 'station', 'dump'),
  /** What was heard lately; nothing is done for it. */
  heard: iw(...dev, 'scan', 'dump'),
  /** Leaves the channel for about 0.1 s on each of the others and listens there. */
  listenAround: iw(...dev, 'scan', 'ap-force', 'passive'),
  /** In hundredths of a dBm at the connector. `limit`: the driver may stay below. */
  limitPower: iw(...dev, 'set', 'txpower', 'limit', INTEGER),

  status: hostapd('status'),
  enable: hostapd('enable'),
  disable: hostapd('disable'),
  updateBeacon: hostapd('update_beacon'),
  /** Runs `/bin/echo` for each event, which is out at once; other ways buffer what goes to a pipe. */
  events: hostapd('-a', '/bin/echo'),
  /** Beacons to announce it, the primary's frequency, then the block. */
  switchChannel: hostapd(
    'chan_switch',
    INTEGER,
    INTEGER,
    /^sec_channel_offset=(-1|0|1)$/,
    /^center_freq1=\d{4}$/,
    /^bandwidth=(20|40|80|160|320)$/,
    // One argument: hostapd_cli puts them together with spaces anyway.
    /^(ht|vht|he|eht)( (vht|he|eht))*$/,
  ),
  /** 1: it is set up, with the silence owed, and sends no beacon until told to. */
  setStartDisabled: hostapd('set', 'start_disabled', FLAG),
  setMode: hostapd('set', 'hw_mode', /^[ag]$/),
  setChannel: hostapd('set', 'channel', INTEGER),
  setClass: hostapd('set', 'op_class', INTEGER),
  setHtCapabilities: hostapd('set', 'ht_capab', /^\[HT(20|40\+|40-)\]$/),
  setVhtWidth: hostapd('set', 'vht_oper_chwidth', INTEGER),
  setVhtCentre: hostapd('set', 'vht_oper_centr_freq_seg0_idx', INTEGER),
  setHeWidth: hostapd('set', 'he_oper_chwidth', INTEGER),
  setHeCentre: hostapd('set', 'he_oper_centr_freq_seg0_idx', INTEGER),
  setEhtWidth: hostapd('set', 'eht_oper_chwidth', INTEGER),
  setEhtCentre: hostapd('set', 'eht_oper_centr_freq_seg0_idx', INTEGER),
} as const satisfies Record<string, { tool: Command['tool']; args: readonly Slot[] }>;

/** What begins the filling of each command to hostapd: its folder, twice, and the interface. */
export type HostapdAt = readonly [folder: string, answers: string, interfaceName: string];

/** How many words of such a command come before its own. */
export const HOSTAPD_WORDS = cli.length;

export type CommandName = keyof typeof allowedCommands;

/** The command of that name, its open places filled in order. Throws for what the table lacks. */
export function command(name: CommandName, ...filling: readonly (string | number)[]): Command {
  const { tool, args } = allowedCommands[name];
  const open = args.filter((slot: Slot) => typeof slot !== 'string').length;
  if (open !== filling.length) {
    throw new Error(`command '${name}': expected ${open} arguments, came ${filling.length}`);
  }
  let next = 0;
  const filled = args.map((slot: Slot) => {
    if (typeof slot === 'string') return slot;
    const text = String(filling[next]);
    next += 1;
    if (slot.test(text)) return text;
    throw new Error(`command '${name}': expected ${slot.source}, came '${text}'`);
  });
  return { tool, args: filled };
}

/** Asked again where commands are run, so that none comes in by another way. */
export function isAllowed({ tool, args }: Command): boolean {
  return Object.values(allowedCommands).some(
    (known) =>
      known.tool === tool &&
      known.args.length === args.length &&
      known.args.every((slot: Slot, at) =>
        typeof slot === 'string' ? slot === args[at] : slot.test(args[at] ?? ''),
      ),
  );
}

/** Whether commands can name that folder and interface; those of any driver then can be made. */
export function canBeNamed(controlFolder: string, interfaceName: string): boolean {
  return FOLDER.test(controlFolder) && INTERFACE.test(interfaceName);
}
