/** The parts of docs/formats.md that are made from the code, by the name of their place there. */
import { streamPlans } from '#agents/bus/streams.ts';
import { drivers } from '#edge/drivers/index.ts';
import type { MachineMeta } from '#machines/effects.ts';
import { formatTables } from '#protocols/format-tables.ts';
import { machines } from './inspect/machines.ts';

export function formatParts(): Readonly<Record<string, string>> {
  return {
    kinds: formatTables().kinds,
    streams: streamsTable(),
    timers: timersTable(),
    drivers: drivers.map(({ about }) => `- ${about}`).join('\n'),
  };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function streamsTable(): string {
  const mib = (bytes: number) => bytes / (1024 * 1024);
  const age = (ms: number) => (ms % DAY_MS === 0 ? `${ms / DAY_MS} d` : `${ms / HOUR_MS} h`);
  return [
    '| stream | kept at | for | MiB at the hub | MiB at a leaf |',
    '|---|---|---|---|---|',
    ...streamPlans.map(
      ({ name, flow, maxAgeMs, maxBytesHub, maxBytesLeaf }) =>
        `| \`${name}\` | ${flow === 'up' ? 'the leaf, sourced by the hub' : 'the hub, sourced by the leaf'} | ${age(maxAgeMs)} | ${mib(maxBytesHub)} | ${mib(maxBytesLeaf)} |`,
    ),
  ].join('\n');
}

function timersTable(): string {
  const rows = Object.values(machines).flatMap(({ id, config }) =>
    // Each machine's setup types its meta so; the host loads none without it.
    Object.entries((config.meta as MachineMeta).timers).map(
      ([delay, policy]) => `| \`${id}\` | \`${delay}\` | \`${policy}\` |`,
    ),
  );
  return ['| machine | delay | after a restart |', '|---|---|---|', ...rows].join('\n');
}
