/** What stands in a packet air, and how strongly each arrives where another is. */
import type { AirChange, Point } from '#protocols/air.ts';
import { type Channel, overlapMhz, span } from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import { ratioToDb } from '#protocols/math.ts';
import { NOISE_FIGURE_DB } from '#protocols/rates.ts';
import { unknownEnd } from '../change-check.ts';
import { type Emitter, emitterAfter, spanOf } from '../emitter.ts';
import { distanceM, type Wall, wallLossDb } from '../geometry.ts';
import { type GivenLink, GivenLosses } from '../given-losses.ts';
import {
  bandOf,
  type Fingerprint,
  fingerprint,
  lossDb,
  type Shadowing,
  spreadDb,
} from '../path-loss.ts';

type Change<Kind extends AirChange['kind']> = Extract<AirChange, { kind: Kind }>;

export interface Placed {
  readonly id: string;
  readonly fingerprint: Fingerprint;
  readonly at: Point;
}

export interface Radio extends Placed {
  readonly channel: Channel | null;
  readonly eirpDbm: number;
  readonly silent: boolean;
  readonly noiseFigureDb: number;
  readonly unmanaged: boolean;
}

export interface Client extends Placed {
  readonly radio: string | null;
  readonly offeredMbps: number;
}

export class Ground {
  readonly radios = new Map<string, Radio>();
  readonly clients = new Map<string, Client>();
  readonly emitters = new Map<string, Emitter>();
  readonly walls: Wall[] = [];
  readonly #given = new GivenLosses();
  readonly #shadowing: Shadowing;

  constructor(shadowing: Shadowing) {
    this.#shadowing = shadowing;
  }

  get links(): readonly GivenLink[] {
    return this.#given.all;
  }

  radio(id: string): Radio {
    const radio = this.radios.get(id);
    if (radio !== undefined) return radio;
    throw new InputError(`no radio '${id}' in the air: expected one that the scene places`);
  }

  putRadio({ kind, id, ...change }: Change<'radio'>): Radio {
    const before = this.radios.get(id) ?? {
      id,
      fingerprint: fingerprint(id),
      at: placeOfNew(kind, id, change.at),
      channel: null,
      eirpDbm: 0,
      silent: false,
      noiseFigureDb: NOISE_FIGURE_DB,
      unmanaged: false,
    };
    const radio = { ...before, ...said(change) };
    this.radios.set(id, radio);
    return radio;
  }

  putClient({ kind, id, ...change }: Change<'client'>): void {
    if (typeof change.radio === 'string') this.radio(change.radio);
    const before = this.clients.get(id) ?? {
      id,
      fingerprint: fingerprint(id),
      at: placeOfNew(kind, id, change.at),
      radio: null,
      offeredMbps: 0,
    };
    this.clients.set(id, { ...before, ...said(change) });
  }

  putEmitter(change: Change<'emitter'>): void {
    const before = this.emitters.get(change.id);
    const emitter = emitterAfter(change, before, before?.index ?? this.emitters.size);
    this.emitters.set(change.id, emitter);
  }

  putWall({ kind, ...wall }: Change<'wall'>): void {
    this.walls.push(wall);
  }

  giveLoss({ kind, ...link }: Change<'link'>): void {
    const [from, to] = [this.#find(link.from), this.#find(link.to)];
    if (from === undefined || to === undefined) throw unknownEnd(link, from === undefined);
    this.#given.give(link, from.fingerprint, to.fingerprint);
  }

  /** How strong something that is sent with `eirpDbm` around `mhz` arrives. */
  arrivesDbm(
    from: Pick<Emitter, 'at' | 'fingerprint'> | { readonly at: null },
    to: Placed,
    mhz: number,
    eirpDbm: number,
  ): number {
    if (from.at === null || !('fingerprint' in from)) return eirpDbm;
    const given = this.#given.extraDb(from.fingerprint, to.fingerprint);
    if (given !== undefined) return eirpDbm - lossDb(bandOf(mhz), 0, given);
    const walls = this.walls.length === 0 ? 0 : wallLossDb(this.walls, from.at, to.at);
    const extra = walls + this.#shadowing.lossDb(from.fingerprint, to.fingerprint);
    return eirpDbm - lossDb(bandOf(mhz), spreadDb(distanceM(from.at, to.at)), extra);
  }

  /** What of an emitter arrives in a channel; −∞ for nothing. */
  emitterDbm(emitter: Emitter, to: Placed, channel: Channel): number {
    const { centerMhz, widthMhz, eirpDbm } = emitter;
    const shared = overlapMhz(span(channel), spanOf(emitter));
    if (shared === 0) return Number.NEGATIVE_INFINITY;
    return this.arrivesDbm(emitter, to, centerMhz, eirpDbm) + ratioToDb(shared / widthMhz);
  }

  #find(id: string): { readonly fingerprint: Fingerprint } | undefined {
    return this.radios.get(id) ?? this.clients.get(id) ?? this.emitters.get(id);
  }
}

export function isSending({ channel, silent }: Radio): boolean {
  return channel !== null && !silent;
}

/** What a change says, without what it leaves open. */
function said<Fields extends object>(
  change: Fields,
): {
  [Name in keyof Fields]: Exclude<Fields[Name], undefined>;
} {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined);
  // Fields that are there have a value.
  return Object.fromEntries(entries) as ReturnType<typeof said<Fields>>;
}

function placeOfNew(kind: string, id: string, at: Point | undefined): Point {
  if (at !== undefined) return at;
  throw new InputError(`new ${kind} '${id}' in the air: expected its place \`at\`, came none`);
}
