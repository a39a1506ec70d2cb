/**
 * A scene of the packet air as people write it: radios, flows, and what is expected to come of them.
 * `sim/scenes/schema.json` is made from this schema.
 */
import * as path from 'node:path';
import * as z from 'zod';
import { channelFromNumber } from '#protocols/channels.ts';
import { checkData, namesIn, readNamed } from '../../data-file.ts';
import { captures } from './capture.ts';
import { pathLossNames, wallDb } from './propagation.ts';
import type { PacketScene } from './scene.ts';
import { FlowFormat, radioFormat, SceneFormats, sceneFormat } from './scene-formats.ts';
import { COLOUR_MAX, OBSS_PD_DBM_MAX, OBSS_PD_DBM_MIN } from './spatial-reuse.ts';

const folder = path.join(import.meta.dirname, '..', '..', 'scenes');

const RADIOS_MAX = 2_048;
const FLOWS_MAX = 8_192;
const Id = z.string().regex(/^[a-z][a-z0-9-]*$/);
const FlowName = z.string().regex(/^[a-z][a-z0-9-]*(\/[a-z][a-z0-9-]*)?$/);
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
  ...radioFormat,
  colour: z
    .number()
    .int()
    .min(1)
    .max(COLOUR_MAX)
    .optional()
    .describe('Of its network, as 11ax tells it in every data frame'),
  obssPdDbm: z
    .number()
    .min(OBSS_PD_DBM_MIN)
    .max(OBSS_PD_DBM_MAX)
    .optional()
    .describe(
      'Frames of other colours that are weaker are ignored, and what it sends then is weaker too',
    )
    .meta({ unit: 'dBm' }),
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
    flow: FlowName.describe('All of a sender, or one as sender/receiver; `total` is all there are'),
    of: FlowName.optional().describe('As a ratio to this'),
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
    ...sceneFormat,
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
    capture: z
      .enum(captures)
      .default('none')
      .describe(
        'A frame 5 dB stronger takes over: at the preamble of another, within 16 µs, or at any time',
      ),
    storeyM: z.number().min(2).max(20).default(3).meta({ unit: 'm' }),
    shadowingDb: z.number().min(0).max(12).default(0).meta({ unit: 'dB' }),
    radios: z.array(Radio).min(2).max(RADIOS_MAX),
    flows: z
      .array(
        z.strictObject({
          from: Id,
          to: Id,
          traffic: Traffic.default({ kind: 'saturated' }),
          format: FlowFormat.optional(),
        }),
      )
      .min(1)
      .max(FLOWS_MAX)
      .describe('Those of one sender have a queue each, and take turns'),
    expect: z.array(Expectation).default([]),
  })
  .superRefine((file, context) => {
    const say = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const ids = new Set<string>();
    const spots = new Map<string, string>();
    const formats = new SceneFormats(file);
    formats.checkScene((path, message) => say([...path], message));
    file.radios.forEach((radio, index) => {
      const {
        id,
        at: [x, y, z = 0],
        channel,
      } = radio;
      formats.checkRadio(radio, (path, message) => say(['radios', index, ...path], message));
      if (ids.has(id)) say(['radios', index, 'id'], `expected each id once, came '${id}' twice`);
      ids.add(id);
      const spot = `${x} ${y} ${z}`;
      const other = spots.get(spot);
      if (other !== undefined) {
        say(['radios', index, 'at'], `expected a spot of its own, came that of '${other}'`);
      }
      spots.set(spot, id);
      const { colour, obssPdDbm } = radio;
      if (colour !== undefined && formats.standardOf(radio) !== '11ax') {
        say(['radios', index, 'colour'], 'expected none without 11ax');
      }
      if (obssPdDbm !== undefined && colour === undefined) {
        say(['radios', index, 'obssPdDbm'], 'expected a colour with it');
      }
      const widthMhz = formats.widthOf(radio);
      if (channelFromNumber({ band: file.band, number: channel, widthMhz }) === undefined) {
        const wanted = `a channel of ${file.band} GHz with ${widthMhz} MHz`;
        say(['radios', index, 'channel'], `expected ${wanted}, came ${channel}`);
      }
    });
    const radios = new Map(file.radios.map((radio) => [radio.id, radio]));
    const named = new Set(['total']);
    file.flows.forEach(({ from, to, format }, index) => {
      for (const [end, id] of [
        ['from', from],
        ['to', to],
      ] as const) {
        if (!ids.has(id)) say(['flows', index, end], `expected the id of a radio, came '${id}'`);
      }
      if (from === to) say(['flows', index, 'to'], `expected another radio than '${from}'`);
      if (named.has(`${from}/${to}`)) {
        say(['flows', index, 'to'], `expected one flow from '${from}' to '${to}'`);
      }
      named.add(from).add(`${from}/${to}`);
      const [sender, receiver] = [radios.get(from), radios.get(to)];
      if (sender === undefined || receiver === undefined) return;
      if (sender.colour !== receiver.colour) {
        const ours = sender.colour === undefined ? 'no colour' : `colour ${sender.colour}`;
        say(['flows', index, 'to'], `expected a radio with ${ours}, as '${from}', came '${to}'`);
      }
      formats.checkFlow(sender, receiver, format, (path, message) =>
        say(['flows', index, ...path], message),
      );
    });
    file.expect.forEach(({ flow, of }, index) => {
      for (const [key, id] of [
        ['flow', flow],
        ['of', of],
      ] as const) {
        if (id === undefined || named.has(id)) continue;
        say(['expect', index, key], `expected a sender, or sender/receiver, came '${id}'`);
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
  const formats = new SceneFormats(file);
  const places = new Map(file.radios.map(({ id }, place) => [id, place]));
  return {
    nodes: file.radios.map((radio) => {
      const [x = 0, y = 0, z = 0] = radio.at;
      const widthMhz = formats.widthOf(radio);
      const channel = channelFromNumber({ band: file.band, number: radio.channel, widthMhz })!;
      const rules = formats.rulesOf(radio);
      const { id, colour, obssPdDbm } = radio;
      const reuse = {
        ...(colour !== undefined && { colour }),
        ...(obssPdDbm !== undefined && { obssPdDbm }),
      };
      return { id, x, y, z, channel, txDbm: radio.eirpDbm, rules, ...reuse };
    }),
    flows: file.flows.map(({ from, to, traffic, format }) => {
      const [sender, receiver] = [places.get(from)!, places.get(to)!];
      const ends = [file.radios[sender]!, file.radios[receiver]!] as const;
      return { from: sender, to: receiver, traffic, format: formats.formatOf(...ends, format) };
    }),
    rules: formats.rulesOf({}),
    capture: file.capture,
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

function point([x, y]: readonly [number, number]) {
  return { x, y, z: 0 };
}

/** The schema of scene files, as editors take it. */
export function sceneSchema(): string {
  const schema = z.toJSONSchema(SceneFile, { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'Airguard scene', ...schema }, null, 2)}\n`;
}
