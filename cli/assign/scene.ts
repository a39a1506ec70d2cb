/** A scene as a graph to assign: who hears whom on the fluid air, and the channels that its country has. */
import { createRandom } from '#agents/random/philox.ts';
import { graphsOf } from '#cloud/coordinator/baselines/graph-of-site.ts';
import { siteOf } from '#cloud/coordinator/site-of.ts';
import { channelKey } from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { buildScene, parseScene } from '#sim/air/scene.ts';
import { measureSite } from '#sim/sites/measure.ts';
import type { Problem } from './problem.ts';

export interface SceneWish {
  readonly country: string;
  /** The one with the most radios when left out. */
  readonly band?: string | undefined;
}

const AT_US = 10_000_000;

/** Radios keep width and power; those without a channel are left out. */
export function problemOfScene(data: unknown, file: string, { country, band }: SceneWish): Problem {
  const scene = parseScene(data, file);
  const air = createFluidAir({ random: createRandom(1) });
  buildScene(scene, air);
  const tuned = scene.radios.filter(({ channel, silent }) => channel !== null && !silent);
  const reports = measureSite(
    air,
    tuned.map(({ id }) => id),
    AT_US,
  );
  const standing = tuned.map(({ id, channel, eirpDbm }) => ({
    id,
    country,
    indoor: true,
    antennaGainDbi: 0,
    bands: [channel!.band],
    maxWidthMhz: channel!.widthMhz,
    minEirpDbm: eirpDbm,
    maxEirpDbm: eirpDbm,
  }));
  const graphs = graphsOf(siteOf(reports, standing, 0));
  const found = graphs
    .filter((graph) => (band ?? graph.band) === graph.band)
    .sort((a, b) => b.instance.names.length - a.instance.names.length)[0];
  if (found === undefined) {
    throw new InputError(
      `scene ${file}: expected radios that have a legal channel in ${country}${band === undefined ? '' : ` in ${band} GHz`} at their width and power, came none`,
    );
  }
  const { instance, choices } = found;
  const channelNames = choices.map((column) => {
    const choice = column.find((one) => one !== null);
    return choice === undefined || choice === null ? '' : channelKey(choice.channel);
  });
  return { instance, channelNames };
}
