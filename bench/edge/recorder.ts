/**
 * What recording costs: three radios at the pace of a QCN9074 with 512 bins, written to this
 * machine's temporary folder. The sweeps are generated, and so are the figures of packing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '#agents/random/philox.ts';
import { type CodecName, codecNames } from '#edge/recorder/codec.ts';
import { openRecorder } from '#edge/recorder/recorder.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { type BenchOptions, median, type Row, told } from '../bench.ts';

/** Sweeps a second of a radio: one each 233 µs, as in the ath10k captures of FFT_eval. */
const PACE = 4_300;
const BINS = 512;
const RADIOS = ['radio-0', 'radio-1', 'radio-2'];
const SECONDS = 10;
/** A driver is polled ten times a second. */
const POLLS = 10;
const MB = 1e6;

interface Cost {
  readonly cpuPercent: number;
  readonly appendPercent: number;
  readonly ratio: number;
  readonly readMbps: number;
}

export async function rows({ repeats, note }: BenchOptions): Promise<Row[]> {
  const polls = Array.from({ length: POLLS }, (_, poll) => generated(poll, PACE / POLLS));
  const rate = (polls.reduce((sum, { length }) => sum + length, 0) / MB).toFixed(1);
  const what = `recorder: 3 radios of ${rate} MB/s, generated`;
  const result: Row[] = [];
  for (const codec of codecNames) {
    note(`recorder, ${codec}: ${SECONDS} s of ${RADIOS.length} radios, ${repeats} times`);
    const costs: Cost[] = [];
    for (let turn = 0; turn < repeats; turn += 1) costs.push(await measure(codec, polls));
    const of = (name: keyof Cost) => median(costs.map((cost) => cost[name]));
    result.push(
      told(`${what}, ${codec}: CPU, all threads`, of('cpuPercent'), '% of a core'),
      told(`${what}, ${codec}: held up the listening thread`, of('appendPercent'), '% of the time'),
      told(`${what}, ${codec}: bytes came ÷ bytes kept`, of('ratio'), '×'),
      told(`${what}, ${codec}: read back`, of('readMbps'), 'MB/s'),
    );
  }
  return result;
}

async function measure(codec: CodecName, polls: readonly Uint8Array[]): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-bench-'));
  try {
    const clock = new VirtualClock(1e15);
    const budgetBytes = 256 * 1024 * 1024;
    const recorder = openRecorder({ folder, clock, bootId: 'bench', budgetBytes, codec });
    await recorder.flush();
    const before = process.cpuUsage();
    let appendMs = 0;
    for (let second = 0; second < SECONDS; second += 1) {
      for (const poll of polls) {
        const beganMs = performance.now();
        for (const radio of RADIOS) recorder.append(radio, poll, clock.now());
        clock.run(clock.monotonic() + 1e6 / POLLS);
        appendMs += performance.now() - beganMs;
      }
      await recorder.flush();
    }
    await recorder.close();
    const { user, system } = process.cpuUsage(before);
    const { recordedBytes, storedBytes, lostBytes } = recorder.health();
    if (lostBytes > 0) throw new Error(`the disk could not follow: ${lostBytes} bytes were lost`);
    const readFromMs = performance.now();
    let read = 0;
    const range = { radio: 'radio-0', fromMs: 0, toMs: 1e15 };
    for await (const { bytes } of recorder.read(range)) read += bytes.length;
    return {
      cpuPercent: (user + system) / 1e4 / SECONDS,
      appendPercent: appendMs / 10 / SECONDS,
      ratio: recordedBytes / storedBytes,
      readMbps: read / MB / ((performance.now() - readFromMs) / 1_000),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sweeps of type 4 as one piece; most magnitudes are small, a few are not. */
function generated(seed: number, count: number): Uint8Array {
  const random = createRandom(seed);
  const length = 22 + BINS;
  const bytes = random.bytes(count * length);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at < bytes.length; at += 1) {
    const drawn = bytes[at] as number;
    bytes[at] = drawn > 250 ? drawn : (drawn & 7) + ((drawn >> 3) & 7);
  }
  for (let at = 0; at < bytes.length; at += length) {
    bytes.fill(0, at, at + 22);
    view.setUint8(at, 4);
    view.setUint16(at + 1, 19 + BINS);
    view.setUint8(at + 3, 20);
    view.setUint16(at + 6, 5180);
    view.setUint16(at + 12, 20);
    view.setUint32(at + 14, at);
    view.setInt32(at + 18, -96);
  }
  return bytes;
}
