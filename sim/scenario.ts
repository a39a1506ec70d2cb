/**
 * A scenario: a site, what is on the air there, and what goes wrong. It is data, written in YAML or
 * JSON and read through this schema; `sim/scenarios/schema.json` is made from it. Every time is one
 * of the world's, from the start of the run.
 */
import * as z from 'zod';
import { Band, WidthMhz } from '#protocols/channels.ts';
import { DurationUs } from '#protocols/duration.ts';
import { InputError } from '#protocols/errors.ts';
import { ActorId, NodeId, SiteId } from '#protocols/ids.ts';
import { Dbm, Mbps } from '#protocols/units.ts';
import { WrittenChannel } from '#protocols/written-channel.ts';
import { emitterFields, isSettled, unsettled } from './air/spectrum/setting.ts';
import { checkData } from './data-file.ts';
import { FaultPlan } from './faults/fault-plan.ts';
import { checkPaths } from './mobility/movement.ts';
import { Path } from './mobility/path.ts';
import { Walking } from './mobility/random-waypoint.ts';
import { Roaming } from './mobility/roaming.ts';

export const scenarioVersion = 1;

export const Place = z.strictObject({
  x: z.number().meta({ unit: 'm' }),
  y: z.number().meta({ unit: 'm' }),
  z: z.number().default(2.5).meta({ unit: 'm' }),
});
export type Place = z.infer<typeof Place>;

const Radio = z.strictObject({
  id: ActorId,
  channel: WrittenChannel.describe('Where it begins'),
  eirpDbm: Dbm.default(20),
  bands: z.array(Band).min(1).optional().describe('The band of its channel when left out'),
  maxWidthMhz: WidthMhz.default(80),
  minEirpDbm: Dbm.default(0),
  maxEirpDbm: Dbm.default(30),
  antennaGainDbi: z.number().nullable().default(3),
  driver: z
    .string()
    .regex(/^(sim|capture):/, {
      error: ({ input }) =>
        `expected a driver's address that begins with sim: or capture:, came '${input}'; a real radio belongs in the configuration of \`airguard edge --config\``,
    })
    .optional()
    .describe(
      'Address of a driver; `capture:FILE?from=10m&loop&tune` and `capture:FOLDER?radio=radio-0` play a recorded spectrum',
    ),
});

const Node = z.strictObject({
  id: NodeId,
  at: Place,
  path: Path.optional().describe('How it moves; it stays where it is when left out'),
  indoor: z.boolean().default(true),
  radios: z.array(Radio).min(1),
});

const Client = z.strictObject({
  id: z.string().min(1),
  at: Place,
  path: Path.optional().describe('How it moves; it stays where it is when left out'),
  radio: z.string().describe('The radio it uses, where it roams the first: `ap1/radio-0`'),
  bands: z.array(Band).min(1).optional().describe('Where it may roam to; every band when left out'),
  offeredMbps: Mbps.default(10),
});

const Neighbour = z.strictObject({
  id: z.string().min(1),
  at: Place,
  channel: WrittenChannel,
  eirpDbm: Dbm.default(20),
  load: Mbps.default(10).describe('What it sends to a client of its own'),
});

const Emitter = z
  .strictObject({
    id: z.string().min(1),
    at: Place,
    ...emitterFields,
    from: DurationUs.default(0),
    until: DurationUs.optional(),
    recordedBy: z
      .string()
      .optional()
      .describe(
        'The radio, as `ap1/radio-0`, whose recording holds it: on the air only while that radio plays one, and shifted with it',
      ),
  })
  .refine(isSettled, { error: unsettled });

const Wall = z.strictObject({ from: Place, to: Place, lossDb: z.number().min(0) });

const Generate = z.strictObject({
  nodes: z.number().int().min(1).max(20_000),
  radios: z.number().int().min(1).max(8).describe('Radios a node'),
  clientsPerRadio: z.number().int().min(0).max(64).default(8),
  indoor: z.boolean().default(true),
  spacingM: z.number().positive().default(20).describe('Between nodes, on a square grid'),
  offeredMbps: z.tuple([Mbps, Mbps]).default([1, 20]).describe('Drawn evenly between these'),
  walking: Walking.optional().describe('Clients that walk about the site; none when left out'),
  channels: z
    .array(WrittenChannel)
    .min(1)
    .describe('Where radios begin: radio n of a node draws among those of the nth band listed'),
});

/** Neighbourhoods that do not hear each other, each a site of its own. */
const City = z.strictObject({
  gapM: z
    .number()
    .positive()
    .describe('Between the edges of two neighbourhoods')
    .meta({ unit: 'm' }),
  facadeDb: z
    .number()
    .min(0)
    .default(0)
    .describe('What its outer wall takes from a signal that leaves or enters a neighbourhood')
    .meta({ unit: 'dB' }),
  neighbourhoods: z
    .array(
      z.strictObject({
        kind: ActorId.describe('Its neighbourhoods are `<site>-<kind>-001` and so on'),
        count: z.number().int().min(1).max(10_000),
        generate: Generate,
      }),
    )
    .min(1),
});
export type City = z.infer<typeof City>;

const Settings = z.strictObject({
  survey: DurationUs.default(10_000_000),
  neighbours: DurationUs.default(60_000_000),
  replan: DurationUs.default(300_000_000),
  spectrum: z
    .strictObject({
      every: DurationUs.default(10_000_000),
      sweeps: z.number().int().min(1).max(4096).default(64),
      bins: z.literal([64, 128, 256, 512]).default(128),
    })
    .prefault({}),
});
export type Settings = z.infer<typeof Settings>;

/** An instant with its offset written out, so that quiet hours fall alike on every machine. */
const StartsAt = z.iso
  .datetime({ offset: true, local: false })
  .describe('When the run begins, with a fixed offset: 2026-03-02T09:00:00+01:00');

export const Scenario = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(scenarioVersion).default(scenarioVersion),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  about: z.string(),
  site: SiteId,
  country: z.string().regex(/^[A-Z]{2}$/, 'a country of ISO 3166-1, such as DE'),
  startsAt: StartsAt,
  duration: DurationUs.prefault('1h'),
  strategy: z.string().default('thompson'),
  settings: Settings.prefault({}),
  nodes: z.array(Node).default([]),
  clients: z.array(Client).default([]),
  neighbours: z.array(Neighbour).default([]),
  emitters: z.array(Emitter).default([]),
  walls: z.array(Wall).default([]),
  generate: Generate.optional(),
  roaming: Roaming.optional().describe(
    'When clients change their radio; when left out, they do by the defaults if anything moves, and never otherwise',
  ),
  city: City.optional().describe('In place of nodes, clients and the like; faults strike in each'),
  faults: z.array(FaultPlan).default([]),
});
export type Scenario = z.infer<typeof Scenario>;

/** A radio with everything filled in. */
export type RadioPlan = z.infer<typeof Radio> & {
  readonly bands: readonly Band[];
  readonly driver: string;
};
export type NodePlan = Omit<z.infer<typeof Node>, 'radios'> & {
  readonly radios: readonly RadioPlan[];
};
export type ClientPlan = z.infer<typeof Client>;

/** What every host of the site is told. */
export interface SitePlan {
  readonly site: SiteId;
  readonly country: string;
  readonly strategy: string;
  readonly settings: Settings;
  readonly nodes: readonly NodePlan[];
}

/** Parses scenario data; says in one line what is wrong and where. */
export function parseScenario(data: unknown, from: string): Scenario {
  const scenario = checkData(Scenario, data, `scenario ${from}`);
  if (scenario.city !== undefined) {
    checkCity(scenario, scenario.city, from);
  } else if (scenario.nodes.length === 0 && scenario.generate === undefined) {
    throw new InputError(
      `scenario ${from}: expected \`nodes\`, \`generate\` or \`city\`, came none of them`,
    );
  } else {
    checkNames(scenario, from);
    checkPaths(scenario, from);
  }
  return scenario;
}

/** A city is made of its neighbourhoods alone, and each kind of them is named once. */
function checkCity(scenario: Scenario, city: City, from: string): void {
  const { nodes, clients, neighbours, emitters, walls, generate, faults } = scenario;
  const lists = { nodes, clients, neighbours, emitters, walls };
  const beside = Object.entries(lists).find(([, list]) => list.length > 0)?.[0];
  const ofOneSite = generate === undefined ? beside : 'generate';
  if (ofOneSite !== undefined) {
    throw new InputError(
      `scenario ${from}: at ${ofOneSite}: expected nothing of one site beside \`city\`, came some`,
    );
  }
  const kinds = city.neighbourhoods.map(({ kind }) => kind);
  kinds.forEach((kind, index) => {
    if (kinds.indexOf(kind) === index) return;
    throw new InputError(
      `scenario ${from}: at city.neighbourhoods.${index}.kind: expected each kind once, came '${kind}' again`,
    );
  });
  faults.forEach((fault, index) => {
    if (fault.kind === 'radar' || fault.node === 'any' || fault.node === 'cloud') return;
    throw new InputError(
      `scenario ${from}: at faults.${index}.node: expected any or cloud in a city, came '${fault.node}'`,
    );
  });
}

/** Names are given once, and what is named exists. */
function checkNames(scenario: Scenario, from: string): void {
  const radios = scenario.nodes.flatMap((node) => node.radios.map(({ id }) => `${node.id}/${id}`));
  const unique = (what: string, names: readonly string[]) => {
    const again = names.find((name, index) => names.indexOf(name) !== index);
    if (again !== undefined) {
      throw new InputError(`scenario ${from}: expected each ${what} once, came '${again}' twice`);
    }
  };
  unique(
    'node',
    scenario.nodes.map(({ id }) => id),
  );
  unique('radio', radios);
  unique(
    'client, neighbour or emitter',
    [...scenario.clients, ...scenario.neighbours, ...scenario.emitters].map(({ id }) => id),
  );
  for (const { id, radio } of scenario.clients) {
    if (!radios.includes(radio)) {
      throw new InputError(
        `scenario ${from}: client '${id}' uses '${radio}': expected one of ${radios.join(', ')}`,
      );
    }
  }
  const nodes = scenario.nodes.map(({ id }) => id as string);
  for (const fault of scenario.faults) {
    const isNamed = fault.kind !== 'radar' && fault.node !== 'any' && fault.node !== 'cloud';
    if (isNamed && scenario.generate === undefined && !nodes.includes(fault.node)) {
      throw new InputError(
        `scenario ${from}: fault ${fault.kind} of node '${fault.node}': expected any, cloud or one of ${nodes.join(', ')}`,
      );
    }
  }
}
