/** Records a capture file as if a radio had just heard it. */
import { readFileSync } from 'node:fs';
import { readSweeps } from '#edge/capture/tlv.ts';
import { type CodecName, codecNames } from '#edge/recorder/codec.ts';
import { openRecorder } from '#edge/recorder/recorder.ts';
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import { InputError } from '#protocols/errors.ts';
import { isToken } from '#protocols/ids.ts';
import type { Command } from '../command.ts';
import { RealClock } from '../live/real-clock.ts';

/** A sweep each 233 µs, the median of the longest ath10k capture of FFT_eval. */
const SWEEP_US = 233;
/** A driver is polled ten times a second. */
const POLL_SWEEPS = 430;
const MIB = 1024 * 1024;

export const importCommand: Command = {
  name: 'import',
  summary: 'Records a capture file, as if a radio had heard it from now on.',
  usage: 'FILE --folder DIR [--radio NAME] [--times N]',
  examples: [
    'airguard recorder import test/fixtures/fft-eval/ath10k_20mhz.dump --folder .airguard/recorder --times 100',
  ],
  options: {
    folder: { about: 'The folder of the recording', value: 'DIR' },
    radio: { about: 'The radio it is recorded for', value: 'NAME', default: 'radio-0' },
    times: { about: 'How often the file is heard', value: 'N', default: '1' },
    budget: { about: 'What the folder may take, in MiB', value: 'MIB', default: '1024' },
    codec: { about: 'How blocks are packed', value: codecNames.join('|'), default: 'zstd' },
  },
  positionals: { min: 1, max: 1 },
  async run(args, output) {
    const [file = ''] = args.positionals;
    const folder = args.text('folder');
    if (folder === undefined) throw new InputError('recorder import: expected --folder DIR');
    const radio = args.text('radio') ?? 'radio-0';
    if (!isToken(radio)) {
      throw new InputError(`--radio: expected a name like radio-0; '${radio}' came`);
    }
    const times = args.integer('times') ?? 1;
    if (times < 1) throw new InputError(`--times: expected at least 1, came ${times}`);
    const { sweeps, skippedBytes } = readSweeps(read(file));
    if (sweeps.length === 0) throw new InputError(`'${file}' holds no sweeps of types 1 to 4`);

    const clock = new RecordedClock();
    const recorder = openRecorder({
      folder,
      clock,
      bootId: `import-${clock.now()}`,
      budgetBytes: (args.integer('budget') ?? 0) * MIB,
      codec: codecOf(args.text('codec')),
    });
    const bytes = sweeps.map((sweep) => sweep.bytes);
    for (let time = 0; time < times; time += 1) {
      for (let at = 0; at < bytes.length; at += POLL_SWEEPS) {
        const poll = bytes.slice(at, at + POLL_SWEEPS);
        clock.pass(poll.length * SWEEP_US);
        recorder.append(radio, Buffer.concat(poll), clock.now());
        await recorder.flush();
      }
      output.progress(`${time + 1} of ${times}`);
    }
    await recorder.close();
    const { cause, recordedBytes, lostBytes, storedBytes, segments } = recorder.health();
    const told = { radio, sweeps: sweeps.length * times, skippedBytes, recordedBytes, lostBytes };
    if (output.json) output.document({ ...told, storedBytes, segments, cause });
    else {
      output.line(
        `${told.sweeps} sweeps of ${radio}, ${recordedBytes} bytes; the folder has ${segments} segments, ${storedBytes} bytes`,
      );
    }
    if (cause === null) return 'held';
    throw new InputError(
      `'${folder}' takes no recording: ${cause.message}; ${lostBytes} bytes were lost`,
      'refused',
    );
  },
};

/** Begins now and goes on as the sweeps do, however fast they are read. */
class RecordedClock implements Clock {
  readonly #beganUs = new RealClock().now();
  #us = 0;

  now(): number {
    return this.#beganUs + this.#us;
  }

  monotonic(): number {
    return this.#us;
  }

  /** Nothing falls due by itself: each poll is flushed. */
  schedule() {
    return { cancel() {} };
  }

  pass(us: number): void {
    this.#us += us;
    if (this.#us > 1e6 * US_PER_S) throw new InputError('--times: expected less than 11 days');
  }
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InputError(`'${file}': expected a readable file; ${code} came`, 'usage', { cause });
  }
}

function codecOf(text: string | undefined): CodecName {
  const found = codecNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new InputError(`--codec: expected one of ${codecNames.join(', ')}; '${text}' came`);
}
