/** Runs the node of a configuration file. */
import { Budget } from '#edge/pipeline/budget.ts';
import { Ear } from '#edge/pipeline/ear.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import { startNode } from '../fleet/node.ts';
import { withOwnLeaf } from '../live/own-leaf.ts';
import { meetParent } from '../live/parent.ts';
import { openProcess } from '../live/process.ts';
import { type EdgeConfig, isReal } from './config.ts';
import { radiosOf } from './radios.ts';
import { meetServiceManager } from './service-manager.ts';
import { openStages } from './stages.ts';

export async function runEdge(
  config: EdgeConfig,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const { dir, site, node, broker, spectrum, limits } = config;
  const parent = meetParent(stop);
  await withOwnLeaf(broker, { dir, site, node, say }, async (natsUrl) => {
    const live = await openProcess({ dir, site, name: node, domain: node, natsUrl, parent, say });
    const { parts, keys } = live;
    const { clock, random } = parts;
    const radios = radiosOf(config, clock, random);
    for (const radio of config.radios) {
      if (!isReal(radio)) say(`${radio.id}: ${radio.driver}; it sends nothing`);
    }
    const { stages, order, recorder } = await openStages(config, parts);
    const drivers = new Map(radios.map(({ actor, driver }) => [actor, driver]));
    const ear = spectrum.always
      ? new Ear({ drivers, clock, bins: spectrum.bins, stages })
      : undefined;
    const budget = new Budget({ clock, limits, stages, order, usage });
    const manager = meetServiceManager(clock, () => true);
    say(`${node}: ${radios.length} radios, broker ${natsUrl}`);
    const running = startNode({
      ...parts,
      node,
      signer: keys.of(node).signer,
      radios,
      ...(ear === undefined ? {} : { ear }),
      ...(recorder === undefined ? {} : { recorder }),
      spectrum: {
        spectrumPeriodMs: spectrum.every / US_PER_MS,
        sweeps: spectrum.sweeps,
        bins: spectrum.bins,
      },
      sampling: {
        surveyPeriodMs: config.survey / US_PER_MS,
        neighbourPeriodMs: config.neighbours / US_PER_MS,
      },
    });
    manager.ready();
    await live.run(running);
    manager.close();
    budget.stop();
    await (ear?.stop() ?? stages.close());
  });
}

function usage() {
  const { user, system } = process.cpuUsage();
  return { rssBytes: process.memoryUsage.rss(), cpuUs: user + system };
}
