/**
 * Every frame of a scene by one number: five to a format, data first. What is asked of a frame in the
 * middle of events stands in arrays.
 */
import { dbmToMw } from '#protocols/math.ts';
import { type ErrorCurve, errorCurve } from './errors.ts';
import { type Flow, type Format, type Frame, frameKinds, type PacketScene } from './scene.ts';

export class FrameTable {
  readonly formats: readonly Format[];
  /** The first of each flow's frames, that is its data. */
  readonly ofFlow: Int32Array;
  /** Of an MPDU of each flow. */
  readonly payloadBits: readonly number[];
  readonly frames: readonly Frame[];
  readonly curves: readonly ErrorCurve[];
  readonly noiseMw: Float64Array;
  /** Bits of an MPDU; what of a frame is lost is counted in these. */
  readonly mpduBits: Float64Array;
  readonly isData: Uint8Array;
  /** 1 for what fills more than the primary channel: all else is sent in each 20 MHz channel as a whole. */
  readonly isWide: Uint8Array;
  /** 1 for what tells its sender's colour. */
  readonly hasColour: Uint8Array;
  /** How long others keep silent after it. */
  readonly navNs: Float64Array;
  readonly lengthNs: Float64Array;
  /** Of the format: MPDUs at most, how long data of so many lasts, attempts, and the place of its standard in time. */
  readonly mpdus: Int32Array;
  readonly dataNs: readonly (readonly number[])[];
  readonly attempts: Float64Array;
  readonly #generation: Uint8Array;
  readonly widthMhz: Int32Array;

  readonly #nodes: readonly Reader[];

  constructor({ flows, nodes, rules }: PacketScene) {
    const formatOf = ({ from, format }: Flow): Format => format ?? nodes[from]!.rules ?? rules;
    this.formats = [...new Set(flows.map(formatOf))];
    this.ofFlow = Int32Array.from(
      flows,
      (flow) => this.formats.indexOf(formatOf(flow)) * frameKinds.length,
    );
    this.payloadBits = flows.map((flow) => formatOf(flow).payloadBits);
    const all = this.formats.flatMap((format) =>
      frameKinds.map((kind) => ({ format, kind, frame: format.frames[kind] })),
    );
    this.frames = all.map(({ frame }) => frame);
    const curves = new Map<number, ErrorCurve>();
    for (const { mcs } of this.frames) if (!curves.has(mcs)) curves.set(mcs, errorCurve(mcs));
    this.curves = this.frames.map(({ mcs }) => curves.get(mcs)!);
    this.noiseMw = Float64Array.from(all, ({ format }) => dbmToMw(format.noiseDbm));
    this.mpduBits = Float64Array.from(
      all,
      ({ kind, format: { mpdus }, frame: { durationNs, headerNs, rate } }) =>
        ((durationNs - headerNs) * rate) / 1e9 / (kind === 'data' ? mpdus : 1),
    );
    this.lengthNs = Float64Array.from(this.frames, ({ durationNs }) => durationNs);
    this.mpdus = Int32Array.from(all, ({ format }) => format.mpdus);
    this.dataNs = all.map(({ format }) => format.dataNs);
    this.attempts = Float64Array.from(all, ({ format }) => format.attempts);
    this.#generation = Uint8Array.from(all, ({ format }) => format.generation);
    this.#nodes = nodes.map((node) => ({
      primaryMhz: node.channel.primaryMhz,
      widthMhz: node.channel.widthMhz,
      generation: (node.rules ?? rules).generation,
    }));
    this.navNs = Float64Array.from(this.formats.flatMap((each) => navOf(each, rules.sifsNs)));
    this.isWide = Uint8Array.from(all, ({ kind, format }) =>
      kind === 'data' && format.widthMhz > 20 ? 1 : 0,
    );
    this.widthMhz = Int32Array.from(all, ({ format }) => format.widthMhz);
    this.hasColour = Uint8Array.from(all, ({ kind, format }) =>
      kind === 'data' && format.hasColour ? 1 : 0,
    );
    this.isData = Uint8Array.from(all, ({ kind }) => (kind === 'data' ? 1 : 0));
  }

  /** Whether a node can read the data of this sender: others know no more than how long it lasts. */
  canRead(node: number, from: number, frame: number): boolean {
    const { primaryMhz, widthMhz, generation } = this.#nodes[node]!;
    return (
      this.#generation[frame]! <= generation &&
      this.#nodes[from]!.primaryMhz === primaryMhz &&
      this.widthMhz[frame]! <= widthMhz
    );
  }
}

interface Reader {
  readonly primaryMhz: number;
  readonly widthMhz: number;
  /** Of its standard. */
  readonly generation: number;
}

/** The Duration field of each kind of frame (IEEE 802.11-2020, 9.2.5). */
function navOf({ frames }: Format, sifsNs: number): number[] {
  const ack = sifsNs + frames.ack.durationNs;
  const data = sifsNs + frames.data.durationNs + ack;
  const nav = {
    data: ack,
    ack: 0,
    rts: sifsNs + frames.cts.durationNs + data,
    cts: data,
    bar: ack,
  };
  return frameKinds.map((kind) => nav[kind]);
}
