/**
 * From a file to the power of every bin, on one core, next to the same decoder in C. Both read pieces of
 * 64 KB, carry the tail, and are measured by the CPU time of their thread, the file being in memory.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '#agents/random/philox.ts';
import { startStopwatch } from '#cli/stopwatch.ts';
import { readCaptureFile } from '#edge/capture/capture-file.ts';
import { atLeast, type BenchOptions, inTurns, median, type Row, told } from '../bench.ts';

/** As `make` finds it. */
const compiler = process.env.CC ?? 'cc';
const MEGABYTES = 64;
const GIGA = 1e9;

/** What a decoder says of a file: enough to see that both read the same. */
interface Decoded {
  readonly bytes: number;
  readonly sweeps: number;
  /** Of one bin of each sweep, dBm. */
  readonly sumDbm: number;
  readonly cpuSeconds: number;
}

export async function rows({ repeats, note }: BenchOptions): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-decode-'));
  try {
    const program = compile(folder, note);
    return [
      ...(await measure(512, program, { folder, repeats })),
      ...(await measure(64, program, { folder, repeats })),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(
  bins: 64 | 512,
  program: string | undefined,
  { folder, repeats }: { readonly folder: string; readonly repeats: number },
): Promise<Row[]> {
  const file = join(folder, `${bins}.tlv`);
  writeSweeps(file, bins);
  const ours = decode(file);
  if (program !== undefined) agree(ours, runPeer(program, file));
  const pace = (decoded: Decoded) => decoded.bytes / decoded.cpuSeconds / GIGA;
  const measured = await inTurns(repeats, {
    ours: async () => pace(decode(file)),
    peer: async () => (program === undefined ? Number.NaN : pace(runPeer(program, file))),
  });
  const gigabytes = median(measured.ours);
  const what = `decode of generated ath11k sweeps of ${bins} bins, file to dBm, one core`;
  const perSecond = (gigabytes * GIGA) / (22 + bins) / 1e6;
  const limited = bins === 512;
  const rate = limited ? atLeast(what, gigabytes, 'GB/s', 0.8) : told(what, gigabytes, 'GB/s');
  const found = [rate, told(`… sweeps of ${bins} bins`, perSecond, 'million/s')];
  if (program === undefined) return found;
  const ratio = median(measured.ours.map((value, turn) => value / measured.peer[turn]!));
  const beside = `… over the C decoder, cc -O3 -march=native, beside it (${median(measured.peer).toFixed(2)} GB/s)`;
  return [...found, limited ? atLeast(beside, ratio, '', 0.3) : told(beside, ratio, '')];
}

function decode(file: string): Decoded {
  const out = new Float32Array(512);
  let sumDbm = 0;
  let bytes = 0;
  const elapsed = startStopwatch();
  const { sweeps } = readCaptureFile({
    file,
    onSweep(cursor) {
      sumDbm += out[Math.floor(cursor.powers(out) / 3)]!;
    },
    onPiece(total) {
      bytes = total;
    },
  });
  return { bytes, sweeps, sumDbm, cpuSeconds: elapsed().threadCpuSeconds };
}

/** The peer's program, or undefined, said so, where it cannot be made. */
function compile(folder: string, note: BenchOptions['note']): string | undefined {
  const program = join(folder, 'decode');
  const source = join(import.meta.dirname, '..', 'c', 'decode.c');
  try {
    const flags = ['-O3', '-march=native', source, '-o', program, '-lm'];
    execFileSync(compiler, flags, { stdio: 'pipe' });
    return program;
  } catch (cause) {
    const { code, stderr } = cause as NodeJS.ErrnoException & { stderr?: Buffer };
    const [line = ''] = (stderr?.toString() ?? '').split('\n');
    const why =
      code === 'ENOENT' ? `there is no C compiler '${compiler}'` : `${compiler} failed: ${line}`;
    note(`no C decoder to compare with: ${why}`);
    return undefined;
  }
}

function runPeer(program: string, file: string): Decoded {
  const words = execFileSync(program, [file], { encoding: 'utf8' }).trim().split(' ').map(Number);
  const [bytes = 0, sweeps = 0, sumDbm = 0, cpuSeconds = 0] = words;
  return { bytes, sweeps, sumDbm, cpuSeconds };
}

function agree(ours: Decoded, peers: Decoded): void {
  const difference = Math.abs(ours.sumDbm - peers.sumDbm) / ours.sweeps;
  if (ours.bytes === peers.bytes && ours.sweeps === peers.sweeps && difference < 1e-6) return;
  throw new Error(`the two decoders differ: ${JSON.stringify(ours)} and ${JSON.stringify(peers)}`);
}

/** Sweeps one after another, of random magnitudes; their bins differ, their headers do not matter. */
function writeSweeps(file: string, bins: number): void {
  const random = createRandom('decode');
  const sample = Buffer.alloc(22 + bins);
  sample.writeUInt8(4, 0);
  sample.writeUInt16BE(19 + bins, 1);
  sample.writeUInt8(80, 3);
  sample.writeUInt16BE(5210, 6);
  sample.writeUInt16BE(23, 12);
  sample.writeInt32BE(-95, 18);
  const block = Buffer.alloc(sample.length * 1_000);
  for (let at = 0; at < block.length; at += sample.length) {
    for (let bin = 22; bin < sample.length; bin += 1) sample[bin] = random.below(256);
    sample.copy(block, at);
  }
  const fd = openSync(file, 'w');
  for (let written = 0; written < MEGABYTES * 1e6; written += block.length) writeSync(fd, block);
  closeSync(fd);
}
