/** A scene reckoned as a fluid, for a person: its figures, what they cost, and how far off frames they are. */
import { createRandom } from '#agents/random/philox.ts';
import { InputError } from '#protocols/errors.ts';
import { fluidError, fluidErrorText } from '#sim/air/fluid-error.ts';
import { solveFluid } from '#sim/air/packet/fluid-scene.ts';
import { jain } from '#sim/air/packet/measure.ts';
import type { PacketScene } from '#sim/air/packet/scene.ts';
import type { Arguments } from '../command.ts';
import { startStopwatch } from '../stopwatch.ts';
import type { SceneReport } from './measure.ts';
import { choice } from './options.ts';

export const fidelities = ['packet', 'fluid'] as const;

/** What a fluid does not know. */
const packetOptions: Readonly<Record<string, (args: Arguments) => boolean>> = {
  rts: (args) => args.flag('rts'),
  'obss-pd': (args) => args.text('obss-pd') !== undefined,
  capture: (args) => args.text('capture') !== 'none',
};

/** `named` are those of a packet scene's options that the command has. */
export function fidelityOf(
  args: Arguments,
  named: readonly string[] = [],
): (typeof fidelities)[number] {
  const fidelity = choice(args, 'fidelity', fidelities);
  if (fidelity === 'packet') return fidelity;
  const [packetOnly] = named.filter((name) => packetOptions[name]!(args));
  if (packetOnly === undefined) return fidelity;
  throw new InputError(`--${packetOnly}: expected --fidelity packet with it, came fluid`);
}

/** Cost is spread over the time that the options ask for, as if it had been simulated. */
export function reckonScene(build: () => PacketScene, args: Arguments): SceneReport {
  const seed = args.integer('seed') ?? 1;
  const seconds = ((args.durationMs('duration') ?? 0) + (args.durationMs('warmup') ?? 0)) / 1_000;
  if (seconds === 0) throw new InputError('--duration: expected some time, came none');
  const setUp = startStopwatch();
  const scene = build();
  const setupCpuSeconds = setUp().cpuSeconds;
  const solving = startStopwatch();
  const { mbps, collisionProbability } = solveFluid(scene, createRandom(seed).fork('air'));
  const { cpuSeconds, threadCpuSeconds } = solving();
  return {
    fidelity: 'fluid',
    seed,
    partial: false,
    measuredS: 0,
    mbps,
    offeredMbps: mbps.map(() => null),
    meanDelayMs: mbps.map(() => null),
    totalMbps: mbps.reduce((sum, each) => sum + each, 0),
    jain: jain(mbps),
    collisionProbability,
    cpuSecondsPerSimSecond: threadCpuSeconds / seconds,
    processCpuSecondsPerSimSecond: cpuSeconds / seconds,
    setupCpuSeconds,
    peakMemoryMb: process.resourceUsage().maxRSS / 1024,
    solveCpuSeconds: threadCpuSeconds,
    fluidError,
  };
}

export function reckonedLines(report: SceneReport): string[] {
  const { totalMbps, jain: fairness, solveCpuSeconds = 0, peakMemoryMb } = report;
  return [
    `Total ${totalMbps.toFixed(3)} Mb/s, Jain ${fairness.toFixed(3)}`,
    `Fidelity fluid: ${fluidErrorText}`,
    `${(1_000 * solveCpuSeconds).toFixed(1)} ms of CPU, ${peakMemoryMb.toFixed(0)} MB at most`,
  ];
}
