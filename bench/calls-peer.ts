/**
 * The other process of the benchmark `calls`: a node with one simulated radio, as `up` starts it, or
 * a bare responder. What it is comes as its argument; it ends with its parent.
 */
import { connectNats } from '#agents/bus/nats.ts';
import { openLibraryResponder } from '#agents/bus/nats-peer-request.ts';
import { createRandom } from '#agents/random/philox.ts';
import { MemoryStore } from '#agents/store/memory.ts';
import { seededKeys } from '#cli/fleet/keys.ts';
import { startNode } from '#cli/fleet/node.ts';
import { RealClock } from '#cli/live/real-clock.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import { createSimDriver } from '#edge/drivers/sim.ts';
import { channelFromNumber } from '#protocols/channels.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';

export interface PeerWish {
  readonly role: 'host' | 'responder';
  readonly servers: string;
  readonly nkeySeed: string;
  readonly site: string;
  readonly node: string;
  readonly subject: string;
  /** What the bare responder answers with. */
  readonly answerBytes: number;
}

process.on('disconnect', () => process.exit(0));
const [given = ''] = process.argv.slice(2);
// Our own parent wrote it.
const wish = JSON.parse(given) as PeerWish;
await (wish.role === 'host' ? startHost(wish) : respond(wish));
process.send?.('ready');

async function respond({ servers, nkeySeed, subject, answerBytes }: PeerWish): Promise<void> {
  const answer = new Uint8Array(answerBytes).fill(0x20);
  await openLibraryResponder({ servers, nkeySeed, subject, answer });
}

async function startHost({ servers, nkeySeed, site, node }: PeerWish): Promise<void> {
  const bus = await connectNats({
    servers,
    nkeySeed,
    site,
    client: node,
    onFatal: (error) => {
      throw error;
    },
  });
  const clock = new RealClock();
  const random = createRandom('bench');
  const keys = seededKeys(1, [node]);
  const air = createFluidAir({ random: random.fork('air') });
  air.apply({ kind: 'radio', id: `${node}/radio-0`, at: { x: 0, y: 0, z: 3 } });
  const home = channelFromNumber({ band: '5', number: 36, widthMhz: 20 })!;
  const driver = createSimDriver({
    address: `sim:${node}/radio-0`,
    id: `${node}/radio-0`,
    air: directAir(air, clock),
    clock,
    random: random.fork('radio'),
    antennaGainDbi: 3,
    capabilities: {
      spectral: false,
      pulses: false,
      bands: ['5'],
      maxWidthMhz: 80,
      minEirpDbm: 0,
      maxEirpDbm: 30,
    },
  });
  startNode({
    site,
    node,
    bus,
    clock,
    random,
    store: new MemoryStore(),
    // A live process counts its records; only the world chains them.
    trace: { chain: () => ({ record: () => {} }) },
    bootId: 'bench',
    passivateAfterMs: null,
    keyring: keys.keyring,
    pseudonyms: keys.pseudonyms,
    signer: keys.signer(node),
    clockTrusted: () => true,
    machine: { bootId: null, uptimeUs: () => 0 },
    radios: [
      {
        actor: 'radio-0',
        home,
        eirpDbm: 20,
        country: 'DE',
        indoor: true,
        antennaGainDbi: 3,
        driver,
      },
    ],
    spectrum: { spectrumPeriodMs: 10_000, sweeps: 64, bins: 128 },
    sampling: { surveyPeriodMs: 10_000, neighbourPeriodMs: 60_000 },
  });
}
