/** The auditor: radios and radar, and what a verdict costs. */
import { createHash } from 'node:crypto';
import { signerFromSeed } from '#agents/keys/ed25519.ts';
import { firstBroken } from '#agents/regulation/judge.ts';
import { shippedRegdb } from '#agents/regulation/regdb.ts';
import { judge } from '#agents/regulation/verdicts.ts';
import { allChannels } from '#protocols/channels.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import { addRun, newTally } from './audit/radar-runs.ts';
import { atLeast, atMost, type Bench, type BenchOptions, type Row, told } from './bench.ts';

const EVENTS = 10_000;
/** One of each kind: FCC, ETSI, and Japan, which takes the stricter of both. */
const COUNTRIES = ['US', 'DE', 'JP'] as const;
const JUDGED = 2_000;
const HELD = 200_000;

export const bench: Bench = {
  name: 'audit',
  about: 'The auditor: radios silent after radar, and verdicts a second of one core.',
  run: async (options) => [...(await radarRows(options)), ...verdictRows()],
};

/** The radars are simulated, and so is the time a chip takes to tell of one. */
async function radarRows({ note }: BenchOptions): Promise<Row[]> {
  const tallies = COUNTRIES.map(newTally);
  const events = () => tallies.reduce((sum, tally) => sum + tally.events, 0);
  for (let seed = 1; events() < EVENTS; seed += 1) {
    await addRun(tallies[seed % tallies.length]!, seed);
    if (seed % 10 === 0) note(`audit: ${events()} of ${EVENTS} simulated radars, ${seed} worlds`);
  }
  const total = (of: 'late' | 'missed' | 'broken') =>
    tallies.reduce((sum, tally) => sum + tally[of], 0);
  for (const found of new Set(tallies.flatMap((tally) => tally.found))) note(`audit: ${found}`);
  return [
    atLeast('radar: simulated events on a channel in use', events(), 'events', EVENTS),
    atMost('radar: still sending after the closing time (simulated)', total('late'), 'events', 0),
    atMost('radar: missed (simulated)', total('missed'), 'events', 0),
    atMost(
      'radar: what checkers and audit found outside a rule (simulated)',
      total('broken'),
      '',
      0,
    ),
    ...tallies.flatMap(({ country, closingMs, silentAfterMs, events: count }) => [
      told(`radar ${country}: events (simulated)`, count, 'events'),
      atMost(
        `radar ${country}: longest from first pulse to silence (simulated)`,
        silentAfterMs.reduce((most, ms) => Math.max(most, ms), 0),
        'ms',
        closingMs,
      ),
    ]),
  ];
}

function verdictRows(): Row[] {
  const regdb = shippedRegdb();
  const signer = signerFromSeed('auditor', createHash('sha256').update('bench').digest());
  const channels = allChannels('5', 80);
  const asked = Array.from({ length: 64 }, (_, index) => ({
    tool: 'radio_set_channel',
    arguments: channels[index % channels.length],
    target: `hq/ap${index}/radio-0`,
    caller: 'coordinator',
    idempotencyKey: `bench-${index}`,
    nowMs: 1_760_000_000_000,
    state: stateOf(index),
  }));
  const perSecond = (count: number, one: (index: number) => void) => {
    for (let index = 0; index < count / 10; index += 1) one(index);
    const before = process.cpuUsage();
    for (let index = 0; index < count; index += 1) one(index);
    const { user, system } = process.cpuUsage(before);
    return (1e6 * count) / (user + system);
  };
  const pick = (index: number) => asked[index % asked.length]!;
  return [
    told(
      'verdicts judged and signed, a CPU second',
      perSecond(JUDGED, (index) => judge(pick(index), { signer, regdb })),
      '',
    ),
    told(
      'calls held against every rule, unsigned, a CPU second',
      perSecond(HELD, (index) => firstBroken(pick(index), regdb)),
      '',
    ),
  ];
}

function stateOf(index: number): RadioLegalState {
  return {
    country: ['DE', 'US', 'JP', 'BR'][index % 4]!,
    indoor: true,
    antennaGainDbi: 3,
    channel: null,
    eirpDbm: 12,
    silent: true,
    pinned: false,
    closures: [],
    bands: ['2.4', '5', '6'],
    maxWidthMhz: 160,
    minEirpDbm: 0,
    maxEirpDbm: 30,
    stateVersion: index,
  };
}
