/**
 * A folder that behaves as the debugfs files of the three ath drivers do: control files validate as
 * the kernel does and are read without a newline, reading the relay consumes, a full relay drops
 * what comes, and a scan for access points empties it. Written after the kernel's sources, not
 * recorded from a device. Sweeps come every 233 µs while a scan runs and an interface is up.
 *
 * @see linux/drivers/net/wireless/ath/ath11k/spectral.c, ath10k/spectral.c, ath9k/common-spectral.c
 */
import type { Family } from '#edge/drivers/phy/chips.ts';
import type { Clock } from '#protocols/clock.ts';

export const SWEEP_US = 233;

interface Rules {
  readonly fftMin: number;
  readonly fftMax: number;
  readonly countMax: number;
  /** How many letters of `background` are compared. */
  readonly backgroundLetters: number;
  readonly triggerWhileDisabled: 'EINVAL' | 'taken';
  readonly relayBytes: number;
}

const rules: Readonly<Record<Family, Rules>> = {
  ath11k: {
    fftMin: 32,
    fftMax: 1024,
    countMax: 4095,
    backgroundLetters: 10,
    triggerWhileDisabled: 'EINVAL',
    relayBytes: 2870 * 534,
  },
  ath10k: {
    fftMin: 64,
    fftMax: 256,
    countMax: 255,
    backgroundLetters: 9,
    triggerWhileDisabled: 'EINVAL',
    relayBytes: 256 * 1024,
  },
  ath9k: {
    fftMin: 0,
    fftMax: 0,
    countMax: 255,
    backgroundLetters: 10,
    triggerWhileDisabled: 'taken',
    relayBytes: 256 * 1024,
  },
};

export class FakeDebugfs {
  readonly #family: Family;
  readonly #clock: Clock;
  readonly #isUp: () => boolean;
  #mode: 'disable' | 'background' | 'manual' | 'chanscan' = 'disable';
  #fft = 128;
  #count = 0;
  /** Of the scan that was triggered: its transform, and how many sweeps are still to come. */
  #scan: { readonly fft: number; left: number; fromUs: number } | undefined;
  #relay = Buffer.alloc(0);
  /** Every write that was taken, in order, `file←text`. */
  readonly writes: string[] = [];
  made = 0;
  dropped = 0;
  /** Of ath9k: a number, or `off`. */
  noiseOverride = 'off\n';

  constructor(family: Family, clock: Clock, isUp: () => boolean) {
    this.#family = family;
    this.#clock = clock;
    this.#isUp = isUp;
  }

  /** The text, or the error number's name. */
  read(file: string): { text: string } | { code: string } {
    if (file === 'spectral_scan_ctl') return { text: this.#mode };
    if (file === 'spectral_count') return { text: `${this.#count}\n` };
    if (file === 'spectral_bins' && this.#family !== 'ath9k') return { text: `${this.#fft}\n` };
    if (file === 'spectral_fft_period' && this.#family === 'ath9k') return { text: '15\n' };
    if (file === 'nf_override' && this.#family === 'ath9k') return { text: this.noiseOverride };
    return { code: file === 'spectral_scan0' ? 'EINVAL' : 'ENOENT' };
  }

  /** Undefined when it was taken. */
  write(file: string, text: string): string | undefined {
    const code = this.#write(file, text);
    if (code === undefined) this.writes.push(`${file}←${text}`);
    return code;
  }

  #write(file: string, text: string): string | undefined {
    const { fftMin, fftMax, countMax } = rules[this.#family];
    const value = /^\d+\n?$/.test(text) ? Number(text) : Number.NaN;
    if (file === 'spectral_count') {
      if (!(value <= countMax)) return 'EINVAL';
      this.#count = value;
      return undefined;
    }
    if (file === 'spectral_bins' && this.#family !== 'ath9k') {
      if (!(value >= fftMin && value <= fftMax) || (value & (value - 1)) !== 0) return 'EINVAL';
      this.#fft = value;
      return undefined;
    }
    if (file !== 'spectral_scan_ctl') return 'ENOENT';
    return this.#control(text);
  }

  #control(text: string): string | undefined {
    const { backgroundLetters, triggerWhileDisabled } = rules[this.#family];
    if (text.startsWith('trigger')) {
      if (this.#mode === 'disable') {
        return triggerWhileDisabled === 'EINVAL' ? 'EINVAL' : undefined;
      }
      return this.#trigger();
    }
    const mode = text.startsWith('background'.slice(0, backgroundLetters))
      ? 'background'
      : (['manual', 'disable'] as const).find((word) => text.startsWith(word));
    const chanscan = this.#family === 'ath9k' && text.startsWith('chanscan');
    if (mode === undefined && !chanscan) return 'EINVAL';
    if (this.#family !== 'ath9k' && !this.#isUp()) return 'ENODEV';
    this.#collect();
    this.#mode = mode ?? 'chanscan';
    // A mode only configures: what ran before has ended.
    this.#scan = undefined;
    return undefined;
  }

  #trigger(): string | undefined {
    if (!this.#isUp()) return this.#family === 'ath9k' ? undefined : 'ENODEV';
    this.#collect();
    const left = this.#mode === 'background' ? Number.POSITIVE_INFINITY : Math.max(1, this.#count);
    this.#scan = { fft: this.#fft, left, fromUs: this.#clock.monotonic() };
    return undefined;
  }

  /** As when the last interface goes down, or another program writes. */
  end(): void {
    this.#collect();
    this.#scan = undefined;
    this.#mode = 'disable';
  }

  /** A scan for access points begins: ath11k empties the relay. */
  scanBegins(): void {
    this.#collect();
    if (this.#family === 'ath11k' && this.#mode === 'background') {
      this.dropped += this.#relay.length;
      this.#relay = Buffer.alloc(0);
    }
  }

  /** How many bytes wait to be read. */
  get waiting(): number {
    this.#collect();
    return this.#relay.length;
  }

  /** Reading consumes; 0 at the end. A read may end in the middle of a sweep. */
  readRelay(target: Uint8Array): number {
    this.#collect();
    const taken = this.#relay.subarray(0, target.length);
    target.set(taken);
    this.#relay = this.#relay.subarray(taken.length);
    return taken.length;
  }

  #collect(): void {
    const scan = this.#scan;
    if (scan === undefined) return;
    const nowUs = this.#clock.monotonic();
    const due = Math.min(scan.left, Math.floor((nowUs - scan.fromUs) / SWEEP_US));
    scan.left -= due;
    scan.fromUs += due * SWEEP_US;
    const made: Buffer[] = [];
    let length = this.#relay.length;
    for (let number = 0; number < due; number += 1) {
      const sweep = sweepOf(this.#family, scan.fft, this.made);
      this.made += 1;
      if (length + sweep.length > rules[this.#family].relayBytes) {
        this.dropped += sweep.length;
        continue;
      }
      made.push(sweep);
      length += sweep.length;
    }
    if (made.length > 0) this.#relay = Buffer.concat([this.#relay, ...made]);
  }
}

/** One sweep at 5,180 MHz with its number in the time stamp, as the family lays it out. */
function sweepOf(family: Family, fft: number, number: number): Buffer {
  if (family === 'ath9k') {
    const sweep = Buffer.alloc(76, 7);
    sweep.writeUInt8(1, 0);
    sweep.writeUInt16BE(73, 1);
    sweep.writeUInt8(0, 3);
    sweep.writeUInt16BE(5180, 4);
    sweep.writeInt8(20, 6);
    sweep.writeInt8(-95, 7);
    sweep.writeBigUInt64BE(BigInt(number), 12);
    return sweep;
  }
  if (family === 'ath10k') {
    const sweep = Buffer.alloc(29 + fft, 7);
    sweep.writeUInt8(3, 0);
    sweep.writeUInt16BE(26 + fft, 1);
    sweep.writeUInt8(22, 3);
    sweep.writeUInt16BE(5180, 4);
    sweep.writeUInt16BE(0, 6);
    sweep.writeInt16BE(-95, 8);
    sweep.writeBigUInt64BE(BigInt(number), 16);
    sweep.writeUInt8(0, 28);
    return sweep;
  }
  const bins = fft / 2;
  const sweep = Buffer.alloc(22 + bins, 7);
  sweep.writeUInt8(4, 0);
  sweep.writeUInt16BE(19 + bins, 1);
  sweep.writeUInt8(20, 3);
  sweep.writeUInt16BE(5180, 6);
  sweep.writeUInt16BE(0, 8);
  sweep.writeUInt16BE(27, 12);
  sweep.writeUInt32BE(number, 14);
  sweep.writeInt32BE(-95, 18);
  return sweep;
}
