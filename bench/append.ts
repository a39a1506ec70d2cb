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
/** More than our publisher's own window, so that this is never empty. */
const HANDED_OVER = 4_000;
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
      program: await findNatsServer({ install: true, say: note }),
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
        rate(HANDED_OVER, idsOfRun(), (id, done) => {
          bus.append(SUBJECT, data, { id }, ({ ok }) => done(ok));
        });
      const theirs = () =>
        rate(IN_FLIGHT, idsOfRun(), (id, done) => {
          library.publish(SUBJECT, data, id).then(
            () => done(true),
            () => done(false),
          );
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

/** Messages a second until the last of `MESSAGES` is acknowledged; so many are under way at any time. */
function rate(
  underWay: number,
  idOf: (index: number) => string,
  send: (id: string, done: (ok: boolean) => void) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const beganMs = performance.now();
    let begun = 0;
    let count = 0;
    const next = () => {
      begun += 1;
      send(idOf(begun), (ok) => {
        if (!ok) reject(new Error('a message was not stored'));
        count += 1;
        if (count === MESSAGES) resolve((MESSAGES * 1_000) / (performance.now() - beganMs));
        else if (begun < MESSAGES) next();
      });
    };
    for (let index = 0; index < underWay; index += 1) next();
  });
}
