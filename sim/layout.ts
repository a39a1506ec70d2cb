/** From a scenario to a place: every node, radio and client with its position and channel. */
import type { AirChange } from '#protocols/air.ts';
import type { Band } from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import type { ActorId, NodeId } from '#protocols/ids.ts';
import type { Random } from '#protocols/random.ts';
import type { Setting } from './air/spectrum/emission.ts';
import { settingOf } from './air/spectrum/setting.ts';
import { type Movement, movementsOf } from './mobility/movement.ts';
import type { ClientPlan, NodePlan, RadioPlan, Scenario, SitePlan } from './scenario.ts';

export interface Layout {
  readonly site: SitePlan;
  readonly clients: readonly ClientPlan[];
  /** The air as it is when the run begins, all but our own radios, which their drivers switch on. */
  readonly atStart: readonly AirChange[];
  /** What the scenario changes on the air later, apart from faults. */
  readonly later: readonly { readonly atUs: number; readonly change: AirChange }[];
  readonly movements: readonly Movement[];
}

/** Sizes from the command line, in place of the scenario's. */
export interface Sizes {
  readonly nodes?: number | undefined;
  readonly radios?: number | undefined;
  readonly strategy?: string | undefined;
}

/** The air's name of a radio. */
export function airId(node: string, radio: string): string {
  return `${node}/${radio}`;
}

export function layOut(scenario: Scenario, random: Random, sizes: Sizes = {}): Layout {
  if (scenario.city !== undefined) {
    throw new InputError(
      `scenario ${scenario.name} is a city of many sites: expected a scenario of one, such as campus`,
    );
  }
  const isSized = sizes.nodes !== undefined || sizes.radios !== undefined;
  if (isSized && scenario.generate === undefined) {
    throw new InputError(
      `scenario ${scenario.name} names its nodes: --nodes and --radios are for those with \`generate\`, such as campus`,
    );
  }
  const written = scenario.nodes.map(
    (node): NodePlan => ({ ...node, radios: node.radios.map((radio) => filledIn(node.id, radio)) }),
  );
  const generated = generate(scenario, random, sizes);
  const nodes = [...written, ...generated.nodes];
  const clients = [...scenario.clients, ...generated.clients];
  const atStart: AirChange[] = [
    ...scenario.walls.map((wall): AirChange => ({ kind: 'wall', ...wall })),
    ...nodes.flatMap((node) =>
      node.radios.map(
        ({ id }): AirChange => ({
          kind: 'radio',
          id: airId(node.id, id),
          at: node.at,
          channel: null,
        }),
      ),
    ),
    ...scenario.neighbours.flatMap(({ id, at, channel, eirpDbm, load }): AirChange[] => [
      { kind: 'radio', id, at, channel, eirpDbm, unmanaged: true },
      {
        kind: 'client',
        id: `${id}-client`,
        at: { ...at, x: at.x + 3 },
        radio: id,
        offeredMbps: load,
      },
    ]),
    ...clients.map(
      ({ id, at, radio, offeredMbps }): AirChange => ({
        kind: 'client',
        id,
        at,
        radio,
        offeredMbps,
      }),
    ),
  ];
  const later = onTheAir(scenario.emitters, nodes).flatMap(({ from, until, ...emitter }) => [
    { atUs: from, change: { kind: 'emitter', ...emitter } as AirChange },
    ...(until === undefined
      ? []
      : [{ atUs: until, change: { kind: 'emitter', ...emitter, duty: 0 } as AirChange }]),
  ]);
  const { site, country, settings } = scenario;
  const strategy = sizes.strategy ?? scenario.strategy;
  const movements = movementsOf(scenario, generated, random.fork('walks'));
  return { site: { site, country, strategy, settings, nodes }, clients, atStart, later, movements };
}

/** The emitters that are there: one that was recorded comes and goes with its recording. */
function onTheAir(
  emitters: Scenario['emitters'],
  nodes: readonly NodePlan[],
): (Omit<Scenario['emitters'][number], 'recordedBy'> & Setting)[] {
  const drivers = new Map(
    nodes.flatMap((node) =>
      node.radios.map(({ id, driver }) => [airId(node.id, id), driver] as const),
    ),
  );
  return emitters.flatMap(({ recordedBy, ...written }) => {
    const emitter = { ...written, ...settingOf(written.id, written) };
    if (recordedBy === undefined) return [emitter];
    const driver = drivers.get(recordedBy) ?? '';
    if (!driver.startsWith('capture:')) return [];
    const [, shiftMhz = '0'] = /[?&]shift=(-?\d+)/.exec(driver) ?? [];
    return [{ ...emitter, centerMhz: emitter.centerMhz + Number(shiftMhz) }];
  });
}

function filledIn(node: string, radio: Scenario['nodes'][number]['radios'][number]): RadioPlan {
  return {
    ...radio,
    bands: radio.bands ?? [radio.channel.band],
    driver: radio.driver ?? `sim:${airId(node, radio.id)}`,
  };
}

function generate(
  { generate: plan }: Scenario,
  random: Random,
  sizes: Sizes,
): { nodes: NodePlan[]; clients: ClientPlan[] } {
  const nodes: NodePlan[] = [];
  const clients: ClientPlan[] = [];
  if (plan === undefined) return { nodes, clients };
  const count = sizes.nodes ?? plan.nodes;
  const radios = sizes.radios ?? plan.radios;
  const side = Math.ceil(Math.sqrt(count));
  const bands: Band[] = [...new Set(plan.channels.map(({ band }) => band))];
  const channelDraw = random.fork('channels');
  const clientDraw = random.fork('clients');
  const [leastMbps, mostMbps] = plan.offeredMbps;
  for (let index = 0; index < count; index += 1) {
    const at = {
      x: (index % side) * plan.spacingM,
      y: Math.floor(index / side) * plan.spacingM,
      z: 2.5,
    };
    // The name is made of a letter and digits, which is what a node id is.
    const id = `n${index}` as NodeId;
    const own: RadioPlan[] = [];
    for (let place = 0; place < radios; place += 1) {
      const band = bands[place % bands.length] as Band;
      const channels = plan.channels.filter((channel) => channel.band === band);
      const channel = channels[channelDraw.below(channels.length)] as RadioPlan['channel'];
      const radio = `radio-${place}` as ActorId;
      own.push({
        id: radio,
        channel,
        eirpDbm: 20,
        bands: [band],
        maxWidthMhz: 80,
        minEirpDbm: 0,
        maxEirpDbm: 30,
        antennaGainDbi: 3,
        driver: `sim:${airId(id, radio)}`,
      });
      for (let client = 0; client < plan.clientsPerRadio; client += 1) {
        clients.push({
          id: `${id}-r${place}-c${client}`,
          at: {
            x: at.x + (clientDraw.uniform() - 0.5) * plan.spacingM,
            y: at.y + (clientDraw.uniform() - 0.5) * plan.spacingM,
            z: 1,
          },
          radio: airId(id, radio),
          offeredMbps: leastMbps + clientDraw.uniform() * (mostMbps - leastMbps),
        });
      }
    }
    nodes.push({ id, at, indoor: plan.indoor, radios: own });
  }
  return { nodes, clients };
}
