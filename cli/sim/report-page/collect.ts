/** From a run to the data of its report. */

import { channelKey } from '#protocols/channels.ts';
import type { ClientFare } from '#protocols/fare.ts';
import { settingOf } from '#sim/air/spectrum/setting.ts';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import { airId } from '#sim/layout.ts';
import type { Moment, Recording } from '#sim/recording/recorder.ts';
import type { SimReport, SimSettings } from '../run.ts';
import { busyClass, CLASSES, servedClass } from './classes.ts';
import { EMBEDDED } from './embedded.ts';
import { bandsOf } from './legal-bands.ts';
import {
  type AirtimeData,
  type EmitterData,
  type HappeningData,
  type NodeData,
  type RadioData,
  type ReportData,
  reportFormat,
  type SampleData,
} from './report-data.ts';

/** Numbers of a series in the data: about six bytes each. */
const SERIES_NUMBERS = 150_000;
const HAPPENINGS = 2_000;

export function collect(settings: SimSettings, report: SimReport): ReportData {
  const { document, result, interrupted } = report;
  const { recording } = result;
  if (recording === undefined) throw new Error('a report is made of a run that was recorded');
  const { loaded } = settings;
  const limits = limitsOf(loaded.country);
  const leftOut: string[] = [];
  const { layout, before, after } = recording;
  const happened = happeningsOf(report, recording, leftOut);
  return {
    format: reportFormat,
    about: loaded.about,
    country: loaded.country,
    askedSeconds: settings.durationUs / 1e6,
    interrupted,
    nonOccupancySeconds: limits.nonOccupancyMs / 1_000,
    document,
    plannedSeconds: recording.plannedUs === undefined ? null : recording.plannedUs / 1e6,
    before: spanOf(before),
    after: spanOf(after),
    nodes: nodesOf(recording),
    radios: radiosOf(recording),
    clients: clientsOf(recording),
    // The layout gives each neighbour one client, of this name.
    neighbours: loaded.neighbours.map(({ id, at, channel, load }) => ({
      id,
      at,
      channel: channelKey(channel),
      offeredMbps: load,
      beforeMbps: mbpsOf(before?.foreign, `${id}-client`),
      afterMbps: mbpsOf(after?.foreign, `${id}-client`),
    })),
    emitters: emittersOf(recording),
    radars: recording.radars.map(({ id, at, centerMhz }, index) => ({
      id,
      at: at ?? null,
      centerMhz,
      // Both lists have one a radar, in the order in which they began.
      atSeconds: document.radar[index]!.atSeconds,
      radio: document.radar[index]!.radio,
    })),
    walls: loaded.walls,
    bands: bandsOf(layout, limits),
    samples: samplesOf(recording, leftOut),
    happenings: happened.listed,
    unlisted: happened.unlisted,
    leftOut: [...leftOut, ...notEmbedded(recording)],
  };
}

function notEmbedded({ layout }: Recording): string[] {
  const radios = layout.site.nodes.flatMap((node) => node.radios).length;
  const clients = layout.clients.length;
  return [
    ...(radios > EMBEDDED.radios
      ? [`The ${radios} radios and their nodes are not in the data one by one.`]
      : []),
    ...(clients > EMBEDDED.clients
      ? [`The ${clients} clients are not in the data one by one.`]
      : []),
  ];
}

function spanOf(moment: Moment | undefined): ReportData['before'] {
  return moment === undefined
    ? null
    : { fromSeconds: moment.fromUs / 1e6, untilSeconds: moment.untilUs / 1e6 };
}

/** From floor to floor at least; what is less apart stands on one storey. */
const STOREY_M = 2;

function nodesOf({ layout }: Recording): NodeData[] {
  const heights = layout.site.nodes.map(({ at }) => at.z).sort((a, b) => a - b);
  const floors: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const z of heights) {
    if (z - last >= STOREY_M) floors.push(z);
    last = z;
  }
  return layout.site.nodes.map(({ id, at }) => ({
    id,
    at,
    storey: floors.findLastIndex((floor) => floor <= at.z),
  }));
}

function radiosOf({ layout, before, after }: Recording): RadioData[] {
  let index = -1;
  return layout.site.nodes.flatMap((node) =>
    node.radios.map((radio) => {
      index += 1;
      return {
        id: airId(node.id, radio.id),
        node: node.id,
        band: radio.channel.band,
        before: airtimeOf(before, index),
        after: airtimeOf(after, index),
      };
    }),
  );
}

function airtimeOf(moment: Moment | undefined, index: number): AirtimeData | null {
  const air = moment?.radios[index];
  if (air === undefined) return null;
  const { channel, tx, rx, busy } = air;
  const rounded = (share: number) => Math.round(share * 1e4) / 1e4;
  return {
    channel: channel === null ? null : channelKey(channel),
    tx: rounded(tx),
    rx: rounded(rx),
    busy: rounded(busy),
  };
}

function clientsOf({ layout, before, after }: Recording): ReportData['clients'] {
  const was = fareById(before);
  const is = fareById(after);
  return layout.clients.map(({ id, radio, at, offeredMbps }) => ({
    id,
    radio,
    at: { x: round(at.x), y: round(at.y), z: round(at.z) },
    offeredMbps,
    beforeMbps: was.get(id) ?? null,
    afterMbps: is.get(id) ?? null,
  }));
}

function fareById(moment: Moment | undefined): ReadonlyMap<string, number> {
  return new Map(moment?.clients.map(({ id, throughputMbps }) => [id, throughputMbps]));
}

function mbpsOf(clients: readonly ClientFare[] | undefined, id: string): number | null {
  return clients?.find((client) => client.id === id)?.throughputMbps ?? null;
}

/** Each as it comes, with the end that the scenario gives it. */
function emittersOf({ layout }: Recording): EmitterData[] {
  const emitters: EmitterData[] = [];
  for (const { atUs, change } of layout.later) {
    if (change.kind !== 'emitter') continue;
    const known = emitters.findIndex(({ id }) => id === change.id);
    if (change.duty === 0 && known !== -1) {
      emitters[known] = { ...emitters[known]!, untilSeconds: atUs / 1e6 };
    } else if (known === -1) {
      const { id, at = null } = change;
      const { centerMhz, widthMhz, duty } = settingOf(id, change);
      const fromSeconds = atUs / 1e6;
      emitters.push({ id, at, centerMhz, widthMhz, duty, fromSeconds, untilSeconds: null });
    }
  }
  return emitters;
}

function samplesOf({ layout, frames }: Recording, leftOut: string[]): SampleData {
  const fits = (what: string, count: number) => {
    if (count * frames.length <= SERIES_NUMBERS) return true;
    leftOut.push(
      `The series of each of ${count} ${what} is not in the data; their state before and after is.`,
    );
    return false;
  };
  const radios = layout.site.nodes.flatMap((node) => node.radios).map((_, index) => index);
  const hasRadios = fits('radios', 2 * radios.length);
  const series = (of: (frame: Recording['frames'][number]) => number) =>
    frames.map((frame) => round(of(frame)));
  return {
    atSeconds: frames.map(({ tUs }) => tUs / 1e6),
    utilityMbps: series(({ utilityMbps }) => utilityMbps),
    jain: series(({ jain }) => jain),
    fifthPercentileMbps: series(({ fifthPercentileMbps }) => fifthPercentileMbps),
    servedShares: classShares(
      frames.map(({ clientMbps }) =>
        layout.clients.map(({ offeredMbps }, client) =>
          servedClass(clientMbps[client]!, offeredMbps),
        ),
      ),
    ),
    busyShares: classShares(frames.map(({ radios: { busy } }) => Array.from(busy, busyClass))),
    clientMbps: fits('clients', layout.clients.length)
      ? layout.clients.map((_, client) => series(({ clientMbps }) => clientMbps[client]!))
      : null,
    radioBusy: hasRadios
      ? radios.map((radio) => series((frame) => frame.radios.busy[radio]!))
      : null,
    radioChannel: hasRadios
      ? radios.map((radio) =>
          frames.map((frame) => {
            const channel = frame.radios.channel[radio] ?? null;
            return channel === null ? null : channelKey(channel);
          }),
        )
      : null,
  };
}

/** From the class of each at each time to the share of each class at each time. */
function classShares(times: readonly (readonly number[])[]): number[][] {
  return Array.from({ length: CLASSES }, (_, one) =>
    times.map((classes) =>
      round(classes.filter((own) => own === one).length / Math.max(1, classes.length)),
    ),
  );
}

function happeningsOf({ document }: SimReport, recording: Recording, leftOut: string[]) {
  const moves = document.changes
    .filter(({ cause }) => cause !== 'start')
    .map(
      ({ atSeconds, radio, from, to, reason }): HappeningData => ({
        atSeconds,
        name: 'channel.changed',
        subject: radio,
        text: `From ${from ?? 'none'} to ${to}. ${reason}`,
      }),
    );
  const all = [
    ...recording.happenings.map(({ tUs, name, subject, text }) => ({
      atSeconds: tUs / 1e6,
      name,
      subject,
      text,
    })),
    ...moves,
  ].sort((a, b) => a.atSeconds - b.atSeconds);
  const unlisted: Record<string, number> = { ...recording.unlisted };
  for (const { name } of all.slice(HAPPENINGS)) unlisted[name] = (unlisted[name] ?? 0) + 1;
  const missing = Object.values(unlisted).reduce((sum, count) => sum + count, 0);
  if (missing > 0) {
    leftOut.push(`Of ${all.length + missing} events the first ${HAPPENINGS} are in the data.`);
  }
  return { listed: all.slice(0, HAPPENINGS), unlisted };
}

/** To three digits after the point, which is more than the models are good for. */
function round(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}
