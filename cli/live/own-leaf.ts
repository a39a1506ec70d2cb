/** A node's process that brings its own broker along, as on a machine of its own. */
import { InputError } from '#protocols/errors.ts';
import type { Arguments } from '../command.ts';
import { findBroker, mustBeFree, startLeaf } from './brokers.ts';
import { openSiteKeys } from './keys.ts';

interface Place {
  readonly dir: string;
  readonly site: string;
  readonly node: string;
  readonly say: (line: string) => void;
}

/** The leaf broker that runs already, or the one to start and where it is linked to. */
export type BrokerChoice =
  | { readonly url: string }
  | { readonly hub: string; readonly port: number; readonly listen: string };

export function brokerOf(args: Arguments): BrokerChoice {
  const url = args.text('nats');
  const hub = args.text('hub');
  if (url !== undefined && hub === undefined) return { url };
  if (url !== undefined || hub === undefined) {
    const came = url === undefined ? 'neither' : 'both';
    throw new InputError(`edge: expected either --nats URL or --hub HOST:PORT, came ${came}`);
  }
  if (!/^[^\s:/@]+:\d+$/.test(hub)) {
    throw new InputError(`--hub: expected HOST:PORT, such as hub.example:7422, came '${hub}'`);
  }
  return { hub, port: portOf(args, 'port', 4222), listen: args.text('listen') ?? '127.0.0.1' };
}

/** Runs `use` at that broker; one that was started for it then ends too. */
export async function withOwnLeaf(
  choice: BrokerChoice,
  { dir, site, node, say }: Place,
  use: (natsUrl: string) => Promise<void>,
): Promise<void> {
  if ('url' in choice) return use(choice.url);
  await mustBeFree(choice.port, choice.listen, "the node's own broker");
  const broker = await startLeaf(await findBroker(say), {
    dir,
    site,
    node,
    keys: openSiteKeys(dir),
    port: choice.port,
    host: choice.listen,
    hub: choice.hub,
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
