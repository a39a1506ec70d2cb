/**
 * The sweeps of a radio's spectral scan: what it would report of all that it hears. A sweep is a
 * function of the seed, the radio, its number and the air as it stands; nothing is kept, and nothing
 * is painted that nobody asks for.
 *
 * Not in it: the radio's own frames, during which it takes no sweeps; leakage between bins of the
 * transform; clients of neighbours; a noise floor that climbs while something always sends.
 */
import type { Window } from '#protocols/air.ts';
import { type Channel, type Span, span } from '#protocols/channels.ts';
import { dbmToMw, sin } from '#protocols/math.ts';
import { noiseDbm as thermalDbm } from '#protocols/rates.ts';
import type { Pulse } from '../radar.ts';
import { sampleBytes, writeSample } from './ath11k.ts';
import { Canvas } from './canvas.ts';
import type { Chance } from './chance.ts';
import type { Emission, Heard } from './emission.ts';
import { type Exchange, turnOf, wifiShape } from './emissions/wifi.ts';
import { flat, Shape } from './shape.ts';

/** Who listens. */
export interface Ear {
  readonly channel: Channel;
  readonly noiseFigureDb: number;
  readonly chance: Chance;
}

/** A radio that is heard, by the share of time its exchanges take while the ear does not send. */
export interface Neighbour extends Exchange {
  readonly channel: Channel;
  readonly mw: number;
}

export interface Sender extends Heard {
  readonly emission: Emission;
}

/** A radar's pulses of the time that is painted. */
export interface Echo {
  readonly mw: number;
  readonly pulses: readonly Pulse[];
}

export interface Soundscape {
  readonly neighbours: readonly Neighbour[];
  readonly senders: readonly Sender[];
  readonly echoes: readonly Echo[];
}

export interface SpectrumWish {
  readonly bins: number;
  readonly sweeps: number;
}

/**
 * From one sweep to the next: the median of a recording of an ath10k that scans in the background,
 * whose period ath11k shares by default (224, ath11k/spectral.h).
 */
export const SWEEP_US = 233;
/** The longest pulse of a radar's test signals. */
const PULSE_US_MAX = 110;
/** What the chip reports in one piece. */
const WIDEST_MHZ = 160;

/** The time that those sweeps fall into, all that may still be heard in them included. */
export function windowOf({ sweeps }: SpectrumWish, nowUs: number): Window {
  return { fromUs: nowUs - (sweeps + 1) * SWEEP_US - PULSE_US_MAX, untilUs: nowUs };
}

/** The block that is scanned: the channel, or the half of 320 MHz that holds the primary. */
export function scanned({ primaryMhz, centerMhz, widthMhz }: Channel): Span {
  if (widthMhz <= WIDEST_MHZ) return span({ centerMhz, widthMhz });
  const side = primaryMhz < centerMhz ? -1 : 1;
  return span({ centerMhz: centerMhz + (side * WIDEST_MHZ) / 2, widthMhz: WIDEST_MHZ });
}

/** The newest sweeps at a time, oldest first; fewer where the air is younger than they would be. */
export function paintSweeps(
  { channel, noiseFigureDb, chance }: Ear,
  { neighbours, senders, echoes }: Soundscape,
  { bins, sweeps }: SpectrumWish,
  nowUs: number,
): Uint8Array {
  const block = scanned(channel);
  const widthMhz = block.highMhz - block.lowMhz;
  const centerMhz = (block.lowMhz + block.highMhz) / 2;
  const floorDbm = thermalDbm(widthMhz, noiseFigureDb);
  const canvas = new Canvas(block, bins, dbmToMw(floorDbm));
  const noiseDbm = Math.round(floorDbm);
  const phaseUs = chance.below(SWEEP_US, 0, PHASE_LANE);
  const newest = Math.floor((nowUs - phaseUs - canvas.windowUs) / SWEEP_US);
  const oldest = Math.max(0, newest - sweeps + 1);
  const layers = layersOf(neighbours);
  const count = Math.max(0, newest - oldest + 1);
  const bytes = new Uint8Array(count * sampleBytes(bins));
  const page = { bytes, view: new DataView(bytes.buffer) };
  let at = 0;
  for (let sweep = oldest; sweep <= newest; sweep += 1) {
    const tUs = sweep * SWEEP_US + phaseUs;
    canvas.clear();
    putFrames(layers, tUs, chance, canvas);
    for (const sender of senders) sender.emission.put(sender, tUs, canvas);
    for (const echo of echoes) putPulses(echo, tUs, canvas);
    const seed = chance.words(sweep, NOISE_LANE)[0]!;
    at = writeSample({ centerMhz, widthMhz, tUs, noiseDbm }, canvas, seed, page, at);
  }
  return bytes;
}

const NOISE_LANE = 0;
const PHASE_LANE = 1;
/** And above: one for each layer of neighbours. */
const LAYER_LANES = 2;

/**
 * Neighbours that can take turns, as those who hear each other do; who finds no time left in one
 * layer sends at once with it, in the next.
 */
export function layersOf(neighbours: readonly Neighbour[]): Neighbour[][] {
  const layers: { taken: number; members: Neighbour[] }[] = [];
  for (const neighbour of neighbours) {
    const { share } = neighbour;
    let layer = layers.find(({ taken }) => taken + share <= 1);
    if (layer === undefined) {
      layer = { taken: 0, members: [] };
      layers.push(layer);
    }
    layer.taken += share;
    layer.members.push(neighbour);
  }
  return layers.map(({ members }) => members);
}

function putFrames(
  layers: readonly Neighbour[][],
  tUs: number,
  chance: Chance,
  canvas: Canvas,
): void {
  for (let layer = 0; layer < layers.length; layer += 1) {
    const members = layers[layer]!;
    const turn = turnOf(members, tUs, chance, LAYER_LANES + layer);
    if (turn < 0) continue;
    const { channel, mw } = members[turn]!;
    canvas.put(wifiShape(channel.widthMhz), channel.centerMhz, channel.widthMhz, mw);
  }
}

/** A short pulse fills the width of its inverse: sin²x/x², main lobe and two more on each side. */
const burst = new Shape(3, (offset) => {
  const x = Math.PI * offset;
  if (Math.abs(x) < 1e-6) return 1;
  const wave = sin(x) / x;
  return wave * wave;
});

/** As much of a pulse as the transform's window catches. */
export function putPulses({ mw, pulses }: Echo, tUs: number, canvas: Canvas): void {
  const untilUs = tUs + canvas.windowUs;
  for (const pulse of pulses) {
    const fromUs = Math.max(tUs, pulse.tUs);
    const caughtUs = Math.min(untilUs, pulse.tUs + pulse.widthUs) - fromUs;
    if (caughtUs <= 0) continue;
    const power = (mw * caughtUs) / canvas.windowUs;
    if (pulse.chirpMhz === 0) {
      canvas.put(burst, pulse.centerMhz, 1 / caughtUs, power);
      continue;
    }
    // A chirp is where its time says, and moves on while the window is open.
    const middleUs = fromUs + caughtUs / 2 - pulse.tUs;
    const mhz = pulse.centerMhz + (middleUs / pulse.widthUs - 0.5) * pulse.chirpMhz;
    const movesMhz = (pulse.chirpMhz * caughtUs) / pulse.widthUs;
    canvas.put(flat, mhz, Math.max(movesMhz, 1 / caughtUs), power);
  }
}
