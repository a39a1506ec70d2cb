/** Reads what nodes told of themselves, and says how much of what has arrived. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadKeys } from '#agents/keys/key-files.ts';
import { Arrivals } from '#cloud/telemetry/arrivals.ts';
import { Receiver, TELEMETRY } from '#cloud/telemetry/receiver.ts';
import { InputError } from '#protocols/errors.ts';
import { recordTypes } from '#protocols/telemetry/record.ts';
import type { Command } from '../command.ts';
import { connectTo } from '../live/process.ts';
import { RealClock } from '../live/real-clock.ts';
import { table } from '../table.ts';
import { document, lines } from '../telemetry/shown.ts';
import { findFleet, sessionOptions } from '../tools/session.ts';

const { dir, nats, site } = sessionOptions as Record<'dir' | 'nats' | 'site', { about: string }>;

export const telemetry: Command = {
  name: 'telemetry',
  summary: 'Reads the records of all nodes from the hub, each once, and counts them.',
  usage: '[options]',
  examples: [
    'airguard telemetry',
    'airguard telemetry --for 1m --json',
    'airguard telemetry --for 1h --show matrix,calibration',
  ],
  options: {
    for: { about: 'How long to read; Ctrl-C ends it sooner', value: 'DURATION', default: '5s' },
    show: {
      about: 'Prints the records of these types too: metrics, matrix, event, calibration, vectors',
      value: 'TYPES',
    },
    dir,
    nats,
    site,
  },
  async run(args, output, stop) {
    const place = args.text('dir') ?? '.airguard';
    const forMs = args.durationMs('for') ?? 5_000;
    const types = typesOf(args.text('show'));
    const fleet = findFleet(args, place);
    const clock = new RealClock();
    const arrivals = new Arrivals(join(place, 'telemetry.db'));
    let lost: Error | undefined;
    const bus = await connectTo(fleet.url, {
      client: TELEMETRY,
      site: fleet.site,
      nkeySeed: loadKeys(fleet.keysDir, TELEMETRY).natsSeed,
      onFatal: (error) => {
        lost = error;
      },
    });
    let read = 0;
    const records: object[] = [];
    const receiver = new Receiver({
      bus,
      clock,
      site: fleet.site,
      arrivals,
      onRecord(arrival) {
        read += 1;
        if (!types.has(arrival.record.type)) return;
        if (output.json) records.push(document(arrival));
        else for (const line of lines(arrival)) output.line(line);
      },
      onRefused: (line) => output.note(line),
    });
    const endMs = clock.monotonic() / 1_000 + forMs;
    while (!stop.aborted && lost === undefined && clock.monotonic() / 1_000 < endMs) {
      await pause(Math.min(100, forMs));
      output.progress(`${read} records`);
    }
    receiver.close();
    await new Promise<void>((resolve) => bus.drain(resolve));
    clock.stop();
    const tallies = arrivals.tallies();
    const missing = arrivals.missing().filter(({ records }) => records > 0);
    arrivals.close();
    if (lost !== undefined) {
      throw new InputError(`the hub closed the connection: ${lost.message}`, 'notReachable');
    }
    if (output.json) {
      const shown = types.size > 0 ? { records } : {};
      output.document({ site: fleet.site, read, tallies, missing, ...shown });
    } else {
      output.line(`${read} records read now; since the first time:`);
      const heads = ['node', 'what', 'records', 'bytes', 'repeated'];
      const rows = tallies.map(({ node, what, records, bytes, duplicates }) => [
        node,
        what,
        records,
        bytes,
        duplicates,
      ]);
      for (const line of table([heads, ...rows], '  ')) output.line(line);
      for (const { node, boot, records } of missing) {
        output.line(`  ${node}, start ${boot}: ${records} numbers have not come, or were dropped`);
      }
    }
    return stop.aborted ? 'interrupted' : 'held';
  },
};

function typesOf(text: string | undefined): ReadonlySet<string> {
  const types = text === undefined ? [] : text.split(',');
  const unknown = types.find((type) => !Object.hasOwn(recordTypes, type));
  if (unknown === undefined) return new Set(types);
  const known = Object.keys(recordTypes).join(', ');
  throw new InputError(`--show: expected of ${known}, parted by commas, came '${unknown}'`);
}
