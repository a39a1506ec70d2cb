/** A node's process that brings its own broker along, as on a machine of its own. */
import { InputError } from '#protocols/errors.ts';
import type { Arguments } from '../command.ts';
import { findBroker, startLeaf } from './brokers.ts';
import { openSiteKeys } from './keys.ts';

interface Place {
  readonly dir: string;
  readonly site: string;
  readonly node: string;
  readonly say: (line: string) => void;
}

/** Runs `use` at the broker that `--nats` names, or at one started for `--hub`, which then ends too. */
export async function withOwnLeaf(
  args: Arguments,
  { dir, site, node, say }: Place,
  use: (natsUrl: string) => Promise<void>,
): Promise<void> {
  const natsUrl = args.text('nats');
  const hub = args.text('hub');
  if ((natsUrl === undefined) === (hub === undefined)) {
    const came = natsUrl === undefined ? 'neither' : 'both';
    throw new InputError(`edge: expected either --nats URL or --hub HOST:PORT, came ${came}`);
  }
  if (hub === undefined) return use(natsUrl as string);
  if (!/^[^\s:/@]+:\d+$/.test(hub)) {
    throw new InputError(`--hub: expected HOST:PORT, such as hub.example:7422, came '${hub}'`);
  }
  const broker = await startLeaf(await findBroker(say), {
    dir,
    site,
    node,
    keys: openSiteKeys(dir),
    port: portOf(args, 'port', 4222),
    host: args.text('listen') ?? '127.0.0.1',
    hub,
    onExit: (code) => {
      // Whoever started this process starts both again.
      say(`the broker ended with code ${code}`);
      process.exit(1);
    },
  });
  try {
    await use(broker.url);
  } finally {
    await broker.stop();
  }
}

export function portOf(args: Arguments, name: string, otherwise: number): number {
  const port = args.integer(name) ?? otherwise;
  if (port >= 1 && port <= 65_535) return port;
  throw new InputError(`--${name}: expected a port from 1 to 65535, came ${port}`);
}
