/** From a scene to sweeps and tiles, and how much of a tile a foreign sender filled. */
import { readSweeps, type Sweep } from '#edge/capture/tlv.ts';
import { type Tile, tileOf } from '#edge/detector/tile.ts';
import { dbmToMw, ratioToDb } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { noiseDbm } from '#protocols/rates.ts';
import { Canvas } from '#sim/air/spectrum/canvas.ts';
import { Chance } from '#sim/air/spectrum/chance.ts';
import { paintSweeps, SWEEP_US, scanned } from '#sim/air/spectrum/painter.ts';
import type { Foreign } from './foreign.ts';
import { NOISE_FIGURE_DB, type Scene } from './scenes.ts';

export interface Painted {
  readonly bytes: Uint8Array;
  readonly tile: Tile;
  readonly sweeps: readonly Sweep[];
}

const nobody: Foreign = { senders: [], echoes: [] };
/** Bins that ath9k leaves out at either end of 64. */
const CUT = 4;

export function paint(random: Random, scene: Scene, nowUs: number, foreign = nobody): Painted {
  const { channel, neighbours, spurs, bins } = scene;
  const bytes = paintSweeps(
    { channel, noiseFigureDb: NOISE_FIGURE_DB, chance: new Chance(random.fork('ear')) },
    { neighbours, senders: [...spurs, ...foreign.senders], echoes: foreign.echoes },
    { bins: bins === 56 ? 64 : bins, sweeps: scene.sweeps },
    nowUs,
  );
  const sweeps = readSweeps(bytes).sweeps.map((sweep) => received(sweep, scene));
  return { bytes, tile: tileOf(sweeps), sweeps };
}

/** The sweep as the scene's receiver reports it. */
function received(sweep: Sweep, { bins, offsetDb }: Scene): Sweep {
  const [segment] = sweep.segments as [Sweep['segments'][number]];
  if (bins !== 56) {
    return { ...sweep, segments: [{ ...segment, rssiDb: segment.rssiDb + Math.round(offsetDb) }] };
  }
  const kept = segment.bins.subarray(CUT, -CUT);
  const binMhz = (segment.highMhz - segment.lowMhz) / segment.bins.length;
  const left = ratioToDb(Math.max(1, squares(kept)) / squares(segment.bins));
  const middle = {
    ...segment,
    lowMhz: segment.lowMhz + CUT * binMhz,
    highMhz: segment.highMhz - CUT * binMhz,
    rssiDb: Math.round(segment.rssiDb + left + offsetDb),
    bins: kept,
  };
  return { ...sweep, segments: [middle] };
}

function squares(bins: Uint8Array): number {
  let sum = 0;
  for (const bin of bins) sum += bin * bin;
  return sum;
}

/** In how many of the sweeps the foreign sender was there, and its power over the channel's noise then. */
export function presence(
  { channel, bins }: Scene,
  { senders, echoes }: Foreign,
  { sweeps }: Painted,
): { readonly sweeps: number; readonly snrDb: number } {
  const block = scanned(channel);
  const canvas = new Canvas(block, bins === 56 ? 64 : bins, 0);
  const thermalMw = dbmToMw(noiseDbm(channel.widthMhz, NOISE_FIGURE_DB));
  let on = 0;
  let sum = 0;
  for (const { tsf } of sweeps) {
    const tUs = Number(tsf);
    canvas.clear();
    for (const sender of senders) sender.emission.put(sender, tUs, canvas);
    let mw = canvas.hasSignals || canvas.hasCarriers ? canvas.sumMw() : 0;
    for (const echo of echoes) {
      for (const pulse of echo.pulses) {
        const untilUs = Math.min(tUs + canvas.windowUs, pulse.tUs + pulse.widthUs);
        const caughtUs = untilUs - Math.max(tUs, pulse.tUs);
        if (caughtUs > 0) mw += (echo.mw * caughtUs) / canvas.windowUs;
      }
    }
    if (mw < thermalMw * 0.1) continue;
    on += 1;
    sum += mw;
  }
  return {
    sweeps: on,
    snrDb: on === 0 ? Number.NEGATIVE_INFINITY : ratioToDb(sum / on / thermalMw),
  };
}

/** A moment at which to look; the stamps of sweeps stay within 32 bits. */
export function drawNow(random: Random): number {
  return 1_000_000 + random.below(1_000_000_000);
}

/** What the sweeps of a scene fall into. */
export function windowAt({ sweeps }: Scene, nowUs: number) {
  return { fromUs: nowUs - (sweeps + 1) * SWEEP_US, untilUs: nowUs };
}
