/** Runs the node of a configuration file. */
import { join } from 'node:path';
import { overlaid } from '#edge/drivers/overlaid.ts';
import { Budget } from '#edge/pipeline/budget.ts';
import { Ear } from '#edge/pipeline/ear.ts';
import { Told } from '#edge/pipeline/told.ts';
import { DEFAULT_QUOTA, Uplink } from '#edge/uplink/uplink.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import type { Driver, DriverEvent } from '#protocols/driver.ts';
import { TappedBus } from '#sim/tapped-bus.ts';
import { startNode } from '../fleet/node.ts';
import type { RunningPart } from '../fleet/parts.ts';
import { withOwnLeaf } from '../live/own-leaf.ts';
import { meetParent } from '../live/parent.ts';
import { type LiveProcess, openProcess } from '../live/process.ts';
import { Chronicle } from './chronicle.ts';
import { type EdgeConfig, isReal } from './config.ts';
import { openLearning } from './learning.ts';
import { openLora } from './lora.ts';
import { radiosOf } from './radios.ts';
import { SelfReport } from './self-report.ts';
import { meetServiceManager } from './service-manager.ts';
import { openStages } from './stages.ts';

type Say = (line: string) => void;

export async function runEdge(config: EdgeConfig, say: Say, stop: AbortSignal): Promise<void> {
  const { dir, site, node, broker } = config;
  const parent = meetParent(stop);
  await withOwnLeaf(broker, { dir, site, node, say }, async (natsUrl) => {
    const live = await openProcess({ dir, site, name: node, domain: node, natsUrl, parent, say });
    for (const radio of config.radios) {
      if (!isReal(radio)) say(`${radio.id}: ${radio.driver}; it sends nothing`);
    }
    const { running, close } = await startEdge(config, live, say);
    const manager = meetServiceManager(live.parts.clock);
    say(`${node}: ${config.radios.length} radios, broker ${natsUrl}`);
    manager.ready();
    await live.run(running);
    manager.close();
    await close();
  });
}

async function startEdge(
  config: EdgeConfig,
  live: LiveProcess,
  say: Say,
): Promise<{ running: RunningPart; close: () => Promise<void> }> {
  const { parts, keys } = live;
  const { dir, site, node, spectrum, limits } = config;
  const { clock, random, clockTrusted } = parts;
  const uplink = new Uplink({
    bus: parts.bus,
    clock,
    random: random.fork('uplink'),
    site,
    node,
    file: join(dir, node, 'uplink.db'),
    whereabouts: () => (config.position === undefined ? {} : { position: config.position }),
    quota: { ...DEFAULT_QUOTA, maxBytes: config.uplink.budget },
    say,
  });
  const told = new Told();
  const chronicle = new Chronicle(
    config.radios.map(({ id }) => id),
    told,
    (actor, { event, alert }) => {
      // What cannot be told must not stop what happened.
      try {
        if (event !== undefined) uplink.put(actor, { type: 'event', body: event });
        if (alert !== undefined) lora?.fallback.alert(alert);
      } catch (error) {
        say(`${actor}: not told: ${(error as Error).message}`);
      }
    },
  );
  const hardware = radiosOf(config, clock, random);
  const report = new SelfReport(config, {
    clock,
    drivers: new Map(
      hardware.map(({ actor, driver }) => [
        actor,
        watched(driver, (event) => chronicle.load(actor, event)),
      ]),
    ),
    put: (actor, draft) => uplink.put(actor, draft),
    say,
  });
  const { drivers } = report;
  const radios = hardware.map((radio) => ({ ...radio, driver: drivers.get(radio.actor)! }));
  const learning = await openLearning(config, live, say);
  const more = (radio: string) => {
    const counts = ear?.counts(radio);
    return {
      ...(counts === undefined ? {} : { monitorStatistics: counts }),
      ...report.metrics(radio),
    };
  };
  const opened = await openStages(config, parts, uplink, told, more, (tile) =>
    learning?.tiles.add(tile),
  );
  const { stages, order, recorder, classifier } = opened;
  const ear: Ear | undefined = spectrum.always
    ? new Ear({ drivers, clock, bins: spectrum.bins, stages })
    : undefined;
  const budget = new Budget({ clock, limits, stages, order, usage });
  const lora = openLora(config, {
    clock,
    random,
    chronicle,
    health: () => stages.health(),
    temperatureC: () => report.hottest(),
    queued: () => sum(Object.values(uplink.health().waiting).map(({ records }) => records)),
    isBrokerUp: () => isBrokerUp,
    store: parts.store,
    clockTrusted,
    say,
  });
  let isBrokerUp = true;
  const status = parts.bus.onStatus(({ type }) => {
    if (type === 'disconnected') isBrokerUp = false;
    else if (type === 'connected') isBrokerUp = true;
    if (type === 'link.lost' || type === 'disconnected') lora?.fallback.linkLost();
    else if (type === 'link.restored' || type === 'connected') lora?.fallback.linkRestored();
  });
  const running = startNode({
    ...parts,
    bus: new TappedBus(parts.bus, chronicle.listener),
    node,
    signer: keys.of(node).signer,
    radios,
    ...(ear === undefined ? {} : { ear }),
    ...(recorder === undefined ? {} : { recorder }),
    ...(classifier === undefined ? {} : { classifier }),
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
  return {
    running,
    async close() {
      status.close();
      lora?.stop();
      budget.stop();
      report.stop();
      learning?.stop();
      await (ear?.stop() ?? stages.close());
    },
  };
}

/** The same driver; whoever watches hears its events too. */
function watched(driver: Driver, watch: (event: DriverEvent) => void): Driver {
  return overlaid(driver, {
    open: (onEvent, done) =>
      driver.open((event) => {
        watch(event);
        onEvent(event);
      }, done),
  });
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}

function usage() {
  const { user, system } = process.cpuUsage();
  return { rssBytes: process.memoryUsage.rss(), cpuUs: user + system };
}
