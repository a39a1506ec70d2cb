/**
 * A scene of the packet air as people write it: radios, flows, and what is expected to come of them.
 * `sim/scenes/schema.json` is made from this schema.
 */
import * as path from 'node:path';
import * as z from 'zod';
import { type Channel, channelFromNumber } from '#protocols/channels.ts';
import { checkData, namesIn, readNamed } from '../../data-file.ts';
import { type Standard, standards } from './formats.ts';
import { pathLossNames, wallDb } from './propagation.ts';
import { rulesOf } from './rules.ts';
import type { PacketScene } from './scene.ts';

const folder = path.join(import.meta.dirname, '..', '..', 'scenes');

const RADIOS_MAX = 2_048;
const Id = z.string().regex(/^[a-z][a-z0-9-]*$/);
/** Payload; below it a scene would show nothing in a minute. */
const Rate = z.number().min(0.01).max(10_000).meta({ unit: 'Mb/s' });
const Mean = z.number().min(0.1).max(60_000).meta({ unit: 'ms' });

const Traffic = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('saturated') }).describe('Always something to send'),
  z.strictObject({ kind: z.literal('cbr'), mbps: Rate }).describe('Packets at equal distances'),
  z.strictObject({ kind: z.literal('poisson'), mbps: Rate }).describe('At exponential distances'),
  z
    .strictObject({ kind: z.literal('on-off'), mbps: Rate, onMs: Mean, offMs: Mean })
    .describe('At equal distances for a time, then silence; both exponential with these means'),
]);

const Radio = z.strictObject({
  id: Id,
  at: z
    .array(z.number().min(-10_000).max(10_000))
    .min(2)
    .max(3)
    .describe('x, y and z, which is 0 when left out')
    .meta({ unit: 'm' }),
  channel: z.number().int().default(36).describe('Number of the primary 20 MHz channel'),
  eirpDbm: z.number().min(-10).max(36).default(20).meta({ unit: 'dBm' }),
});

const Spot = z.tuple([z.number(), z.number()]).meta({ unit: 'm' });

const Wall = z
  .strictObject({
    from: Spot,
    to: Spot,
    lossDb: z.number().min(0).max(60).optional().meta({ unit: 'dB' }),
  })
  .describe('Full height; 5 dB when left out, 7 dB with tgax-enterprise');

const Expectation = z
  .strictObject({
    flow: Id.describe('By its sender; `total` is all of them'),
    of: Id.optional().describe('As a ratio to this flow'),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
    because: z.string().describe('Why, and who says so'),
  })
  .describe('In Mb/s, or as a ratio');

export const SceneFile = z
  .strictObject({
    version: z.literal(1).default(1),
    name: Id,
    about: z.string(),
    standard: z.enum(standards).default('11a'),
    mcs: z.number().int().min(0).max(9).default(7).describe('HE-MCS of 11ax'),
    widthMhz: z
      .union([z.literal(20), z.literal(40), z.literal(80), z.literal(160)])
      .default(20)
      .describe('Of 11ax'),
    rts: z.boolean().default(false),
    band: z.enum(['2.4', '5']).default('5'),
    pathLoss: z
      .enum(pathLossNames)
      .default('log-distance')
      .describe('Exponent 3.5 from 1 m on, or a model of the TGax simulation scenarios'),
    walls: z.array(Wall).max(10_000).default([]),
    leaks: z
      .boolean()
      .default(true)
      .describe('Energy reaches channels that overlap or lie beside, by the spectrum mask'),
    storeyM: z.number().min(2).max(20).default(3).meta({ unit: 'm' }),
    shadowingDb: z.number().min(0).max(12).default(0).meta({ unit: 'dB' }),
    radios: z.array(Radio).min(2).max(RADIOS_MAX),
    flows: z
      .array(z.strictObject({ from: Id, to: Id, traffic: Traffic.default({ kind: 'saturated' }) }))
      .min(1),
    expect: z.array(Expectation).default([]),
  })
  .superRefine((file, context) => {
    const say = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const ids = new Set<string>();
    const spots = new Map<string, string>();
    file.radios.forEach(({ id, at: [x, y, z = 0], channel }, index) => {
      if (ids.has(id)) say(['radios', index, 'id'], `expected each id once, came '${id}' twice`);
      ids.add(id);
      const spot = `${x} ${y} ${z}`;
      const other = spots.get(spot);
      if (other !== undefined) {
        say(['radios', index, 'at'], `expected a spot of its own, came that of '${other}'`);
      }
      spots.set(spot, id);
      if (channelOf(file, channel) === undefined) {
        const wanted = `a channel of ${file.band} GHz with ${widthOf(file)} MHz`;
        say(['radios', index, 'channel'], `expected ${wanted}, came ${channel}`);
      }
    });
    if (file.band === '2.4' && file.standard === '11a') {
      say(['standard'], 'expected 11ax in 2.4 GHz, where 11a is not');
    }
    const senders = new Set<string>();
    file.flows.forEach(({ from, to }, index) => {
      for (const [end, id] of [
        ['from', from],
        ['to', to],
      ] as const) {
        if (!ids.has(id)) say(['flows', index, end], `expected the id of a radio, came '${id}'`);
      }
      if (from === to) say(['flows', index, 'to'], `expected another radio than '${from}'`);
      if (senders.has(from)) say(['flows', index, 'from'], `expected one flow of '${from}'`);
      senders.add(from);
    });
    file.expect.forEach(({ flow, of }, index) => {
      for (const [key, id] of [
        ['flow', flow],
        ['of', of],
      ] as const) {
        if (id === undefined || id === 'total' || senders.has(id)) continue;
        say(['expect', index, key], `expected the sender of a flow, came '${id}'`);
      }
    });
  });
export type SceneFile = z.output<typeof SceneFile>;

export function sceneNames(): string[] {
  return namesIn(folder);
}

/** By its name, or from a YAML or JSON file by its path. */
export function loadScene(nameOrPath: string): SceneFile {
  return checkData(SceneFile, readNamed(folder, nameOrPath, 'scene'), `scene ${nameOrPath}`);
}

export function packetScene(file: SceneFile): PacketScene {
  const places = new Map(file.radios.map(({ id }, place) => [id, place]));
  return {
    nodes: file.radios.map(({ id, at: [x = 0, y = 0, z = 0], channel, eirpDbm }) => {
      return { id, x, y, z, channel: channelOf(file, channel)!, txDbm: eirpDbm };
    }),
    flows: file.flows.map(({ from, to, traffic }) => {
      return { from: places.get(from)!, to: places.get(to)!, traffic };
    }),
    rules: rulesOf({
      standard: file.standard,
      mcs: file.mcs,
      widthMhz: file.widthMhz,
      usesRts: file.rts,
      band: file.band,
      controlMbps: 6,
    }),
    space: {
      pathLoss: file.pathLoss,
      band: file.band,
      walls: file.walls.map(({ from, to, lossDb = wallDb[file.pathLoss] }) => {
        return { from: point(from), to: point(to), lossDb };
      }),
      storeyM: file.storeyM,
      leaks: file.leaks,
      shadowingDb: file.shadowingDb,
    },
  };
}

interface Tuning {
  readonly band: '2.4' | '5';
  readonly standard: Standard;
  readonly widthMhz: 20 | 40 | 80 | 160;
}

function channelOf(file: Tuning, number: number): Channel | undefined {
  return channelFromNumber({ band: file.band, number, widthMhz: widthOf(file) });
}

function widthOf({ standard, widthMhz }: Tuning) {
  return standard === '11a' ? 20 : widthMhz;
}

function point([x, y]: readonly [number, number]) {
  return { x, y, z: 0 };
}

/** The schema of scene files, as editors take it. */
export function sceneSchema(): string {
  const schema = z.toJSONSchema(SceneFile, { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'Airguard scene', ...schema }, null, 2)}\n`;
}
