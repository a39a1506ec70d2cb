import { describeDurationMs } from '#protocols/duration.ts';
import type { SimSettings } from './run.ts';

/** The arguments of `sim` that run the same thing again. */
export function repeatArguments(settings: SimSettings): string[] {
  const { scenario, seed, isOwnDuration, durationUs, strategy, nodes, radios } = settings;
  const { neighbourhoods, only, passivateAfterMs, plant, fidelity, sitePolicy } = settings;
  return [
    scenario,
    '--seed',
    String(seed),
    ...(isOwnDuration ? [] : ['--duration', describeDurationMs(durationUs / 1_000)]),
    ...(strategy === undefined ? [] : ['--strategy', strategy]),
    ...(sitePolicy === undefined ? [] : ['--site-policy', sitePolicy.file]),
    ...(fidelity === 'fluid' ? [] : ['--fidelity', fidelity]),
    ...(neighbourhoods === undefined ? [] : ['--neighbourhoods', String(neighbourhoods)]),
    ...(only === undefined ? [] : ['--only', only]),
    ...(nodes === undefined ? [] : ['--nodes', String(nodes)]),
    ...(radios === undefined ? [] : ['--radios', String(radios)]),
    ...(passivateAfterMs === null ? [] : ['--passivate', describeDurationMs(passivateAfterMs)]),
    ...(plant === undefined ? [] : ['--plant', plant.name]),
  ];
}

export function repeatCommand(settings: SimSettings): string {
  const quoted = repeatArguments(settings).map((argument) =>
    /^[\w./:-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`,
  );
  return `./airguard sim ${quoted.join(' ')}`;
}
