/** What stands in a fluid air: radios and their clients. */
import type { Point } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import { NOISE_FIGURE_DB } from '#protocols/rates.ts';
import { type Fingerprint, fingerprint } from '../path-loss.ts';

/** A radio, with what follows from where it is and what it does. Radios are known by index. */
export class RadioStation {
  readonly index: number;
  readonly id: string;
  readonly fingerprint: Fingerprint;
  at: Point;
  channel: Channel | null = null;
  eirpDbm = 0;
  silent = false;
  noiseFigureDb = NOISE_FIGURE_DB;
  unmanaged = false;

  /** Radios near enough to matter, ascending, and what the way to each takes in any band. */
  readonly near: number[] = [];
  readonly nearSpreadDb: number[] = [];
  readonly nearExtraDb: number[] = [];

  /** Whose transmissions keep this receiver busy, and the other way round. */
  heard: number[] = [];
  hearers: number[] = [];
  /** Who sends at the same time and disturbs clients of this one, and the other way round. */
  hidden: number[] = [];
  disturbed: number[] = [];

  /** Its clients, ascending. */
  readonly clients: number[] = [];
  /** Power of emitters too weak to silence it, by time, mW in its block. */
  emitterMw = 0;
  /** Indices of those, which its clients may hear. */
  weakEmitters: number[] = [];

  constructor(index: number, id: string, at: Point) {
    this.index = index;
    this.id = id;
    this.at = at;
    this.fingerprint = fingerprint(id);
  }

  get isSending(): boolean {
    return this.channel !== null && !this.silent;
  }
}

/** One source of interference at a client, sent while its own radio may send too. */
export interface Disturbance {
  /** A radio's index, or −1 − an emitter's. */
  readonly source: number;
  /** In the block of its radio, while the source sends. */
  readonly mw: number;
}

export class ClientStation {
  readonly index: number;
  readonly id: string;
  readonly fingerprint: Fingerprint;
  at: Point;
  /** −1: with none. */
  radio = -1;
  offeredMbps = 0;

  signalMw = 0;
  noiseMw = 1;
  /** Strongest first. */
  disturbances: Disturbance[] = [];
  /** What it would get alone, and what with others sending at once. */
  aloneMbps = 0;
  rateMbps = 0;
  throughputMbps = 0;

  constructor(index: number, id: string, at: Point) {
    this.index = index;
    this.id = id;
    this.at = at;
    this.fingerprint = fingerprint(id);
  }
}
