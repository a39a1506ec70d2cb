/**
 * What a radio of ours reported: the observations of the air port, with how it was tuned. The reports of
 * all radios of a site, from about the same time, are what decisions are made from.
 */
import * as z from 'zod';
import { Channel } from './channels.ts';
import { InputError } from './errors.ts';
import { Dbm, Mbps, Share, Us } from './units.ts';

export const RadioReport = z.strictObject({
  id: z.string().min(1).describe('`<node>/<radio>`; radios of one node stand at one place'),
  channel: Channel.nullable(),
  eirpDbm: Dbm,
  silent: z.boolean(),
  survey: z.array(
    z.strictObject({
      channel: Channel,
      activeUs: Us,
      busyUs: Us,
      rxUs: Us,
      txUs: Us,
      noiseDbm: Dbm,
    }),
  ),
  neighbours: z.array(
    z.strictObject({
      id: z.string().min(1),
      channel: Channel,
      rssiDbm: Dbm,
      load: Share.nullable(),
      managed: z.boolean(),
    }),
  ),
  clients: z.array(
    z.strictObject({
      id: z.string().min(1),
      rssiDbm: Dbm.describe('Of the radio’s signal at the client'),
      offeredMbps: Mbps,
      throughputMbps: Mbps,
    }),
  ),
});
export type RadioReport = z.infer<typeof RadioReport>;

export function parseReports(data: readonly unknown[]): RadioReport[] {
  const reports = data.map((one, index) => {
    const parsed = RadioReport.safeParse(one);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') || 'the report';
    throw new InputError(`measurements: report ${index}: at ${where}: ${issue?.message}`);
  });
  const ids = reports.flatMap(({ id, clients }) => [id, ...clients.map((client) => client.id)]);
  const again = ids.find((id, index) => ids.indexOf(id) !== index);
  if (again !== undefined) {
    throw new InputError(
      `measurements: expected one report of each radio and client, came '${again}' twice`,
    );
  }
  for (const { id, neighbours } of reports) {
    const other = neighbours.find((one) => one.managed && !reports.some((r) => r.id === one.id));
    if (other === undefined) continue;
    throw new InputError(
      `measurements: radio '${id}' heard '${other.id}', one of ours: expected a report of it, came none`,
    );
  }
  return reports;
}
