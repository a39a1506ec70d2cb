/**
 * The set-up of one node, `airguard edge --config FILE`: its radios, its broker, and how much of the
 * machine it may have. Written in YAML or JSON; everything but names, country and radios has a default.
 */
import { join } from 'node:path';
import * as z from 'zod';
import { domainOf } from '#agents/regulation/regdb.ts';
import { PhyRadioConfig } from '#edge/drivers/phy/phy-config.ts';
import { LoraSettings } from '#edge/lorawan/settings.ts';
import { VECTORS_A_SECOND } from '#edge/pipeline/vector-stage.ts';
import { DurationUs } from '#protocols/duration.ts';
import { ActorId, NodeId, SiteId } from '#protocols/ids.ts';
import { Position } from '#protocols/telemetry/record.ts';
import { Dbm } from '#protocols/units.ts';
import { WrittenChannel } from '#protocols/written-channel.ts';
import { checkData, readData } from '#sim/data-file.ts';

const bytesPer = { MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/** `500MB`, `20GB`, as bytes; decimal, as disks are sold. Undefined when it is no size. */
export function sizeOf(written: string): number | undefined {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(MB|GB|TB)$/.exec(written) ?? [];
  if (count === undefined) return undefined;
  return Math.round(Number(count) * bytesPer[unit as keyof typeof bytesPer]);
}

const Bytes = z.string().transform((written, context) => {
  const bytes = sizeOf(written);
  if (bytes !== undefined) return bytes;
  const message = `expected a size such as 500MB or 20GB, came '${written}'`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const { address: _, country: __, interface: interfaceName, ...ofPhy } = PhyRadioConfig.shape;

const Radio = z
  .strictObject({
    id: ActorId.describe('`radio-0` and so on'),
    driver: z
      .string()
      .regex(/^(ath11k|ath10k|ath9k|capture|sim):/, {
        error: ({ input }) =>
          `expected a driver's address such as ath11k:phy0 or capture:FILE, came '${input}'`,
      })
      .describe(
        '`ath11k:phy0`; `capture:FILE?loop` plays a recording, its radio then sends nothing',
      ),
    channel: WrittenChannel.describe('Where it begins'),
    eirpDbm: Dbm.default(20).describe('EIRP over all chains'),
    ...ofPhy,
    antennaGainDbi: ofPhy.antennaGainDbi.default(null),
    interface: interfaceName.optional(),
  })
  .refine((radio) => !isReal(radio) || radio.interface !== undefined, {
    path: ['interface'],
    error: 'expected the interface that hostapd runs on this radio, such as wlan0; came none',
  });

/** True for radios that exist. */
export function isReal({ driver }: { readonly driver: string }): boolean {
  return driver.startsWith('ath');
}

export const EdgeConfig = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1).default(1),
  site: SiteId,
  node: NodeId,
  country: z.string().refine((country) => domainOf(country) !== undefined, {
    error: ({ input }) =>
      `expected a country of the regulatory database, two letters of ISO 3166-1 such as DE, came '${input}'`,
  }),
  indoor: z.boolean().default(true),
  position: Position.optional().describe('Where it stands, WGS 84; told with all it sends'),
  dir: z.string().default('.airguard').describe('Where keys, stores and recordings are kept'),
  broker: z
    .union([
      z.strictObject({ url: z.string().describe('The leaf broker beside the node') }),
      z.strictObject({
        hub: z.string().regex(/^[^\s:/@]+:\d+$/, 'HOST:PORT, such as hub.example:7422'),
        port: z.number().int().min(1).max(65_535).default(4222),
        listen: z.string().default('127.0.0.1'),
      }),
    ])
    .describe('`url` of one that runs, or `hub`: then the node starts its own and links it there'),
  radios: z.array(Radio).min(1),
  survey: DurationUs.prefault('10s'),
  neighbours: DurationUs.prefault('60s'),
  spectrum: z
    .strictObject({
      every: DurationUs.prefault('10s').describe('How often the findings are judged'),
      sweeps: z.number().int().min(1).max(4096).default(256),
      bins: z.literal([64, 128, 256, 512]).default(512),
      always: z.boolean().default(true).describe('Listens at full pace rather than look by look'),
    })
    .prefault({}),
  recorder: z
    .strictObject({ budget: Bytes.prefault('20GB') })
    .nullable()
    .prefault({})
    .describe('The flight recorder of raw sweeps; null: none'),
  detector: z
    .strictObject({
      vectors: z.boolean().default(true).describe('The autoencoder: what is strange, and vectors'),
      model: z.string().optional().describe('Its file; the one that ships when left out'),
      vectorsPerSecond: z
        .number()
        .int()
        .min(1)
        .max(300)
        .default(VECTORS_A_SECOND)
        .describe(
          'Of strange tiles, of each radio, that leave the node: the strangest and a sample',
        ),
      noise: z.boolean().default(true).describe('Where the noise of a frequency stands out'),
      classes: z.boolean().default(true).describe('The classifier: what an interferer is'),
    })
    .prefault({}),
  learning: z
    .strictObject({
      consent: z
        .boolean()
        .default(false)
        .describe('This node may tell what it learned: changes of weights, never what it heard'),
      every: DurationUs.prefault('10m').describe('How often it looks whether a round is open'),
      noiseMultiplier: z
        .number()
        .min(0)
        .max(100)
        .default(0)
        .describe('Noise on each change that hides what one node did, in clip norms; 0: none'),
      clipNorm: z.number().positive().default(1).describe('Changes are cut to it before the noise'),
    })
    .prefault({}),
  lorawan: LoraSettings.optional().describe('The way out while the link to the hub is cut'),
  uplink: z
    .strictObject({ budget: Bytes.prefault('256MB') })
    .prefault({})
    .describe('What waits for the hub, at most'),
  limits: z
    .strictObject({
      memoryMb: z.number().int().min(150).default(350),
      cpuPercent: z.number().int().min(5).max(800).default(100).describe('Of one core'),
    })
    .prefault({}),
});
export type EdgeConfig = z.infer<typeof EdgeConfig>;
export type EdgeRadio = EdgeConfig['radios'][number];

/** Where the flight recorder keeps its segments. */
export function recordingsOf({ dir, node }: EdgeConfig): string {
  return join(dir, node, 'recordings');
}

export function readEdgeConfig(file: string): EdgeConfig {
  return checkData(EdgeConfig, readData(file, 'configuration'), `configuration ${file}`);
}
