/** A scene: what stands in an air when it begins, as a file says it. */
import * as z from 'zod';
import type { Air, AirChange } from '#protocols/air.ts';
import { Channel } from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import { Dbm, Mbps } from '#protocols/units.ts';
import { distanceM, wallLossDb } from './geometry.ts';
import { pathLossExponent, spreadDb } from './path-loss.ts';
import { emitterFields, isSettled, unsettled } from './spectrum/setting.ts';

const Place = z.strictObject({
  x: z.number().meta({ unit: 'm' }),
  y: z.number().meta({ unit: 'm' }),
  z: z.number().default(2.5).meta({ unit: 'm' }),
});

const Radio = z.strictObject({
  id: z.string().min(1).describe('`<node>/<radio>` for one of ours'),
  at: Place,
  channel: Channel.nullable()
    .default(null)
    .describe('Null: switched off until its driver tunes it'),
  eirpDbm: Dbm.default(20),
  silent: z.boolean().default(false),
});

export const Scene = z.strictObject({
  version: z.literal(1),
  walls: z.array(z.strictObject({ from: Place, to: Place, lossDb: z.number().min(0) })).default([]),
  radios: z.array(Radio),
  unmanaged: z
    .array(
      Radio.extend({
        channel: Channel,
        offeredMbps: Mbps.default(10).describe('What it sends to a client of its own, 3 m away'),
      }),
    )
    .default([])
    .describe('Access points of neighbours'),
  clients: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        at: Place,
        radio: z.string().optional().describe('The strongest of ours when left out'),
        offeredMbps: Mbps.default(10),
      }),
    )
    .default([]),
  emitters: z
    .array(
      z
        .strictObject({
          id: z.string().min(1),
          at: Place.optional().describe('Heard everywhere at its power when left out'),
          ...emitterFields,
        })
        .refine(isSettled, { error: unsettled }),
    )
    .default([]),
});
export type Scene = z.infer<typeof Scene>;

/** Parses a scene; `from` names where it came from. */
export function parseScene(data: unknown, from: string): Scene {
  const parsed = Scene.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(
      `scene ${from}: at ${issue?.path.join('.') || 'the document'}: ${issue?.message}`,
    );
  }
  const scene = parsed.data;
  const ids = [scene.radios, scene.unmanaged, scene.clients, scene.emitters].flatMap((list) =>
    list.map(({ id }) => id),
  );
  const again = ids.find((id, index) => ids.indexOf(id) !== index);
  if (again !== undefined) {
    throw new InputError(`scene ${from}: expected each id once, came '${again}' twice`);
  }
  for (const { id, radio } of scene.clients) {
    if (radio !== undefined && !scene.radios.some((one) => one.id === radio)) {
      throw new InputError(
        `scene ${from}: client '${id}': expected one of the radios, came '${radio}'`,
      );
    }
  }
  return scene;
}

export function buildScene(scene: Scene, air: Air): void {
  for (const change of changesOf(scene)) air.apply(change);
}

export function changesOf(scene: Scene): AirChange[] {
  const radioOf = associate(scene);
  return [
    ...scene.walls.map((wall): AirChange => ({ kind: 'wall', ...wall })),
    ...scene.radios.map((radio): AirChange => ({ kind: 'radio', ...radio })),
    ...scene.unmanaged.flatMap(({ offeredMbps, ...radio }): AirChange[] => [
      { kind: 'radio', ...radio, unmanaged: true },
      {
        kind: 'client',
        id: `${radio.id}-client`,
        at: { ...radio.at, x: radio.at.x + 3 },
        radio: radio.id,
        offeredMbps,
      },
    ]),
    ...scene.clients.map(
      (client): AirChange => ({ kind: 'client', ...client, radio: radioOf(client) }),
    ),
    ...scene.emitters.map((emitter): AirChange => ({ kind: 'emitter', ...emitter })),
  ];
}

/**
 * Which radio each client uses: the strongest, whatever its band. Of several at one place, such as
 * the radios of one node, the one with the fewest clients so far, as band steering would have it.
 */
function associate({ radios, walls }: Scene): (client: Scene['clients'][number]) => string | null {
  const counts = new Map(radios.map(({ id }) => [id, 0]));
  return (client) => {
    let best: { id: string; levelDb: number; count: number } | undefined;
    for (const { id, at, eirpDbm } of radios) {
      if (client.radio !== undefined && client.radio !== id) continue;
      const spread = spreadDb(distanceM(client.at, at));
      const levelDb = eirpDbm - pathLossExponent * spread - wallLossDb(walls, client.at, at);
      const count = counts.get(id) ?? 0;
      const isBetter =
        best === undefined ||
        levelDb > best.levelDb ||
        (levelDb === best.levelDb && count < best.count);
      if (isBetter) best = { id, levelDb, count };
    }
    if (best === undefined) return null;
    counts.set(best.id, best.count + 1);
    return best.id;
  };
}
