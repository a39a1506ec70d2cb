/** Where `spectrum watch` listens: a recording at its own pace, a painted air, or a radio. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { createRandom } from '#agents/random/philox.ts';
import { CaptureFile } from '#edge/capture/capture-file.ts';
import type { SweepCursor } from '#edge/capture/sweep-cursor.ts';
import type { DriverSite } from '#edge/drivers/entry.ts';
import { openDriver } from '#edge/drivers/open.ts';
import { NodeIo } from '#edge/drivers/phy/node-io.ts';
import { type PhyRadioConfig, phySite } from '#edge/drivers/phy/phy-config.ts';
import { describeChannel } from '#protocols/channels.ts';
import type { Clock } from '#protocols/clock.ts';
import type { Done, Driver, SpectrumStream } from '#protocols/driver.ts';
import { InputError } from '#protocols/errors.ts';
import { spectrum as airSpectrum, paintedOn } from '../air/spectrum.ts';
import { parseArguments } from '../arguments.ts';

export interface WatchSource {
  readonly title: string;
  /** Painted, not heard: every figure of it has to say so. */
  readonly isGenerated: boolean;
  /** The bytes that came since the last read; undefined once there will be no more. */
  read(): Uint8Array | undefined;
  close(): void;
}

export interface SourceWish {
  readonly clock: Clock;
  /** How fast a recording is played; 1 is as it was heard. */
  readonly speed: number;
  readonly loop: boolean;
  /** Of a radio: the bins of a sweep, and the interface that hostapd runs on it. */
  readonly bins: number;
  readonly interfaceName: string;
}

const forms =
  'a file, capture:FILE, sim:EMITTER,… or a radio such as ath11k:phy0 that has a spectral scan';

export async function openSource(address: string, wish: SourceWish): Promise<WatchSource> {
  const [, scheme = '', rest = ''] = /^([a-z0-9]+):(.*)$/.exec(address) ?? [];
  if (scheme === 'sim') return openPainted(rest, wish.clock);
  if (scheme === 'capture') return new Replay(rest, wish);
  if (scheme === '' || existsSync(address)) return new Replay(address, wish);
  return openRadio(address, wish);
}

/** Longer gaps are stops of the scan; nobody wants to watch them. */
const GAP_US_MOST = 500_000;
/** Between sweeps whose times tell nothing: the chip's clock stepped back. */
const GAP_US_UNTOLD = 1_000;
/** Sweeps given out at one read; a machine that is slower than the recording falls behind. */
const READ_SWEEPS = 20_000;

/** A recording, played by the chip's times. */
class Replay implements WatchSource {
  readonly title: string;
  readonly isGenerated = false;
  readonly #file: string;
  readonly #wish: SourceWish;
  readonly #beganUs: number;
  #capture: CaptureFile;
  #dueUs = 0;
  #lastUs = Number.NaN;
  #hasNext: boolean;

  constructor(file: string, wish: SourceWish) {
    this.title = basename(file);
    this.#file = file;
    this.#wish = wish;
    this.#beganUs = wish.clock.monotonic();
    this.#capture = new CaptureFile(file);
    this.#hasNext = this.#capture.next();
    if (this.#hasNext) return;
    const { bytes } = this.#capture;
    this.close();
    throw new InputError(
      `capture file '${file}': expected spectral sweeps of types 1 to 4; none could be read in ${bytes} bytes`,
    );
  }

  read(): Uint8Array | undefined {
    const { clock, speed } = this.#wish;
    const nowUs = (clock.monotonic() - this.#beganUs) * speed;
    const taken: Uint8Array[] = [];
    while (taken.length < READ_SWEEPS) {
      if (!this.#hasNext && !this.#rewind()) break;
      if (this.#dueUs > nowUs) break;
      taken.push(Uint8Array.from(this.#capture.cursor.bytes()));
      this.#advance();
    }
    return taken.length === 0 && !this.#hasNext ? undefined : Buffer.concat(taken);
  }

  close(): void {
    this.#capture.close();
  }

  #advance(): void {
    const { cursor } = this.#capture;
    this.#lastUs = cursor.fields.tsfUs;
    this.#hasNext = this.#capture.next();
    if (this.#hasNext) this.#dueUs += gapUs(cursor, this.#lastUs);
  }

  #rewind(): boolean {
    if (!this.#wish.loop) return false;
    this.#capture.close();
    this.#capture = new CaptureFile(this.#file);
    this.#hasNext = this.#capture.next();
    this.#dueUs += GAP_US_UNTOLD;
    return this.#hasNext;
  }
}

function gapUs({ fields: { type, tsfUs } }: SweepCursor, lastUs: number): number {
  const gap = type === 4 ? (tsfUs - lastUs + 2 ** 32) % 2 ** 32 : tsfUs - lastUs;
  if (!(gap > 0) || gap > 2 ** 31) return GAP_US_UNTOLD;
  return Math.min(gap, GAP_US_MOST);
}

/** `sim:microwave,zigbee?width=40&bins=256`: the options of `air spectrum`. */
function openPainted(rest: string, clock: Clock): WatchSource {
  const [emitters = '', query = ''] = rest.split('?', 2);
  const options = [...new URLSearchParams(query)].flatMap(([key, value]) => [`--${key}`, value]);
  const wished = emitters === '' ? [] : ['--emitter', emitters];
  const args = parseArguments(airSpectrum, ['sim:'], [...wished, ...options]);
  const air = paintedOn(args);
  const beganUs = clock.monotonic();
  return {
    title: `${args.text('emitter')} on ${describeChannel(air.channel)}`,
    isGenerated: true,
    read: () => air.until(clock.monotonic() - beganUs),
    close: () => {},
  };
}

async function openRadio(address: string, { clock, bins, interfaceName }: SourceWish) {
  let driver: Driver;
  try {
    driver = openDriver(address, siteOf(address, clock, interfaceName));
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(`${message}; expected ${forms}`, 'usage', { cause });
  }
  return heardBy(driver, bins);
}

/** A real radio's place, as far as one that only listens along has to know it. */
function siteOf(address: string, clock: Clock, interfaceName: string): DriverSite {
  const config: PhyRadioConfig = {
    address,
    interface: interfaceName,
    hostapdFolder: '/var/run/hostapd',
    country: 'ZZ',
    // Unknown: with it the radio could not be made to send.
    antennaGainDbi: null,
    cableLossDb: 0,
    bands: ['2.4', '5', '6'],
    maxWidthMhz: 160,
    minEirpDbm: 0,
    maxEirpDbm: 0,
    listenAround: false,
    fleet: {},
  };
  const random = createRandom('watch').fork(address);
  // Nothing here tunes it.
  const silenceOwedMs = () => Number.POSITIVE_INFINITY;
  return phySite(config, { io: new NodeIo(), clock, random, silenceOwedMs });
}

/** Opens a driver and its spectral scan, and reads it until it is closed. */
export async function heardBy(driver: Driver, bins: number): Promise<WatchSource> {
  const { address } = driver;
  await told((done) => driver.open(() => {}, done));
  try {
    const request = { bins, sweeps: null };
    const stream = await told<SpectrumStream>((done) => driver.openSpectrum(request, done));
    return {
      title: address,
      isGenerated: address.startsWith('sim:'),
      read: () => stream.read(),
      close() {
        stream.close();
        driver.close();
      },
    };
  } catch (error) {
    driver.close();
    throw error;
  }
}

function told<Value>(ask: (done: Done<Value>) => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    ask((outcome) => {
      if (outcome.ok) resolve(outcome.value);
      else reject(new InputError(outcome.error.message, 'refused'));
    });
  });
}
