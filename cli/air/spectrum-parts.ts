/** The parts of docs/air/spectra.md that are made from the code, by the name of their place there. */
import { Emission, RadarPattern } from '#protocols/air.ts';
import { type RadarSignal, radarSignals } from '#sim/air/radar-signals.ts';
import { emissionOf } from '#sim/air/spectrum/setting.ts';

export function spectrumParts(): Readonly<Record<string, string>> {
  return { emissions: emissionsTable(), radars: radarsTable() };
}

function emissionsTable(): string {
  const rows = Emission.values
    .values()
    .map((name) => ({ name, ...emissionOf(name) }))
    .map(({ name, about, source, usual: { centerMhz, widthMhz, duty } }) => {
      const usual = `${centerMhz} | ${widthMhz} | ${Number(duty.toPrecision(3))}`;
      return `| \`${name}\` | ${about} | ${usual} | ${source} |`;
    });
  return [
    '| emission | what it is | usual centre, MHz | width, MHz | duty | source |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function radarsTable(): string {
  const rows = RadarPattern.values
    .values()
    .map((name) => `| \`${name}\` | ${cells(radarSignals[name]).join(' | ')} |`);
  return [
    '| pattern | pulse, µs | interval, µs, or pulses a second | pulses | besides |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function cells(signal: RadarSignal): string[] {
  const { widthUs, intervalUs, perSecond, eitherPerSecond, pulses, dwellUs } = signal;
  const { staggered, chirpMhz, long, bursts, hops } = signal;
  const rate = eitherPerSecond?.join(' or ') ?? (perSecond && range(perSecond));
  const inBeam = dwellUs === undefined ? '' : `as many as in ${(dwellUs / 1_000).toFixed(1)} ms`;
  const counted = pulses === undefined ? (hops?.pulses.toString() ?? inBeam) : range(pulses);
  const besides = [
    staggered && `${range(staggered.count)} rates in turn, each with so many pulses`,
    chirpMhz && `chirp of ${range(chirpMhz)} MHz`,
    long &&
      `each followed, after ${range(long.blankUs)} µs, by one of ${range(long.widthUs)} µs with a chirp of ${range(long.chirpMhz)} MHz`,
    bursts && `${range(bursts.count)} bursts in ${bursts.cycleUs / 1e6} s`,
    hops && `on each of ${hops.count} frequencies of ${range(hops.mhz)} MHz`,
  ];
  return [
    range(widthUs),
    intervalUs === undefined ? `${rate} a second` : range(intervalUs),
    counted,
    besides.filter((one) => one !== undefined).join('; '),
  ];
}

function range([least, most]: readonly [number, number]): string {
  const digits = (value: number) => value.toLocaleString('en-US');
  return least === most ? digits(least) : `${digits(least)} to ${digits(most)}`;
}
