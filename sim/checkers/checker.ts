/** What watches a run. A checker sees the truth of the air and of the bus, and the trace. */
import type { Channel } from '#protocols/channels.ts';
import type { Address } from '#protocols/ids.ts';
import type { TraceRecord } from '#protocols/trace.ts';
import type { RadioTruth } from '../population.ts';
import type { BusListener } from '../tapped-bus.ts';

/** What the law of the scenario's country says; put in from where the rules stand. */
export interface LegalLimits {
  /** Silence owed before first use, 0 where none is. */
  clearMs(channel: Channel): number;
  /** How long a channel stays closed after radar. */
  readonly nonOccupancyMs: number;
  /** How long after radar was heard the radio may still send, all in all. */
  readonly closingMs: number;
  /** The most EIRP at that place, dBm; null where nothing may be sent on the whole of the channel. */
  maxEirpDbm(channel: Channel, place: { readonly indoor: boolean }): number | null;
}

export interface CheckerWorld {
  readonly limits: LegalLimits;
  nowUs(): number;
  /** Whether the radio stands indoors. */
  isIndoor(address: Address): boolean;
  /** Calls back for every event that reaches the hub's stream. */
  onHubEvent(arrived: (subject: string, data: Uint8Array) => void): void;
  /** Whether the link of a node has stood, and both its ends have run, for that long. */
  isReachable(node: string, forUs: number): boolean;
}

export interface Breach {
  readonly tUs: number;
  readonly address: string;
  /** What was seen and what should have been. */
  readonly what: string;
}

export interface Findings {
  /** How often there was something to hold. */
  readonly checked: number;
  readonly broken: readonly Breach[];
}

export interface Watch {
  readonly onRecord?: (record: TraceRecord) => void;
  readonly onRadio?: (truth: RadioTruth) => void;
  readonly onBus?: BusListener;
  finish(): Findings;
}

/** One invariant. */
export interface Checker {
  readonly name: string;
  readonly text: string;
  start(world: CheckerWorld): Watch;
}

/** Crystals are off by some hundred parts per million; a rule's time is held to within this share. */
export const CLOCK_TOLERANCE = 0.001;

/** The parts of a payload that checkers look at; anything may be absent. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

export function seconds(us: number): string {
  return `${(us / 1_000_000).toFixed(3)} s`;
}
