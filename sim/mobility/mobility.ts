/**
 * Puts into an air what moves: where nodes and clients are, and which radio each client is with.
 *
 * Once a second, and all in one flock in a fixed order, so that the air works the changes off
 * together. Whatever moved less than half a metre is left where it is: from 5 m on that changes a
 * level by less than 1.5 dB (35·log10(5.5 / 5)), far below what a client needs to change its radio.
 */
import type { Air } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import { distanceM } from '../air/geometry.ts';
import { airId, type Layout } from '../layout.ts';
import type { Place } from '../scenario.ts';
import type { Movement } from './movement.ts';
import { Clients, type RoamEvent, Roaming } from './roaming.ts';

const STEP_US = US_PER_S;
const STEP_M = 0.5;

export interface MobilityParts {
  readonly layout: Layout;
  /** The scenario's; undefined: the defaults if anything moves. */
  readonly roaming: Roaming | undefined;
  readonly air: Air;
  /** The air's. */
  readonly clock: Clock;
  /** The time on the paths, where it is not the clock's. */
  readonly pathUs?: () => number;
  readonly stepUs?: number;
  readonly isPassive: (channel: Channel) => boolean;
  readonly onEvent: (event: RoamEvent) => void;
}

export interface MobilityTotals {
  readonly movingNodes: number;
  readonly movingClients: number;
  readonly scansInVain: number;
  /** How long clients were without a radio, all together. */
  readonly awayUs: number;
}

export interface Mobility {
  /** Where the node is now, as far as the air knows. */
  placeOf(node: string): Place;
  /** Undefined where nothing moves and nobody roams. */
  totals(): MobilityTotals | undefined;
}

export function startMobility(parts: MobilityParts): Mobility {
  const { layout, air, clock, isPassive, onEvent } = parts;
  const { pathUs = () => clock.monotonic(), stepUs = STEP_US } = parts;
  const { movements, clients, site } = layout;
  const places = new Map<string, Place>(site.nodes.map(({ id, at }) => [id, at]));
  const placeOf = (node: string): Place => {
    const place = places.get(node);
    if (place === undefined) throw new Error(`no node '${node}' on the site`);
    return place;
  };
  const roaming = parts.roaming ?? (movements.length > 0 ? Roaming.parse({}) : undefined);
  if (roaming === undefined) return { placeOf, totals: () => undefined };

  const radiosOf = new Map(
    site.nodes.map(({ id, radios }) => [id as string, radios.map((radio) => airId(id, radio.id))]),
  );
  const roamers = new Clients({
    settings: roaming,
    clients,
    radios: [...radiosOf.values()].flat(),
    air,
    clock,
    isPassive,
    onEvent,
  });
  const moves = movements.map((movement) => {
    const start = movement.trajectory.at(0);
    return { ...movement, seen: start, shown: start };
  });
  const put = ({ kind, id }: Movement, at: Place) => {
    if (kind === 'client') {
      air.apply({ kind, id, at });
      return;
    }
    places.set(id, at);
    for (const radio of radiosOf.get(id) ?? []) air.apply({ kind: 'radio', id: radio, at });
  };
  const step = () => {
    const nowUs = clock.monotonic();
    air.advance(nowUs);
    const onWayUs = pathUs();
    for (const move of moves) {
      const at = move.trajectory.at(onWayUs);
      const isResting = distanceM(at, move.seen) === 0;
      const awayM = distanceM(at, move.shown);
      move.seen = at;
      // Who has stopped is put to the very place.
      if (awayM < STEP_M && !(isResting && awayM > 0)) continue;
      move.shown = at;
      put(move, at);
    }
    roamers.look(nowUs);
  };
  const next = (seq: number) => {
    const task = () => {
      step();
      next(seq + 1);
    };
    clock.schedule(seq * stepUs, task, { target: 'world', source: 'world/mobility', seq });
  };
  next(Math.floor(clock.monotonic() / stepUs) + 1);

  const count = (which: Movement['kind']) => movements.filter(({ kind }) => kind === which).length;
  return {
    placeOf,
    totals: () => ({
      movingNodes: count('node'),
      movingClients: count('client'),
      scansInVain: roamers.scansInVain,
      awayUs: roamers.awayUs(clock.monotonic()),
    }),
  };
}
