/**
 * `capture:FILE?from=10m&loop&tune&shift=25`: a radio whose spectrum is a recorded file. Everything
 * else is done by the driver it wraps.
 *
 * - `from`   when the recording begins, counted from when it is opened; before, nothing is heard.
 * - `loop`   begins again at the end; otherwise the file is heard once.
 * - `tune`   only sweeps that overlap the channel in use.
 * - `shift`  moves every frequency by so many megahertz.
 */
import { readFileSync } from 'node:fs';
import { type Channel, overlapMhz, span } from '#protocols/channels.ts';
import type { Clock } from '#protocols/clock.ts';
import type { Done, Driver, SpectrumRequest, SpectrumStream } from '#protocols/driver.ts';
import { parseDurationMs } from '#protocols/duration.ts';
import { InputError } from '#protocols/errors.ts';
import { frequencyOffset, readSweeps, type Sweep, sweepSpan } from '../capture/tlv.ts';
import { overlaid } from './overlaid.ts';
import { Pace } from './pace.ts';

export interface CaptureOptions {
  readonly file: string;
  readonly fromMs: number;
  readonly loop: boolean;
  readonly tune: boolean;
  readonly shiftMhz: number;
}

const forms = 'capture:FILE, with ?from=10m, loop, tune and shift=25 as wanted';

/** Reads a `capture:` address, or says what is wrong with it. */
export function parseCaptureAddress(address: string): CaptureOptions {
  const [head = '', query = ''] = address.split('?', 2);
  const file = head.slice('capture:'.length);
  if (!head.startsWith('capture:') || file === '') {
    throw new InputError(`driver address '${address}': expected ${forms}`);
  }
  const options = { file, fromMs: 0, loop: false, tune: false, shiftMhz: 0 };
  for (const [key, value] of new URLSearchParams(query)) {
    if (key === 'loop' || key === 'tune') options[key] = true;
    else if (key === 'from') options.fromMs = startMs(value, address);
    else if (key === 'shift' && /^-?\d+$/.test(value)) options.shiftMhz = Number(value);
    else throw new InputError(`driver address '${address}': expected ${forms}; '${key}' came`);
  }
  return options;
}

/** A recording as it plays: it goes on while the node that listens is down. */
export class Recording {
  readonly #options: CaptureOptions;
  readonly #sweeps: readonly Sweep[];
  readonly clock: Clock;
  readonly #openedUs: number;
  #next = 0;

  constructor(address: string, clock: Clock) {
    this.#options = parseCaptureAddress(address);
    this.#sweeps = loadSweeps(this.#options);
    this.clock = clock;
    this.#openedUs = clock.monotonic();
  }

  /**
   * The bytes of the next sweeps, of those a radio on `channel` hears: out of the file once, or,
   * `again`, out of as many rounds of a looped one as it takes.
   */
  take(channel: Channel | null, wanted: number, again = false): Uint8Array {
    const { fromMs, loop, tune } = this.#options;
    if (this.clock.monotonic() - this.#openedUs < fromMs * 1_000) return new Uint8Array(0);
    const tuned = channel === null ? undefined : span(channel);
    const taken: Uint8Array[] = [];
    // A round in which nothing is heard ends it, or it would never end.
    let heardAt = 0;
    const most = () => this.#sweeps.length + (again ? heardAt : 0);
    for (let looked = 0; looked < most() && taken.length < wanted; looked += 1) {
      if (this.#next === this.#sweeps.length) {
        if (!loop) break;
        this.#next = 0;
      }
      const sweep = this.#sweeps[this.#next] as Sweep;
      this.#next += 1;
      if (tune && (tuned === undefined || overlapMhz(sweepSpan(sweep), tuned) === 0)) continue;
      taken.push(sweep.bytes);
      heardAt = looked;
    }
    return Buffer.concat(taken);
  }
}

/** Wraps `inner`, the driver of the same radio, and gives it the recording's sweeps. */
export function openCaptureDriver(address: string, inner: Driver, recording: Recording): Driver {
  return overlaid(inner, {
    address,
    capabilities: () => ({ ...inner.capabilities(), spectral: true }),
    openSpectrum({ sweeps: wanted }: SpectrumRequest, done: Done<SpectrumStream>) {
      inner.state((read) => {
        if (!read.ok) return done(read);
        const { channel } = read.value;
        done({
          ok: true,
          value:
            wanted === null ? lasting(inner, recording, channel) : once(recording, channel, wanted),
        });
      });
    },
  });
}

function once(recording: Recording, channel: Channel | null, wanted: number): SpectrumStream {
  let left = wanted;
  return {
    read() {
      const bytes = left > 0 ? recording.take(channel, left) : new Uint8Array(0);
      left = 0;
      return bytes;
    },
    close() {
      left = 0;
    },
  };
}

/** Follows the radio to whatever channel it is tuned to; each read asks anew for the next one. */
function lasting(inner: Driver, recording: Recording, tuned: Channel | null): SpectrumStream {
  let channel = tuned;
  let isOpen = true;
  const pace = new Pace(recording.clock);
  return {
    read() {
      if (!isOpen) return new Uint8Array(0);
      const bytes = recording.take(channel, pace.due(), true);
      inner.state((state) => {
        if (state.ok) channel = state.value.channel;
      });
      return bytes;
    },
    close() {
      isOpen = false;
    },
  };
}

function loadSweeps({ file, shiftMhz }: CaptureOptions): Sweep[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new InputError(
      `capture file '${file}': expected a readable file; ${code} came`,
      'usage',
      {
        cause,
      },
    );
  }
  const { sweeps, skippedBytes } = readSweeps(bytes);
  if (sweeps.length === 0) {
    throw new InputError(
      `capture file '${file}': expected spectral sweeps of types 1 to 4; none could be read in ${bytes.length} bytes`,
    );
  }
  if (skippedBytes > 0) {
    throw new InputError(
      `capture file '${file}': expected whole sweeps to its end; ${skippedBytes} of ${bytes.length} bytes are none, so it was cut short or altered: copy it again`,
    );
  }
  if (shiftMhz === 0) return sweeps;
  return sweeps.flatMap(({ bytes: original }) => readSweeps(shifted(original, shiftMhz)).sweeps);
}

function shifted(original: Uint8Array, byMhz: number): Uint8Array {
  const copy = new Uint8Array(original);
  const view = new DataView(copy.buffer);
  const at = frequencyOffset(view);
  view.setUint16(at, view.getUint16(at) + byMhz);
  return copy;
}

function startMs(text: string, address: string): number {
  const ms = parseDurationMs(text);
  if (ms !== undefined) return ms;
  throw new InputError(
    `driver address '${address}': expected from=10m or the like; '${text}' came`,
  );
}
