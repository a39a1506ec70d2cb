/** What a node's configuration means, in words, before anything is started. */
import { describeChannel } from '#protocols/channels.ts';
import { US_PER_S } from '#protocols/clock.ts';
import type { Output } from '../command.ts';
import { textTable } from '../table.ts';
import { type EdgeConfig, isReal } from './config.ts';

export function describeEdge(config: EdgeConfig, output: Output): void {
  if (output.json) {
    output.document(config);
    return;
  }
  const { site, node, country, indoor, broker, radios, recorder, limits, spectrum } = config;
  output.line(`${site}/${node}, ${country}, ${indoor ? 'indoors' : 'outdoors'}`);
  output.line(
    'url' in broker
      ? `broker: ${broker.url}`
      : `broker: its own on ${broker.listen}:${broker.port}, linked to ${broker.hub}`,
  );
  const rows = radios.map((radio) => [
    `  ${radio.id}`,
    radio.driver,
    describeChannel(radio.channel),
    sends(radio),
  ]);
  for (const line of textTable(rows)) output.line(line);
  output.line(
    spectrum.always
      ? `spectrum: at full pace, ${spectrum.bins} bins`
      : `spectrum: ${spectrum.sweeps} sweeps of ${spectrum.bins} bins, look by look`,
  );
  output.line(
    recorder === null
      ? 'recorder: none'
      : `recorder: the newest ${recorder.budget / 1e9} GB of sweeps`,
  );
  const { vectors, noise, classes, vectorsPerSecond } = config.detector;
  const detector = [
    ...(classes ? ['classes'] : []),
    ...(noise ? ['noise'] : []),
    ...(vectors ? [`vectors, ${vectorsPerSecond} a second of each radio`] : []),
  ];
  output.line(`detector: ${detector.join('; ') || 'none'}`);
  const { consent, every } = config.learning;
  if (consent) {
    const looks = `it looks for a round every ${every / US_PER_S} s`;
    output.line(`learning: tells what it learned, never what it heard; ${looks}`);
  }
  if (config.lorawan !== undefined) {
    const { modem, region, dr } = config.lorawan;
    output.line(`LoRaWAN: ${modem}, ${region} at DR${dr}, while the hub is out of reach`);
  }
  output.line(`limits: ${limits.memoryMb} MB, ${limits.cpuPercent} % of one core`);
}

function sends(radio: EdgeConfig['radios'][number]): string {
  if (!isReal(radio)) return 'sends nothing';
  const { antennaGainDbi, eirpDbm } = radio;
  return antennaGainDbi === null
    ? 'does not send: antennaGainDbi is missing, so its EIRP is unknown'
    : `${eirpDbm} dBm EIRP`;
}
