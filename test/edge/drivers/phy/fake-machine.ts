/**
 * A machine with one radio, hostapd and `iw`, as far as the drivers can see it. Strict: a command
 * that is not in the table, a file that is not there, an order that hostapd would not take, all fail
 * as they would. What it prints follows the sources named in the drivers' readers; no line of it was
 * recorded from a device. It keeps a log of what was ever sent and of every command.
 */
import type { Family } from '#edge/drivers/phy/chips.ts';
import { type Command, HOSTAPD_WORDS, isAllowed } from '#edge/drivers/phy/commands.ts';
import type { CommandResult, FileDone, Following, PhyIo, Relay } from '#edge/drivers/phy/io.ts';
import { type Channel, subchannels } from '#protocols/channels.ts';
import { US_PER_MS, US_PER_S } from '#protocols/clock.ts';
import type { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { FakeDebugfs } from './fake-debugfs.ts';
import {
  channelsText,
  interfaceText,
  isRadar,
  neighbours,
  phyInfo,
  stations,
  surveyText,
  sysfsText,
} from './printed.ts';

const RUN_US = 3 * US_PER_MS;
const FILE_US = 200;
/** Of 50 × 1,024 µs. */
const BEACON_US = 51_200;

export interface FakeOptions {
  readonly clock: VirtualClock;
  readonly family?: Family;
  /** sysfs numbers of the chip. */
  readonly vendor?: string;
  readonly device?: string;
  readonly driver?: string;
  /** How long the kernel listens on a radar channel. */
  readonly clearMs?: number;
  /** What files answer instead, by the end of their path. */
  readonly broken?: Readonly<Record<string, string>>;
}

const standards = 'ieee80211n=1\nieee80211ac=1\nieee80211ax=1\nieee80211be=0\n';

export class FakeMachine implements PhyIo {
  readonly #options: FakeOptions;
  readonly clock: VirtualClock;
  readonly debugfs: FakeDebugfs;
  readonly commands: Command[] = [];
  /** What began to be sent, and when. */
  readonly onAir: { readonly fromUs: number; readonly mhz: number; readonly cleared: boolean }[] =
    [];
  hostapd: 'running' | 'dead' = 'running';
  state: 'DISABLED' | 'DFS' | 'ENABLED' = 'DISABLED';
  isSending = false;
  limitDbm = 30;
  /** It keeps its power, whatever it is told. */
  isDeafToPower = false;
  readonly #config = new Map<string, string>([
    ['channel', '36'],
    ['hw_mode', 'a'],
    ['ht_capab', '[HT20]'],
    ['start_disabled', '0'],
  ]);
  readonly #available = new Set<number>();
  readonly #unavailable = new Set<number>();
  readonly #followers = new Set<Following>();
  #started = 0;
  #cacFromUs = 0;
  #movingTo: { mhz: number; centerMhz: number; widthMhz: number } | undefined;
  #block = { mhz: 5180, centerMhz: 5180, widthMhz: 20 };

  constructor(options: FakeOptions) {
    this.#options = options;
    this.clock = options.clock;
    const family = options.family ?? 'ath11k';
    this.debugfs = new FakeDebugfs(family, options.clock, () => this.state !== 'DISABLED');
  }

  run(command: Command, done: (result: CommandResult) => void): void {
    this.commands.push(command);
    const isScan = command.args.includes('passive');
    this.#later(isScan ? 120 * US_PER_MS : RUN_US, () => {
      if (!isAllowed(command)) throw new Error(`not in the table: ${command.args.join(' ')}`);
      done(
        command.tool === 'iw'
          ? this.#iw(command.args)
          : this.#hostapdCli(command.args.slice(HOSTAPD_WORDS)),
      );
    });
    if (isScan) this.#later(RUN_US, () => this.debugfs.scanBegins());
  }

  follow(command: Command, following: Following): () => void {
    this.commands.push(command);
    if (this.hostapd === 'dead') {
      this.#later(RUN_US, () => following.onEnd('Failed to connect to hostapd'));
      return () => {};
    }
    this.#followers.add(following);
    return () => this.#followers.delete(following);
  }

  readText(path: string, done: FileDone<string>): void {
    this.#later(FILE_US, () => {
      const read = this.#fileAt(path);
      if ('text' in read) done({ ok: true, value: read.text });
      else done({ ok: false, error: { code: read.code, path } });
    });
  }

  writeText(path: string, text: string, done: FileDone<void>): void {
    this.#later(FILE_US, () => {
      const name = this.#spectralFile(path);
      const code =
        this.#brokenBy(path) ?? (name === undefined ? 'ENOENT' : this.debugfs.write(name, text));
      if (code === undefined) done({ ok: true, value: undefined });
      else done({ ok: false, error: { code, path } });
    });
  }

  openRelay(path: string, done: FileDone<Relay>): void {
    this.#later(FILE_US, () => {
      const isThere = this.#spectralFile(path) === 'spectral_scan0';
      const code = this.#brokenBy(path) ?? (isThere ? undefined : 'ENOENT');
      if (code !== undefined) return done({ ok: false, error: { code, path } });
      let isOpen = true;
      return done({
        ok: true,
        value: {
          read: (target, given) =>
            this.#later(FILE_US, () => {
              if (isOpen) given({ ok: true, value: this.debugfs.readRelay(target) });
              else given({ ok: false, error: { code: 'EBADF', path } });
            }),
          close: () => {
            isOpen = false;
          },
        },
      });
    });
  }

  /** The chip hears a radar where it is tuned: the kernel closes the block, hostapd tells. */
  radar(): void {
    if (!this.#isOn) return;
    const { mhz, centerMhz, widthMhz } = this.#block;
    for (const part of this.#parts()) {
      this.#available.delete(part);
      this.#unavailable.add(part);
    }
    const width = { 20: 1, 40: 2, 80: 3, 160: 5 }[widthMhz];
    this.tell(
      `DFS-RADAR-DETECTED freq=${mhz} ht_enabled=1 chan_offset=0 chan_width=${width} cf1=${centerMhz} cf2=0`,
    );
  }

  tell(event: string): void {
    // As /bin/echo prints what hostapd_cli hands it: the interface, then the event.
    for (const { onLine } of this.#followers) this.#later(RUN_US, () => onLine(`wlan0 ${event}`));
  }

  /** hostapd was started by someone else, as it is configured. */
  start(): void {
    this.#enable();
  }

  /** Who follows the events is cut off; hostapd goes on. */
  cut(): void {
    const cutOff = [...this.#followers];
    this.#followers.clear();
    for (const { onEnd } of cutOff) this.#later(0, () => onEnd('connection lost'));
  }

  /** hostapd is gone; the kernel takes the interface down with it. */
  kill(): void {
    this.hostapd = 'dead';
    this.#stop();
    this.cut();
  }

  #later(us: number, task: () => void): void {
    this.clock.schedule(this.clock.monotonic() + us, task);
  }

  #fileAt(path: string): { text: string } | { code: string } {
    const broken = this.#brokenBy(path);
    if (broken !== undefined) return { code: broken };
    const text = sysfsText(path.replace('/sys/class/ieee80211/phy0/', ''), this.#options);
    if (text !== undefined) return { text };
    const name = this.#spectralFile(path);
    return name === undefined ? { code: 'ENOENT' } : this.debugfs.read(name);
  }

  #spectralFile(path: string): string | undefined {
    const folder = `/sys/kernel/debug/ieee80211/phy0/${this.#options.family ?? 'ath11k'}/`;
    return path.startsWith(folder) ? path.slice(folder.length) : undefined;
  }

  #brokenBy(path: string): string | undefined {
    return Object.entries(this.#options.broken ?? {}).find(([end]) => path.endsWith(end))?.[1];
  }

  #hostapdCli(words: readonly string[]): CommandResult {
    if (this.hostapd === 'dead') {
      const stderr = 'Failed to connect to hostapd - wpa_ctrl_open: No such file or directory\n';
      return { code: 255, stdout: '', stderr };
    }
    const [verb, ...rest] = words;
    if (verb === 'status') return said(this.#status());
    if (verb === 'set') {
      this.#config.set(rest[0] ?? '', rest[1] ?? '');
      return said('OK\n');
    }
    const taken = {
      enable: () => this.#enable(),
      disable: () => this.#disable(),
      update_beacon: () => this.#updateBeacon(),
      chan_switch: () => this.#switch(rest),
    }[verb ?? ''];
    return said(taken?.() ? 'OK\n' : 'FAIL\n');
  }

  #enable(): boolean {
    if (this.state !== 'DISABLED') return false;
    this.#block = this.#configured();
    const parts = this.#parts();
    if (parts.some((mhz) => this.#unavailable.has(mhz))) return false;
    this.#started += 1;
    if (parts.every((mhz) => !isRadar(mhz) || this.#available.has(mhz))) {
      this.#begin();
      return true;
    }
    this.state = 'DFS';
    this.#cacFromUs = this.clock.monotonic();
    const { mhz, centerMhz } = this.#block;
    this.tell(
      `DFS-CAC-START freq=${mhz} chan=${mhz} sec_chan=0, width=0, seg0=0, seg1=0, cac_time=${this.#clearMs / 1000}s`,
    );
    const start = this.#started;
    this.#later(this.#clearMs * US_PER_MS, () => {
      if (this.state !== 'DFS' || this.#started !== start) return;
      for (const part of parts) this.#available.add(part);
      this.tell(
        `DFS-CAC-COMPLETED success=1 freq=${mhz} ht_enabled=1 chan_offset=0 chan_width=1 cf1=${centerMhz} cf2=0`,
      );
      this.#begin();
    });
    return true;
  }

  #begin(): void {
    this.state = 'ENABLED';
    this.isSending = this.#config.get('start_disabled') === '0';
    if (this.isSending) this.#note();
  }

  #note(): void {
    const parts = this.#parts();
    const cleared = parts.every((mhz) => !isRadar(mhz) || this.#available.has(mhz));
    this.onAir.push({ fromUs: this.clock.monotonic(), mhz: this.#block.mhz, cleared });
  }

  #disable(): boolean {
    if (this.state === 'DISABLED') return false;
    this.#stop();
    return true;
  }

  #stop(): void {
    this.#started += 1;
    this.state = 'DISABLED';
    this.isSending = false;
    this.#movingTo = undefined;
    this.debugfs.end();
  }

  #updateBeacon(): boolean {
    if (this.state !== 'ENABLED') return false;
    // cfg80211_reg_can_beacon(): the kernel lets nobody begin on a block that radar closed.
    if (this.#parts().some((mhz) => this.#unavailable.has(mhz))) return false;
    if (!this.isSending) {
      this.isSending = true;
      this.#note();
    }
    return true;
  }

  #switch([count = '', freq = '', ...rest]: readonly string[]): boolean {
    if (!this.isSending || this.#movingTo !== undefined) return false;
    const value = (name: string) =>
      Number(rest.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1));
    const to = {
      mhz: Number(freq),
      centerMhz: value('center_freq1'),
      widthMhz: value('bandwidth'),
    };
    const start = this.#started;
    this.#movingTo = to;
    this.#later(Number(count) * BEACON_US, () => {
      if (this.#started !== start) return;
      this.#movingTo = undefined;
      this.#block = to;
      this.#note();
      this.tell(`AP-CSA-FINISHED freq=${to.mhz} dfs=${isRadar(to.mhz) ? 1 : 0}`);
    });
    return true;
  }

  /** The channel that the configuration makes. */
  #configured() {
    const number = Number(this.#config.get('channel'));
    const is24 = this.#config.get('hw_mode') === 'g';
    const mhz = (is24 ? 2407 : 5000) + 5 * number;
    const wide = { 1: 80, 2: 160 }[this.#config.get('he_oper_chwidth') ?? '0'];
    const centre = Number(this.#config.get('he_oper_centr_freq_seg0_idx') ?? '0');
    const pair = { '[HT40+]': 10, '[HT40-]': -10 }[this.#config.get('ht_capab') ?? ''];
    if (wide !== undefined) return { mhz, centerMhz: 5000 + 5 * centre, widthMhz: wide };
    return { mhz, centerMhz: mhz + (pair ?? 0), widthMhz: pair === undefined ? 20 : 40 };
  }

  #parts(): number[] {
    const { mhz, centerMhz, widthMhz } = this.#block;
    const band = mhz < 3000 ? '2.4' : '5';
    // It is one of the widths, by how it is made.
    return subchannels({ band, primaryMhz: mhz, centerMhz, widthMhz } as Channel).map(
      (part) => part.centerMhz,
    );
  }

  get #clearMs(): number {
    return this.#options.clearMs ?? 60_000;
  }

  #status(): string {
    const { mhz, centerMhz, widthMhz } =
      this.state === 'DISABLED' ? this.#configured() : this.#block;
    const sinceS = Math.floor((this.clock.monotonic() - this.#cacFromUs) / US_PER_S);
    const left = this.state === 'DFS' ? String(this.#clearMs / 1000 - sinceS) : 'N/A';
    const width = { 80: 1, 160: 2 }[widthMhz] ?? 0;
    const centre = width === 0 ? 0 : (centerMhz - 5000) / 5;
    const above = (mhz - (centerMhz - widthMhz / 2) - 10) / 20;
    const secondary = widthMhz === 20 ? 0 : above % 2 === 0 ? 1 : -1;
    return (
      `state=${this.state}\nphy=phy0\nfreq=${mhz}\nnum_sta_non_erp=0\nnum_sta_no_short_slot_time=0\n` +
      `num_sta_no_short_preamble=0\nolbc=0\nnum_sta_ht_no_gf=0\nnum_sta_no_ht=0\nnum_sta_ht_20_mhz=0\n` +
      `num_sta_ht40_intolerant=0\nolbc_ht=0\nht_op_mode=0x0\nhw_mode=a\ncountry_code=DE\ncountry3=0x4\n` +
      `cac_time_seconds=${this.#clearMs / 1000}\ncac_time_left_seconds=${left}\n` +
      `channel=${this.#config.get('channel')}\nedmg_enable=0\nedmg_channel=0\nsecondary_channel=${secondary}\n` +
      `${standards}beacon_int=50\ndtim_period=2\nhe_oper_chwidth=${width}\n` +
      `he_oper_centr_freq_seg0_idx=${centre}\nhe_oper_centr_freq_seg1_idx=0\n` +
      `vht_oper_chwidth=${width}\nvht_oper_centr_freq_seg0_idx=${centre}\nvht_oper_centr_freq_seg1_idx=0\n` +
      `vht_caps_info=338001b2\nmax_txpower=23\nbss[0]=wlan0\nbssid[0]=04:f0:21:00:00:01\nssid[0]=airguard\nnum_sta[0]=0\n`
    );
  }

  #iw(args: readonly string[]): CommandResult {
    const words = args.slice(2).join(' ');
    if (words === 'info') return said(args[0] === 'phy' ? phyInfo : this.#interface());
    if (words === 'channels') return said(this.#channels());
    if (words === 'survey dump') return said(this.#survey());
    if (words === 'station dump') return said(this.#isOn ? stations : '');
    if (words.startsWith('set txpower limit')) {
      const limitDbm = Number(args.at(-1)) / 100;
      if (!this.isDeafToPower) this.limitDbm = limitDbm;
      // mac80211 takes whole decibels alone.
      return Number.isInteger(limitDbm)
        ? said('')
        : { code: 161, stdout: '', stderr: 'command failed: Operation not supported (-95)\n' };
    }
    if (words === 'scan ap-force passive' && this.state === 'DISABLED') {
      return { code: 156, stdout: '', stderr: 'command failed: Network is down (-100)\n' };
    }
    return said(neighbours);
  }

  get #isOn(): boolean {
    return this.state === 'DFS' || this.isSending;
  }

  #interface(): string {
    const power = Math.min(this.limitDbm, this.#block.mhz < 3000 ? 20 : 23);
    return interfaceText(this.#isOn ? this.#block : undefined, power);
  }

  #channels(): string {
    const state = (mhz: number) => {
      if (this.#unavailable.has(mhz)) return 'unavailable';
      return this.#available.has(mhz) ? 'available' : 'usable';
    };
    return channelsText(state, this.#clearMs);
  }

  #survey(): string {
    return surveyText(this.#isOn ? this.#block.mhz : undefined, this.clock.monotonic());
  }
}

function said(stdout: string): CommandResult {
  return { code: 0, stdout, stderr: '' };
}
