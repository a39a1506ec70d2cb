import { InputError } from '#protocols/errors.ts';
import { dataFrameUs, LORAWAN_OVERHEAD_BYTES, symbolUs } from '#protocols/lorawan/airtime.ts';
import {
  type DataRate,
  dutyOf,
  type LoraRegion,
  payloadFault,
  rateOf,
  regionNamed,
  regions,
} from '#protocols/lorawan/regions.ts';
import type { Command } from '../command.ts';
import { table } from '../table.ts';

const HOUR_US = 3_600_000_000;
/** Eight, and the quarter-symbols behind them. */
const PREAMBLE_SYMBOLS = 12.25;

export const airtime: Command = {
  name: 'airtime',
  summary: 'How long a payload is on the air, and how often the duty cycle allows it.',
  usage: '[--region NAME] [--dr N] [--bytes N]',
  examples: [
    'airguard lorawan airtime --region EU868',
    'airguard lorawan airtime --region EU868 --dr 0 --bytes 51',
  ],
  options: {
    region: { about: regions.map(({ name }) => name).join(', '), value: 'NAME', default: 'EU868' },
    dr: { about: 'Data rate; all of the region by default', value: 'N' },
    bytes: { about: 'Application payload; the largest of the rate by default', value: 'N' },
  },
  positionals: { min: 0, max: 0 },
  async run(args, output) {
    const region = regionNamed(args.text('region') ?? 'EU868');
    const dr = args.integer('dr');
    const bytes = args.integer('bytes');
    if (bytes !== undefined && (bytes < 0 || bytes > 242)) {
      throw new InputError(`--bytes: expected a number from 0 to 242, came ${bytes}`);
    }
    const rates = dr === undefined ? region.rates : [rateOf(region, dr)];
    const rows = rates.map((rate) => figuresOf(region, rate, bytes ?? rate.payloadBytes));
    if (output.json) {
      const { name, dwellUs, source } = region;
      const dwellMs = dwellUs === null ? null : dwellUs / 1_000;
      output.document({ region: name, dutyCycle: dutyOf(region), dwellMs, source, rates: rows });
    } else {
      for (const line of describe(region, rows)) output.line(line);
    }
    return dr !== undefined && rows.some(({ fault }) => fault !== null) ? 'refused' : 'held';
  },
};

function figuresOf(region: LoraRegion, rate: DataRate, bytes: number) {
  const us = dataFrameUs(rate, bytes);
  return {
    dr: rate.dr,
    spreadingFactor: rate.spreadingFactor,
    bandwidthKhz: rate.bandwidthHz / 1_000,
    payloadBytesMax: rate.payloadBytes,
    confirmed: rate.confirmed,
    bytes,
    frameBytes: bytes + LORAWAN_OVERHEAD_BYTES,
    airtimeMs: us / 1_000,
    preambleMs: (PREAMBLE_SYMBOLS * symbolUs(rate)) / 1_000,
    framesAnHour: Math.floor((dutyOf(region) * HOUR_US) / us),
    fault: payloadFault(region, rate, bytes) ?? null,
  };
}

type Figures = ReturnType<typeof figuresOf>;

function describe(region: LoraRegion, rows: readonly Figures[]): string[] {
  const { name, dwellUs, source } = region;
  const dwell = dwellUs === null ? '' : `, no frame longer than ${dwellUs / 1_000} ms`;
  return [
    `${name}: ${100 * dutyOf(region)} % of every hour${dwell} (${source})`,
    '',
    ...table([
      ['rate', '', '', 'largest', 'payload', 'on the air', 'in an hour'],
      ...rows.map((row) => [
        `DR${row.dr}`,
        `SF${row.spreadingFactor}`,
        `${row.bandwidthKhz} kHz`,
        `${row.payloadBytesMax} B`.padStart(7),
        `${row.bytes} B`.padStart(7),
        `${row.airtimeMs.toFixed(1)} ms`.padStart(10),
        `${row.framesAnHour}`.padStart(10),
      ]),
    ]),
    ...rows.flatMap(({ fault }) => (fault === null ? [] : ['', `may not be sent: ${fault}`])),
  ];
}
