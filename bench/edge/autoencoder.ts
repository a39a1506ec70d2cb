/** What the autoencoder costs on one thread, in CPU time, from sweeps as a driver gives them. */
import { createRandom } from '#agents/random/philox.ts';
import { readSweeps, SweepReader } from '#edge/capture/tlv.ts';
import { openAutoencoder, shippedModel } from '#edge/detector/autoencoder.ts';
import { type Tile, TileAssembler, tilesOf } from '#edge/detector/tile.ts';
import { dbmToMw } from '#protocols/math.ts';
import { noiseDbm } from '#protocols/rates.ts';
import { Chance } from '#sim/air/spectrum/chance.ts';
import { paintSweeps } from '#sim/air/spectrum/painter.ts';
import { atMost, type BenchOptions, median, type Row, told } from '../bench.ts';

const SWEEPS_A_SECOND = 4_300;
const SWEEPS = 4_096;
const RUNS = 1_000;
const channel = { band: '5', primaryMhz: 5180, centerMhz: 5210, widthMhz: 80 } as const;

export async function rows({ repeats }: BenchOptions): Promise<Row[]> {
  const opened = await openAutoencoder(shippedModel);
  if (!opened.ok) throw new Error(opened.error.message);
  const autoencoder = opened.value;
  const bytes = painted();
  const tiles = tilesOf(readSweeps(bytes).sweeps);
  const [tile] = tiles as [Tile, ...Tile[]];
  await autoencoder.encode(tiles);

  const single: number[] = [];
  const whole: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const runs = async () => {
      for (let run = 0; run < RUNS; run += 1) await autoencoder.encode([tile]);
    };
    single.push((await cpuUs(runs)) / RUNS);
    whole.push((await cpuUs(() => follow(bytes, autoencoder.encode))) / SWEEPS);
  }
  await autoencoder.close();
  const share = (median(whole) * SWEEPS_A_SECOND) / 10_000;
  return [
    atMost('autoencoder, a tile of 16 × 512 at once, CPU, median', median(single), 'µs', 200),
    atMost('a radio at 4,300 sweeps/s of 512 bins, decode to vector', share, '% of a core', 8),
    told('the same, a sweep', median(whole), 'µs'),
  ];
}

/** As a node does: reads what came in 50 ms, then encodes the tiles of it. */
async function follow(
  bytes: Uint8Array,
  encode: (tiles: readonly Tile[]) => Promise<unknown>,
): Promise<void> {
  const reader = new SweepReader();
  let ready: Tile[] = [];
  const assembler = new TileAssembler((tile) => ready.push(tile));
  const piece = Math.ceil((bytes.length / SWEEPS) * (SWEEPS_A_SECOND / 20));
  for (let from = 0; from < bytes.length; from += piece) {
    reader.push(bytes.subarray(from, from + piece), (sweep) => assembler.push(sweep));
    await encode(ready);
    ready = [];
  }
}

/** 80 MHz with a neighbour that sends half of the time. */
function painted(): Uint8Array {
  const random = createRandom('bench/autoencoder');
  const mw = dbmToMw(noiseDbm(80, 7) + 25);
  return paintSweeps(
    { channel, noiseFigureDb: 7, chance: new Chance(random) },
    { neighbours: [{ channel, mw, share: 0.5, frameUs: 1_000 }], senders: [], echoes: [] },
    { bins: 512, sweeps: SWEEPS },
    2_000_000_000,
  );
}

async function cpuUs(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
