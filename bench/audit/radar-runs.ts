/**
 * Radars on the channels of radios that send, with the real charts, hosts and drivers in simulated
 * worlds. The radios stand far apart, so that each radar strikes one; every other world also cuts links,
 * kills processes and sets clocks. A simulated chip hears whatever lies above its threshold, within the
 * time that is modelled for it.
 */
import { ConductAudit } from '#agents/conduct/conduct-audit.ts';
import { observedInTrace } from '#agents/conduct/sources/trace.ts';
import { closingTransmissionMs } from '#agents/regulation/limits.ts';
import { domainOf } from '#agents/regulation/regdb.ts';
import { populate } from '#cli/fleet/in-world.ts';
import { overlapMhz, type Span, span } from '#protocols/channels.ts';
import type { TraceRecord } from '#protocols/trace.ts';
import type { Checker } from '#sim/checkers/checker.ts';
import { checkers } from '#sim/checkers/index.ts';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import { heardSpan } from '#sim/checkers/silence-after-radar.ts';
import type { RadioTruth } from '#sim/population.ts';
import { parseScenario, type Scenario } from '#sim/scenario.ts';
import { runWorld } from '#sim/world.ts';

export interface RadarTally {
  readonly country: string;
  readonly closingMs: number;
  /** Radars that began on the channel of a radio that sent there. */
  events: number;
  /** The radio was not silent there within the closing time from the first pulse on. */
  late: number;
  /** It never fell silent there while the world ran. */
  missed: number;
  /** From the first pulse to silence, milliseconds. */
  readonly silentAfterMs: number[];
  /** What checkers and the audit of conduct found outside any rule. */
  broken: number;
  readonly found: string[];
}

const RADIOS = 40;
const DURATION_US = 115_000_000;

export function newTally(country: string): RadarTally {
  const closingMs = closingTransmissionMs(domainOf(country)!);
  return {
    country,
    closingMs,
    events: 0,
    late: 0,
    missed: 0,
    silentAfterMs: [],
    broken: 0,
    found: [],
  };
}

/** One world more. */
export async function addRun(tally: RadarTally, seed: number): Promise<void> {
  const scenario = scenarioOf(tally.country, seed % 2 === 1);
  const strikes = new Strikes();
  const records: TraceRecord[] = [];
  const watch: Checker = {
    name: 'strikes',
    text: 'How soon radios fall silent.',
    start: () => ({
      onRecord(record) {
        if (record.type !== 'message' || isOfConduct(record.payload)) records.push(record);
        strikes.onRecord(record);
      },
      onRadio: (truth) => strikes.onRadio(truth),
      finish: () => ({ checked: 0, broken: [] }),
    }),
  };
  const result = await runWorld({
    scenario,
    seed,
    durationUs: DURATION_US,
    ...populate({ seed, passivateAfterMs: null, strategy: scenario.strategy }),
    limits: limitsOf(tally.country),
    checkers: [...checkers, watch],
  });
  for (const { silentAfterUs } of strikes.all) {
    tally.events += 1;
    if (silentAfterUs === undefined) tally.missed += 1;
    else {
      tally.silentAfterMs.push(silentAfterUs / 1_000);
      if (silentAfterUs > tally.closingMs * 1_000) tally.late += 1;
    }
  }
  const audit = new ConductAudit();
  for (const observed of observedInTrace(records)) audit.see(observed);
  const { stretches } = audit.finish();
  const breaches = result.checkers.flatMap(({ name, broken }) =>
    broken.map(({ what }) => `${name}: ${what}`),
  );
  tally.broken += breaches.length + stretches.length;
  tally.found.push(...breaches, ...stretches.map(({ rule, what }) => `${rule}: ${what}`));
}

function isOfConduct(payload: unknown): boolean {
  const { type } = payload as { type?: string };
  return type === 'radar.detected' || type === 'move.requested' || type === 'driver.opened';
}

interface Strike {
  readonly radio: string;
  readonly atUs: number;
  readonly heard: Span;
  silentAfterUs: number | undefined;
}

class Strikes {
  readonly all: Strike[] = [];
  readonly #truths = new Map<string, RadioTruth>();

  onRecord({ tUs, type, payload }: TraceRecord): void {
    if (type !== 'fault' || (payload as { kind?: string }).kind !== 'radar') return;
    const heard = heardSpan(payload)!;
    const { radio } = payload as { radio: string };
    if (!sendsIn(this.#truths.get(radio), heard)) return;
    this.all.push({ radio, atUs: tUs, heard, silentAfterUs: undefined });
  }

  onRadio(truth: RadioTruth): void {
    this.#truths.set(truth.address, truth);
    for (const strike of this.all) {
      if (strike.radio !== truth.address || strike.silentAfterUs !== undefined) continue;
      if (!sendsIn(truth, strike.heard)) strike.silentAfterUs = truth.tUs - strike.atUs;
    }
  }
}

function sendsIn(truth: RadioTruth | undefined, heard: Span): boolean {
  if (truth?.channel == null || truth.silent) return false;
  return overlapMhz(span(truth.channel), heard) > 0;
}

function scenarioOf(country: string, isRough: boolean): Scenario {
  const strike = { kind: 'radar', when: { within: ['70s', '100s'] }, lasts: '30s', eirpDbm: 60 };
  const rough = [
    { kind: 'crash', when: { perNodeHour: 6 }, lasts: '5s' },
    { kind: 'cut', when: { perNodeHour: 6 }, lasts: '30s' },
    { kind: 'jump', when: { perNodeHour: 3 }, byMs: 3_600_000 },
    { kind: 'jump', when: { perNodeHour: 3 }, byMs: -1_800_000 },
  ];
  return parseScenario(
    {
      name: 'bench-radar',
      about: 'Radars on the channels of radios that stand far apart.',
      site: 'field',
      country,
      startsAt: '2026-06-15T08:00:00+00:00',
      settings: { survey: '60s', neighbours: '10m', replan: '1h', spectrum: { every: '1h' } },
      generate: {
        nodes: RADIOS,
        radios: 1,
        clientsPerRadio: 0,
        indoor: false,
        // Beyond the reach of a radar of 60 dBm.
        spacingM: 20_000,
        channels: [100, 104, 108, 112, 116, 132, 136, 140].map((number) => ({
          band: '5',
          number,
        })),
      },
      faults: [...Array.from({ length: RADIOS }, () => strike), ...(isRough ? rough : [])],
    },
    'bench-radar',
  );
}
