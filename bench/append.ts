/**
 * Durable publishing with a message id, by our windowed publisher and by the library's `js.publish`
 * with 1,000 in flight, into one file stream of one broker on this machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startBroker } from '#agents/bus/broker.ts';
import { hubConfig } from '#agents/bus/broker-config.ts';
import { connectNats } from '#agents/bus/nats.ts';
import { createNkey } from '#agents/bus/nats-key.ts';
import { openLibraryPublisher } from '#agents/bus/nats-peer.ts';
import { declareStreams } from '#agents/bus/nats-streams.ts';
import { findNatsServer } from '#setup/nats-server.mjs';
import { atLeast, type Bench, inTurns, median, told } from './bench.ts';

const MESSAGES = 60_000;
const IN_FLIGHT = 1_000;
const BYTES = 200;
const SITE = 'bench';
const SUBJECT = `airguard.${SITE}.event.cloud.bench.message.sent`;

export const bench: Bench = {
  name: 'append',
  about: 'Durable publishes with a message id, next to js.publish of the NATS library.',
  async run({ repeats, note }) {
    const folder = mkdtempSync(join(tmpdir(), 'airguard-bench-'));
    const [port, leafPort] = [await freePort(), await freePort()];
    const key = createNkey();
    const users = [{ nkey: key.publicKey }];
    const storeDir = join(folder, 'store');
    const broker = await startBroker({
      program: await findNatsServer(),
      configFile: join(folder, 'hub.conf'),
      config: hubConfig({ site: SITE, port, leafPort, storeDir, users, leaves: [] }),
      port,
    });
    try {
      const to = { servers: broker.url, site: SITE, nkeySeed: key.seed };
      await declareStreams({ ...to, domain: 'hub' });
      const bus = await connectNats({
        ...to,
        client: 'cloud',
        onFatal: (error) => {
          throw error;
        },
      });
      const library = await openLibraryPublisher(to);
      const data = new Uint8Array(BYTES);
      let run = 0;
      const idsOfRun = () => {
        run += 1;
        const name = `run${run}`;
        return (index: number) => `${name}#${index}`;
      };
      const ours = () =>
        rate((send) => {
          const id = idsOfRun();
          for (let index = 0; index < MESSAGES; index += 1) {
            bus.append(SUBJECT, data, { id: id(index) }, ({ ok }) => send(ok));
          }
        });
      const theirs = () =>
        rate((send) => {
          const id = idsOfRun();
          let next = 0;
          const one = (): void => {
            if (next >= MESSAGES) return;
            next += 1;
            library.publish(SUBJECT, data, id(next)).then(
              () => {
                send(true);
                one();
              },
              () => send(false),
            );
          };
          for (let started = 0; started < IN_FLIGHT; started += 1) one();
        });
      note('warming up');
      await ours();
      await theirs();
      note(`${MESSAGES} messages a turn`);
      const rates = await inTurns(repeats, { ours, theirs });
      const ratios = rates.ours.map((value, turn) => value / rates.theirs[turn]!);
      await new Promise<void>((resolve) => bus.drain(resolve));
      await library.close();
      return [
        atLeast('append ÷ js.publish with 1,000 in flight', median(ratios), '×', 4),
        told('append, acknowledged', median(rates.ours), 'messages/s'),
        told('js.publish, 1,000 in flight', median(rates.theirs), 'messages/s'),
      ];
    } finally {
      await broker.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Messages a second until the last of `MESSAGES` is acknowledged. */
function rate(start: (acknowledged: (ok: boolean) => void) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const beganMs = performance.now();
    let count = 0;
    start((ok) => {
      if (!ok) reject(new Error('a message was not stored'));
      count += 1;
      if (count === MESSAGES) resolve((MESSAGES * 1_000) / (performance.now() - beganMs));
    });
  });
}
