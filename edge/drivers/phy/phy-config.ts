/** What a node's configuration says of a real radio, and what a driver makes of it. */
import * as z from 'zod';
import { Band, type Channel, WidthMhz } from '#protocols/channels.ts';
import type { Clock } from '#protocols/clock.ts';
import type { Random } from '#protocols/random.ts';
import type { DriverSite } from '../entry.ts';
import type { PhyIo } from './io.ts';

const Bssid = z
  .string()
  .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, 'expected a BSSID in lower case, 04:f0:21:00:00:01');

export const PhyRadioConfig = z.strictObject({
  address: z
    .string()
    .regex(/^ath(11k|10k|9k):\w[\w.-]{0,31}$/, 'expected ath11k:phy0 or the like')
    .describe('Which radio, by its driver and its name below /sys/class/ieee80211'),
  interface: z
    .string()
    .regex(/^\w[\w.-]{0,14}$/, 'expected an interface, such as wlan0')
    .describe('The interface that hostapd runs on it'),
  hostapdFolder: z
    .string()
    .regex(/^\/[\w./-]+$/, 'expected a folder, such as /var/run/hostapd')
    .default('/var/run/hostapd')
    .describe("hostapd's ctrl_interface"),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'expected two letters of ISO 3166, such as DE')
    .describe('Whose rules hold where it stands'),
  antennaGainDbi: z
    .number()
    .min(-30)
    .max(40)
    .nullable()
    .describe('Of the antenna; null while it is not known: then the radio does not send'),
  cableLossDb: z.number().min(0).max(60).default(0).describe('Between connector and antenna'),
  bands: z.array(Band).min(1).default(['2.4', '5', '6']).describe('Bands that it may use'),
  maxWidthMhz: WidthMhz.default(160).describe('The widest channel that it may use'),
  minEirpDbm: z.number().default(1).describe('The least power it is set to, EIRP in dBm'),
  maxEirpDbm: z.number().max(60).default(36).describe('The most, EIRP in dBm'),
  listenAround: z
    .boolean()
    .default(true)
    .describe('Leave the channel for 0.1 s each to hear neighbours on the others, passively'),
  /** Names of our own radios by BSSID, `ap2/radio-0`. */
  fleet: z.record(Bssid, z.string()).default({}),
});
export type PhyRadioConfig = z.infer<typeof PhyRadioConfig>;

/** What `openDriver(config.address, …)` takes. */
export function phySite(
  config: PhyRadioConfig,
  machine: {
    readonly io: PhyIo;
    readonly clock: Clock;
    readonly random: Random;
    /** By the rules of the radio's domain. */
    readonly silenceOwedMs: (channel: Channel) => number;
  },
): DriverSite {
  const { bands, maxWidthMhz, minEirpDbm, maxEirpDbm, fleet } = config;
  return {
    clock: machine.clock,
    random: machine.random,
    antennaGainDbi: config.antennaGainDbi,
    cableLossDb: config.cableLossDb,
    capabilities: {
      spectral: true,
      pulses: false,
      bands,
      maxWidthMhz,
      minEirpDbm,
      maxEirpDbm,
    },
    phy: {
      io: machine.io,
      interfaceName: config.interface,
      controlFolder: config.hostapdFolder,
      silenceOwedMs: machine.silenceOwedMs,
      listenAround: config.listenAround,
      knownAs: (bssid) => fleet[bssid],
    },
  };
}
