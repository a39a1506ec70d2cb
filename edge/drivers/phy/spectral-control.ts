/**
 * The control files of a spectral scan: bins and count first, then the mode, which configures, then
 * `trigger`, which starts and takes over what was changed. `disable` ends it.
 *
 * @see linux/drivers/net/wireless/ath/ath11k/spectral.c, ath10k/spectral.c,
 * ath9k/common-spectral.c: the write handlers of spectral_scan_ctl, _count and _bins
 */
import type { DriverError } from '#protocols/driver.ts';
import type { Family } from './chips.ts';
import type { FileError, PhyIo } from './io.ts';

export interface ScanRequest {
  /** As they are to be delivered. */
  readonly bins: number;
  /** Null: until it is disabled. */
  readonly sweeps: number | null;
}

interface Manner {
  /** What is written for so many delivered bins; undefined: the channel's width decides. */
  readonly fftFor: ((bins: number) => number) | undefined;
  readonly minBins: number;
  readonly countMax: number;
}

/** ath11k delivers the half of its transform that lies in the band; ath10k counts only that half. */
const manners: Readonly<Record<Family, Manner>> = {
  ath11k: { fftFor: (bins) => 2 * bins, minBins: 16, countMax: 4_095 },
  ath10k: { fftFor: (bins) => bins, minBins: 64, countMax: 255 },
  ath9k: { fftFor: undefined, minBins: 56, countMax: 255 },
};

type Failed = DriverError | undefined;
type Write = readonly [file: string, text: string];

export class SpectralControl {
  readonly #io: PhyIo;
  readonly #folder: string;
  readonly #phy: string;
  readonly #manner: Manner;
  readonly #maxBins: number;
  /** One order after another: a late `disable` must not fall into the next start. */
  readonly #waiting: (() => void)[] = [];
  #isBusy = false;

  constructor(options: {
    readonly io: PhyIo;
    readonly phy: string;
    readonly family: Family;
    readonly maxBins: number;
  }) {
    const { io, phy, family, maxBins } = options;
    this.#io = io;
    this.#phy = phy;
    this.#folder = spectralFolder(phy, family);
    this.#manner = manners[family];
    this.#maxBins = maxBins;
  }

  get relayPath(): string {
    return `${this.#folder}/spectral_scan0`;
  }

  /** Starts a scan. A count that the driver cannot take is scanned without end. */
  start({ bins, sweeps }: ScanRequest, done: (failed: Failed) => void): void {
    const { fftFor, minBins, countMax } = this.#manner;
    const isCounted = sweeps !== null && sweeps <= countMax;
    const taken = Math.max(minBins, Math.min(this.#maxBins, bins));
    this.#inTurn(
      [
        ...(fftFor === undefined ? [] : [['spectral_bins', String(fftFor(taken))] as const]),
        ...(isCounted ? [['spectral_count', String(sweeps)] as const] : []),
        ['spectral_scan_ctl', isCounted ? 'manual' : 'background'],
        ['spectral_scan_ctl', 'trigger'],
      ],
      done,
    );
  }

  stop(done: (failed: Failed) => void): void {
    this.#inTurn([['spectral_scan_ctl', 'disable']], done);
  }

  /** False when something ended the scan: the interface went down, another program came. */
  isOn(done: (on: boolean) => void): void {
    this.#io.readText(`${this.#folder}/spectral_scan_ctl`, (mode) =>
      done(mode.ok && /^(background|manual)/.test(mode.value)),
    );
  }

  #inTurn(writes: readonly Write[], done: (failed: Failed) => void): void {
    if (this.#isBusy) {
      this.#waiting.push(() => this.#inTurn(writes, done));
      return;
    }
    this.#isBusy = true;
    this.#writeAll(writes, (failed) => {
      this.#isBusy = false;
      done(failed);
      if (!this.#isBusy) this.#waiting.shift()?.();
    });
  }

  #writeAll([first, ...rest]: readonly Write[], done: (failed: Failed) => void): void {
    if (first === undefined) {
      done(undefined);
      return;
    }
    const [file, text] = first;
    this.#io.writeText(`${this.#folder}/${file}`, text, (written) => {
      if (written.ok) this.#writeAll(rest, done);
      else done(spectralError(this.#phy, written.error, text));
    });
  }
}

/** On the way to `spectral_scan_ctl` and its neighbours. */
export function spectralFolder(phy: string, family: Family): string {
  return `/sys/kernel/debug/ieee80211/${phy}/${family}`;
}

const meanings: Readonly<Record<string, string>> = {
  ENOENT:
    'expected the spectral files of debugfs, came none: mount debugfs, and run a kernel with CONFIG_ATH*_DEBUGFS, CONFIG_RELAY and CONFIG_ATH*_SPECTRAL',
  EACCES: 'expected to be let into debugfs: run as root',
  EPERM: 'expected to be let into debugfs, the kernel is locked down: boot without lockdown',
  ENODEV: 'expected an interface that is up, came none: a scan needs one',
};

const codes: Readonly<Record<string, DriverError['code']>> = {
  ENOENT: 'unsupported',
  ENODEV: 'gone',
};

/** What stands behind an error of a spectral file, and what mends it. */
export function spectralError(phy: string, { code, path }: FileError, text?: string): DriverError {
  const what = text === undefined ? path : `${path} ← '${text}'`;
  const meaning = meanings[code] ?? `expected the kernel to take it, came ${code}`;
  return {
    code: codes[code] ?? 'rejected',
    message: `${phy}: ${what}: ${meaning}`,
  };
}
