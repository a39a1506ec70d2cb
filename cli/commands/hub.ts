import { CLOUD } from '#protocols/ids.ts';
import type { Command } from '../command.ts';
import { findBroker, mustBeFree, openHub, startHub } from '../live/brokers.ts';
import { startHeartbeat } from '../live/heartbeat.ts';
import { openSiteKeys } from '../live/keys.ts';
import { portOf } from '../live/own-leaf.ts';
import { meetParent } from '../live/parent.ts';
import { aborted } from '../live/process.ts';
import { dirOption, siteOf, siteOptions } from '../live/site.ts';

export const hub: Command = {
  name: 'hub',
  summary:
    'Runs the hub’s broker of a site: NATS with JetStream, its streams, and who may do what.',
  usage: '[options]',
  examples: [
    'airguard hub --scenario office',
    'airguard hub --listen 0.0.0.0 --advertise hub:7422',
  ],
  options: {
    port: { about: 'For clients', value: 'PORT', default: '4222' },
    'leaf-port': { about: 'For the brokers of nodes', value: 'PORT', default: '7422' },
    listen: { about: 'On which address of this machine', value: 'ADDRESS', default: '127.0.0.1' },
    advertise: { about: 'Where nodes find the hub, when that is elsewhere', value: 'HOST:PORT' },
    dir: dirOption,
    ...siteOptions,
  },
  async run(args, output, stop) {
    const { layout } = siteOf(args);
    const dir = args.text('dir') ?? '.airguard';
    const parent = meetParent(stop);
    const ended = new AbortController();
    const advertise = args.text('advertise');
    const place = {
      dir,
      site: layout.site.site,
      keys: openSiteKeys(dir),
      nodes: layout.site.nodes.map(({ id }) => id),
      port: portOf(args, 'port', 4222),
      leafPort: portOf(args, 'leaf-port', 7422),
      host: args.text('listen') ?? '127.0.0.1',
      ...(advertise === undefined ? {} : { advertise }),
      onExit: () => ended.abort(),
    };
    await mustBeFree(place.port, place.host, "the hub's clients");
    await mustBeFree(place.leafPort, place.host, 'the brokers of nodes');
    const broker = await startHub(await findBroker((line) => output.note(line)), place);
    await openHub(place);
    output.note(
      `hub of site ${place.site}: ${broker.url}, nodes at port ${place.leafPort}, ${CLOUD} beside it`,
    );
    parent.tell({ type: 'ready' });
    const heart = startHeartbeat(dir, 'hub');
    await Promise.race([aborted(parent.stop), aborted(ended.signal)]);
    await broker.stop();
    heart.close();
    parent.leave();
    return ended.signal.aborted ? 'crashed' : 'held';
  },
};
