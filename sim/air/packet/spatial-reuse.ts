/**
 * Spatial reuse by OBSS PD (IEEE 802.11ax-2021, 26.10.2): a radio that reads in HE-SIG-A that a frame is
 * of another network's colour, and hears it more weakly than its own level, drops it and takes the medium
 * for idle. What it sends next is weaker for that.
 */
import { dbmToMw, dbToRatio } from '#protocols/math.ts';
import type { PacketNode } from './scene.ts';

/** Non-SRG OBSS PD levels: 26.10.2.2, table 26-12. */
export const OBSS_PD_DBM_MIN = -82;
export const OBSS_PD_DBM_MAX = -62;
export const COLOUR_MAX = 63;

/** TXPWRref of radios with two spatial streams at most: 26.10.2.4. */
const REFERENCE_DBM = 21;

/** From the beginning of a frame to the end of HE-SIG-A: 27.3.4. */
export const COLOUR_READ_NS = 32_000;

/** Undefined where no radio leaves frames of others. */
export function reuseOf(nodes: readonly PacketNode[]): SpatialReuse | undefined {
  return nodes.some(({ obssPdDbm }) => obssPdDbm !== undefined)
    ? new SpatialReuse(nodes)
    : undefined;
}

export class SpatialReuse {
  /** By node; 0 for none. */
  readonly #colours: Uint8Array;
  /** Frames of other colours below this are dropped. */
  readonly #levelMw: Float64Array;
  /** What is left of a radio's power when it is restricted. */
  readonly #gain: Float64Array;
  readonly #restrictedUntil: Float64Array;

  constructor(nodes: readonly PacketNode[]) {
    this.#colours = Uint8Array.from(nodes, ({ colour = 0 }) => colour);
    this.#levelMw = Float64Array.from(nodes, ({ obssPdDbm }) =>
      obssPdDbm === undefined ? 0 : dbmToMw(obssPdDbm),
    );
    this.#gain = Float64Array.from(nodes, ({ txDbm, obssPdDbm = OBSS_PD_DBM_MIN }) =>
      obssPdDbm === OBSS_PD_DBM_MIN ? 1 : gainOf(txDbm, obssPdDbm),
    );
    this.#restrictedUntil = new Float64Array(nodes.length);
  }

  hasColour(node: number): boolean {
    return this.#colours[node] !== 0;
  }

  /** Whether a radio leaves a frame of this sender, which it reads at this strength. */
  ignores(node: number, from: number, mw: number): boolean {
    const colour = this.#colours[node]!;
    return colour !== 0 && colour !== this.#colours[from] && mw < this.#levelMw[node]!;
  }

  /** It has dropped a frame: who waits for its turn is restricted until that turn ends, others until then. */
  restrict(node: number, untilNs: number): void {
    this.#restrictedUntil[node] = Math.max(this.#restrictedUntil[node]!, untilNs);
  }

  endTurn(node: number): void {
    this.#restrictedUntil[node] = 0;
  }

  /** Of its full power, what it may send with now. */
  gain(node: number, now: number): number {
    return now < this.#restrictedUntil[node]! ? this.#gain[node]! : 1;
  }
}

/** TXPWRmax = TXPWRref − (level − the least level): equation 26-6. */
function gainOf(txDbm: number, obssPdDbm: number): number {
  const most = REFERENCE_DBM - (obssPdDbm - OBSS_PD_DBM_MIN);
  return dbToRatio(Math.min(0, most - txDbm));
}
