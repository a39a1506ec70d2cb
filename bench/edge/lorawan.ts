/** What LoRaWAN carries in how many bytes, and what a cut loses; the channel is a simulated one. */
import { cutOff } from '#cli/lorawan/try.ts';
import { decodeMessage, encodeMessage } from '#protocols/lorawan/codec.ts';
import { bitsOf } from '#protocols/lorawan/fields.ts';
import { messages } from '#protocols/lorawan/messages.ts';
import { rateOf, regionNamed } from '#protocols/lorawan/regions.ts';
import { atMost, type BenchOptions, inTurns, median, type Row, told } from '../bench.ts';

const RADIOS_MAX = 7;
const ROUNDS = 20_000;

const cuts = [
  { region: 'EU868', dr: 0, nodes: 4, pathLossDb: 130 },
  { region: 'EU868', dr: 5, nodes: 100, pathLossDb: 130 },
  { region: 'US915', dr: 0, nodes: 20, pathLossDb: 140 },
] as const;

export async function rows({ repeats, note }: BenchOptions): Promise<Row[]> {
  return [...sizes(), ...(await codec(repeats)), ...cuts.flatMap((cut) => cutRows(cut, note))];
}

function sizes(): Row[] {
  const bytes = (name: keyof typeof messages) =>
    Math.ceil((8 + bitsOf(messages[name].fields, RADIOS_MAX)) / 8);
  const slowest = rateOf(regionNamed('US915'), 0).payloadBytes;
  return [
    atMost(`LoRaWAN: state vector of ${RADIOS_MAX} radios`, bytes('state'), 'B', 128),
    atMost(`LoRaWAN: heartbeat of ${RADIOS_MAX} radios`, bytes('heartbeat'), 'B', 64),
    atMost('LoRaWAN: alert', bytes('alert'), 'B', 32),
    atMost('LoRaWAN: acknowledgement', bytes('acknowledgement'), 'B', 8),
    atMost('LoRaWAN: alert at the slowest rate of US915', bytes('alert_short'), 'B', slowest),
  ];
}

async function codec(repeats: number): Promise<Row[]> {
  const message = {
    is: 'acknowledgement',
    record: 77,
    configuration: 0xabcdef,
    outcome: 'applied',
    reason: null,
  } as const;
  const { turns } = await inTurns(repeats, {
    turns: async () => {
      const before = performance.now();
      let ok = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        if (decodeMessage(encodeMessage({ ...message, record: round })).ok) ok += 1;
      }
      if (ok !== ROUNDS) throw new Error('a message did not come back');
      return ((performance.now() - before) * 1_000) / ROUNDS;
    },
  });
  return [told('LoRaWAN: an acknowledgement encoded and decoded', median(turns), 'µs')];
}

function cutRows(cut: (typeof cuts)[number], note: (text: string) => void): Row[] {
  const figures = cutOff({ ...cut, hours: 6, alertEveryMin: 20, seed: 1 });
  if (figures === undefined) throw new Error('nobody stopped it');
  const name = `LoRaWAN ${cut.region} DR${cut.dr}, ${cut.nodes} nodes cut off 6 h, simulated channel`;
  note(`${name}: ${figures.alertsTold} alerts, ${figures.heartbeats} heartbeats arrived`);
  return [
    atMost(`${name}: alerts lost`, figures.lost, 'alerts', 0),
    atMost(`${name}: alerts doubled`, figures.doubled, 'alerts', 0),
    told(`${name}: alerts while cut off`, figures.alertsOverLora / figures.alertsTold, 'of all'),
    atMost(`${name}: fullest hour`, 100 * figures.fullestHour, '%', 100 * figures.dutyCycle),
  ];
}
