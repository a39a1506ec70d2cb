/** What a run came to, for a person. */
import { moveLines } from '../moves.ts';
import { table } from '../table.ts';
import { wrap } from '../wrap.ts';
import { clockText } from './clock-text.ts';
import { mobilityLines } from './mobility.ts';
import type { SimReport } from './run.ts';

/** Longer lists are cut, and say so; `--json` has them whole. */
const LISTED = 20;

export function reportLines({ document, result, interrupted }: SimReport): string[] {
  const { kpi, calls, changes, radar, checkers, spectrum } = document;
  const moves = changes.filter(({ cause }) => cause !== 'start');
  return [
    `${document.scenario}, seed ${document.seed}, strategy ${document.strategy}, air ${document.air.fidelity} ${document.air.version}${document.plant === undefined ? '' : `, planted ${document.plant}`}${interrupted ? ', ended early' : ''}`,
    `${document.nodes} nodes, ${document.radios} radios, ${document.clients} clients, spectra of ${spectrum.sweeps} sweeps every ${spectrum.everySeconds} s`,
    `${clockText(document.virtualSeconds)} of virtual time in ${document.wallSeconds.toFixed(1)} s (${(document.virtualSeconds / document.wallSeconds).toFixed(0)}×), ${document.peakMemoryMb.toFixed(0)} MB`,
    `${document.events} events, ${document.eventsPerRadioSecond.toFixed(2)} per radio and second`,
    ...(document.air.error === null ? [] : [`Air ${document.air.fidelity}: ${document.air.error}`]),
    '',
    ...table([
      ['', 'before', 'after'],
      ['utility, Mb/s', fixed(kpi.utilityMbpsBefore), fixed(kpi.utilityMbpsAfter)],
      ["Jain's index", fixed(kpi.jainBefore), fixed(kpi.jainAfter)],
      [
        '5th percentile client, Mb/s',
        fixed(kpi.fifthPercentileMbpsBefore),
        fixed(kpi.fifthPercentileMbpsAfter),
      ],
      ['changes per radio and day', '', fixed(kpi.changesPerRadioDay)],
      ['harm to worst neighbour', '', `${(100 * kpi.harmToWorstNeighbour).toFixed(1)} %`],
    ]),
    '',
    ...cityLines(document),
    `Channel changes: ${moves.length}`,
    ...moves
      .slice(0, LISTED)
      .flatMap((move) => moveLines(`  ${clockText(move.atSeconds)}  `, move)),
    ...more(moves.length),
    '',
    ...mobilityLines(document.mobility, { clock: clockText, most: LISTED }),
    ...callLines(calls),
    '',
    `Radar events: ${radar.length}`,
    ...table(
      radar
        .slice(0, LISTED)
        .map(({ atSeconds, radio, silentAfterMs }) => [
          clockText(atSeconds),
          radio,
          silentAfterMs === null ? 'not yet silent' : `silent after ${silentAfterMs.toFixed(1)} ms`,
        ]),
      '  ',
    ),
    ...more(radar.length),
    '',
    ...wrap(`Faults: ${counted(document.faults)}`),
    '',
    'Checkers',
    ...table(
      checkers.map(({ name, checked, broken }) => [
        name,
        checked,
        'checked',
        broken,
        broken === 0 ? 'broken' : 'BROKEN',
      ]),
      '  ',
    ),
    ...result.checkers.flatMap(({ name, broken }) =>
      broken
        .slice(0, 3)
        .flatMap(({ tUs, address, what }) => [
          `  ${name} at ${clockText(tUs / 1e6)}, ${address}`,
          ...wrap(what, '    '),
        ]),
    ),
    '',
    `Trace hash ${document.traceHash}`,
    `Repeat with ${document.repeat}`,
  ];
}

/** Nothing where there is one site. */
function cityLines({ city }: SimReport['document']): string[] {
  if (city === undefined) return [];
  const { threads, kinds, neighbourhoods } = city;
  return [
    `Neighbourhoods: ${neighbourhoods.length}, on ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    ...table(
      [
        ['kind', 'count', 'radios', 'clients', 'utility before, Mb/s', 'after'],
        ...kinds.map(({ kind, neighbourhoods: count, radios, clients, kpi }) => [
          kind,
          count,
          radios,
          clients,
          fixed(kpi.utilityMbpsBefore),
          fixed(kpi.utilityMbpsAfter),
        ]),
      ],
      '  ',
    ),
    '',
  ];
}

function callLines(calls: SimReport['document']['calls']): string[] {
  const roles = Object.entries(calls).sort(([a], [b]) => (a < b ? -1 : 1));
  if (roles.length === 0) return ['Tool calls: none'];
  const rows = roles.map(([role, { ok, refused, failed }]) => [role, ok, refused, failed]);
  return ['Tool calls', ...table([['role', 'ok', 'refused', 'failed'], ...rows], '  ')];
}

function counted(counts: Readonly<Record<string, number>>): string {
  const kinds = Object.keys(counts).sort();
  // The no-break space keeps a count beside its name.
  return kinds.map((kind) => `${kind}\u00a0${counts[kind]}`).join(', ') || 'none';
}

function more(count: number): string[] {
  return count > LISTED ? [`  … and ${count - LISTED} more; --json lists them all`] : [];
}

function fixed(value: number): string {
  return value.toFixed(3);
}
