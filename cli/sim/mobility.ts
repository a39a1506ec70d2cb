/** What a run says of movement: who moved, how clients changed their radio, what that cost them. */
import type { WorldResult } from '#sim/world.ts';
import { table } from '../table.ts';

export interface MobilitySummary {
  readonly movingNodes: number;
  readonly movingClients: number;
  /** Changes from one radio to another. */
  readonly roams: number;
  readonly roamsPerClientHour: number;
  /** From leaving a radio to being served by the next, over all changes; null without any. */
  readonly meanOutageMs: number | null;
  /** Scans that found nothing better. */
  readonly scansInVain: number;
  /** Share of the time that clients were with no radio. */
  readonly awayShare: number;
  readonly events: readonly {
    readonly atSeconds: number;
    readonly kind: string;
    readonly client: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly fromDbm: number | null;
    readonly toDbm: number | null;
    readonly outageMs: number;
  }[];
}

export function mobilitySummary({
  mobility,
  clients,
  virtualUs,
}: Pick<WorldResult, 'mobility' | 'clients' | 'virtualUs'>): { mobility?: MobilitySummary } {
  if (mobility === undefined) return {};
  const { movingNodes, movingClients, scansInVain, awayUs, roams: events } = mobility;
  const roams = events.filter(({ kind }) => kind === 'client.roamed');
  const outageUs = roams.reduce((sum, roam) => sum + roam.outageUs, 0);
  const clientUs = Math.max(1, clients * virtualUs);
  return {
    mobility: {
      movingNodes,
      movingClients,
      roams: roams.length,
      roamsPerClientHour: (roams.length * 3_600_000_000) / clientUs,
      meanOutageMs: roams.length === 0 ? null : outageUs / roams.length / 1_000,
      scansInVain,
      awayShare: awayUs / clientUs,
      events: events.map(({ tUs, outageUs: us, ...event }) => ({
        atSeconds: tUs / 1e6,
        ...event,
        outageMs: us / 1_000,
      })),
    },
  };
}

export function mobilityLines(
  mobility: MobilitySummary | undefined,
  { clock, most }: { clock: (seconds: number) => string; most: number },
): string[] {
  if (mobility === undefined) return [];
  const { movingNodes, movingClients, events, scansInVain, awayShare } = mobility;
  const { roams, roamsPerClientHour, meanOutageMs } = mobility;
  return [
    `Movement: nodes ${movingNodes}, clients ${movingClients}`,
    ...table(
      [
        ['roams', String(roams)],
        ['roams per client and hour', roamsPerClientHour.toFixed(2)],
        ['mean outage of a roam', meanOutageMs === null ? 'none' : `${meanOutageMs.toFixed(0)} ms`],
        ['scans in vain', String(scansInVain)],
        ['clients without a radio', `${(100 * awayShare).toFixed(2)} % of the time`],
      ],
      '  ',
    ),
    '',
    ...table(
      events
        .slice(0, most)
        .map(({ atSeconds, kind, client, from, to, fromDbm, toDbm, outageMs }) => [
          clock(atSeconds),
          client,
          kind.replace('client.', ''),
          `from ${heard(from, fromDbm)}`,
          to === null ? '' : `to ${heard(to, toDbm)}`,
          `${outageMs.toFixed(0)} ms`,
        ]),
      '  ',
    ),
    ...(events.length > most
      ? [`  … and ${events.length - most} more; --json lists them all`]
      : []),
    '',
  ];
}

function heard(radio: string | null, dbm: number | null): string {
  return `${radio} (${dbm === null ? 'not heard' : `${dbm.toFixed(1)} dBm`})`;
}
