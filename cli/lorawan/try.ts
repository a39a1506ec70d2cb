import { dutyOf, rateOf, regionNamed, regions } from '#protocols/lorawan/regions.ts';
import { mostInAnHour } from '#sim/lorawan/fullest-hour.ts';
import { within } from '../air/options.ts';
import type { Command, Output } from '../command.ts';
import { table } from '../table.ts';
import { type Arrived, anAlert, makeField } from './field.ts';

const HOUR_S = 3_600;
const STEP_S = 60;
/** Past the hysteresis of the way back. */
const RETURN_S = 120;

export const tryOut: Command = {
  name: 'try',
  summary: 'Cuts simulated nodes off for a while and shows what arrives over LoRaWAN.',
  usage: '[options]',
  examples: [
    'airguard lorawan try',
    'airguard lorawan try --region US915 --dr 0 --nodes 20 --hours 4 --path-loss 140',
  ],
  options: {
    region: { about: regions.map(({ name }) => name).join(', '), value: 'NAME', default: 'EU868' },
    dr: { about: 'Data rate', value: 'N', default: '0' },
    nodes: { about: 'How many, 1 to 200', value: 'N', default: '4' },
    hours: { about: 'How long they are cut off, 1 to 48', value: 'N', default: '2' },
    alerts: {
      about: 'Each node has one every so many minutes, 1 to 1440',
      value: 'N',
      default: '20',
    },
    'path-loss': { about: 'Between node and gateway, dB', value: 'DB', default: '130' },
    seed: { about: 'Decides the whole run', value: 'N', default: '1' },
  },
  positionals: { min: 0, max: 0 },
  async run(args, output, stop) {
    const region = regionNamed(args.text('region') ?? 'EU868');
    const dr = within(args, 'dr', 0, 15);
    rateOf(region, dr);
    const figures = cutOff(
      {
        region: region.name,
        dr,
        nodes: within(args, 'nodes', 1, 200),
        hours: within(args, 'hours', 1, 48),
        alertEveryMin: within(args, 'alerts', 1, 1_440),
        pathLossDb: within(args, 'path-loss', 60, 200),
        seed: within(args, 'seed', 0, Number.MAX_SAFE_INTEGER),
      },
      output,
      stop,
    );
    if (figures === undefined) return 'interrupted';
    if (output.json) output.document(figures);
    else for (const line of describe(figures)) output.line(line);
    const { lost, doubled, fullestHour, dutyCycle } = figures;
    return lost + doubled === 0 && fullestHour <= dutyCycle ? 'held' : 'invariantBroke';
  },
};

export interface CutOff {
  readonly region: string;
  readonly dr: number;
  readonly nodes: number;
  readonly hours: number;
  readonly alertEveryMin: number;
  readonly pathLossDb: number;
  readonly seed: number;
}

/** Undefined where it was stopped. */
export function cutOff(
  options: CutOff,
  output?: Pick<Output, 'progress'>,
  stop?: AbortSignal,
): ReturnType<typeof count> | undefined {
  const field = makeField(options);
  field.pass(HOUR_S / 4);
  for (const { fallback } of field.nodes) fallback.linkLost();
  const told = new Map<string, number>();
  const steps = (options.hours * HOUR_S) / STEP_S;
  for (let step = 0; step < steps; step += 1) {
    if (stop?.aborted) return undefined;
    if (step % 60 === 0) output?.progress(`${step / 60} of ${options.hours} hours`);
    field.nodes.forEach(({ fallback, node }, index) => {
      // Not all in the same minute.
      if ((step + index) % options.alertEveryMin !== 0) return;
      told.set(`${node} ${fallback.alert(anAlert)}`, field.clock.monotonic());
    });
    field.pass(STEP_S);
  }
  const overLora = field.heard.filter(({ via }) => via === 'lora').length;
  for (const { fallback } of field.nodes) fallback.linkRestored();
  field.pass(RETURN_S);
  return count(options, field, told, overLora);
}

function count(
  options: CutOff,
  field: ReturnType<typeof makeField>,
  told: ReadonlyMap<string, number>,
  overLora: number,
) {
  const alerts = field.heard.filter(({ message }) => message.is.startsWith('alert'));
  const counted = alerts.filter(({ isFuller }) => !isFuller).map(nameOf);
  const first = alerts.filter(({ via, isFuller }) => via === 'lora' && !isFuller);
  const waitsS = first
    .map((each) => (each.atUs - told.get(nameOf(each))!) / 1e6)
    .sort((a, b) => a - b);
  const of = (kind: string) =>
    field.heard.filter(({ message }) => message.is.startsWith(kind)).length;
  return {
    ...options,
    generated: true as const,
    alertsTold: told.size,
    alertsOverLora: first.length,
    alertsOverWan: counted.length - first.length,
    lost: told.size - new Set(counted).size,
    doubled: counted.length - new Set(counted).size,
    waitMedianS: waitsS[Math.floor(waitsS.length / 2)] ?? null,
    waitP95S: waitsS[Math.floor(waitsS.length * 0.95)] ?? null,
    recordsOverLora: overLora,
    heartbeats: of('heartbeat'),
    states: of('state'),
    frames: field.gateway.fates,
    downlinks: field.gateway.downlinksSent,
    dutyCycle: dutyOf(regionNamed(options.region)),
    fullestHour: Math.max(...field.nodes.map(({ modem }) => mostInAnHour(modem.sent))) / 3.6e9,
  };
}

function nameOf({ node, message }: Arrived): string {
  return `${node} ${message.record}`;
}

function describe(figures: NonNullable<ReturnType<typeof cutOff>>): string[] {
  const { frames } = figures;
  const seconds = (value: number | null) => (value === null ? '–' : `${value.toFixed(0)} s`);
  return [
    `${figures.nodes} simulated nodes in ${figures.region} at DR${figures.dr}, cut off for ${figures.hours} h, ${figures.pathLossDb} dB from the gateway (simulated channel)`,
    '',
    ...table([
      ['alerts', `${figures.alertsTold}`],
      [
        '  over LoRaWAN',
        `${figures.alertsOverLora}, after ${seconds(figures.waitMedianS)} (median), ${seconds(figures.waitP95S)} (95 %)`,
      ],
      ['  over the link, once restored', `${figures.alertsOverWan}`],
      ['  lost, doubled', `${figures.lost}, ${figures.doubled}`],
      ['heartbeats, states', `${figures.heartbeats}, ${figures.states}`],
      [
        'frames',
        `${frames.received} received, ${frames.weak} too weak, ${frames.collided} collided, ${frames.deaf} while the gateway sent`,
      ],
      ['answers', `${figures.downlinks}`],
      [
        'fullest hour of a node',
        `${(100 * figures.fullestHour).toFixed(2)} % of the air, ${100 * figures.dutyCycle} % allowed`,
      ],
    ]),
  ];
}
