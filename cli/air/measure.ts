/** Runs a scene of the packet air for a person: progress, an end by Ctrl-C, and what it cost. */
import { setImmediate as breathe } from 'node:timers/promises';
import { createRandom } from '#agents/random/philox.ts';
import { type ExitCode, InputError } from '#protocols/errors.ts';
import type { FluidError } from '#sim/air/fluid-error.ts';
import { type Measured, Measurement } from '#sim/air/packet/measure.ts';
import type { PacketScene } from '#sim/air/packet/scene.ts';
import type { Arguments, Output } from '../command.ts';
import { startStopwatch } from '../stopwatch.ts';

/** A piece of work between two looks at what a person wants. */
const PIECE_WALL_S = 0.1;

export interface SceneReport extends Measured {
  readonly fidelity: 'packet' | 'fluid';
  readonly seed: number;
  /** Set when it was ended early: what there is, is of `measuredS` alone. */
  readonly partial: boolean;
  /** Of the thread that runs the events, warm-up included; user and system. */
  readonly cpuSecondsPerSimSecond: number;
  /** The same of the whole process: with what compiles and collects beside that thread. */
  readonly processCpuSecondsPerSimSecond: number;
  readonly setupCpuSeconds: number;
  readonly peakMemoryMb: number;
  /** Of a fluid: what its one reckoning took, and how far such are off frames. */
  readonly solveCpuSeconds?: number;
  readonly fluidError?: FluidError;
}

export async function measureScene(
  build: () => PacketScene,
  args: Arguments,
  output: Output,
  stop: AbortSignal,
): Promise<SceneReport> {
  const seed = args.integer('seed') ?? 1;
  const durationS = (args.durationMs('duration') ?? 60_000) / 1_000;
  const warmupS = (args.durationMs('warmup') ?? 2_000) / 1_000;
  if (durationS === 0) throw new InputError('--duration: expected some time, came none');
  const setUp = startStopwatch();
  const random = createRandom(seed).fork('air');
  const measurement = new Measurement({ scene: build(), random, warmupS, durationS });
  const setupCpuSeconds = setUp().cpuSeconds;

  const elapsed = startStopwatch();
  let pieceS = 0.01;
  let lastS = 0;
  do {
    measurement.advance(pieceS);
    const { wallSeconds } = elapsed();
    const tookS = Math.max(1e-4, wallSeconds - lastS);
    lastS = wallSeconds;
    pieceS = Math.max(0.001, pieceS * Math.min(4, PIECE_WALL_S / tookS));
    const { nowS, untilS } = measurement;
    output.progress(`${nowS.toFixed(1)} of ${untilS} s simulated`);
    await breathe();
  } while (!measurement.isDone && !stop.aborted);
  const spent = elapsed();
  return {
    fidelity: 'packet',
    seed,
    partial: !measurement.isDone,
    ...measurement.result,
    cpuSecondsPerSimSecond: spent.threadCpuSeconds / measurement.nowS,
    processCpuSecondsPerSimSecond: spent.cpuSeconds / measurement.nowS,
    setupCpuSeconds,
    // maxRSS counts kilobytes.
    peakMemoryMb: process.resourceUsage().maxRSS / 1024,
  };
}

/** The report without what it says flow by flow, which each command names in its own way. */
export function figuresOf({ mbps, offeredMbps, meanDelayMs, ...rest }: SceneReport) {
  return rest;
}

/** The figures below the table of a scene. */
export function summaryLines(report: SceneReport): string[] {
  const { totalMbps, jain, collisionProbability, measuredS, partial } = report;
  return [
    `Total ${totalMbps.toFixed(3)} Mb/s, Jain ${jain.toFixed(3)}, ${(100 * collisionProbability).toFixed(1)} % of attempts not answered`,
    `${partial ? 'Ended early: ' : ''}${measuredS.toFixed(1)} s measured, fidelity ${report.fidelity}, ${(1_000 * report.cpuSecondsPerSimSecond).toFixed(2)} ms of CPU a simulated second, ${report.peakMemoryMb.toFixed(0)} MB at most`,
  ];
}

export function exitCodeOf({ partial }: SceneReport): ExitCode {
  return partial ? 'interrupted' : 'held';
}
