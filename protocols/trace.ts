/**
 * What a run leaves behind: one record for every message an actor consumed, every actuation, fault
 * and port result. Each actor chains its own records, so runs are compared actor by actor.
 */
import type { Address } from './ids.ts';

export const traceVersion = 1;

export type TraceType =
  /** An event the chart consumed; the payload is the event, the state value the one after it. */
  | 'message'
  /** A named delay that fell due. */
  | 'timer'
  /** A port answered. */
  | 'port'
  /** The driver was told to change the radio. */
  | 'actuation'
  /** A call came in at the door: its decision, before the chart saw it. */
  | 'call'
  /** Something was broken on purpose, or broke. */
  | 'fault'
  /** Something else happened that no actor did, such as a client that changed its radio. */
  | 'world';

export interface TraceRecord {
  /** The world's clock (never a host's skewed one). */
  readonly tUs: number;
  readonly address: Address;
  /** Counts this actor's records from 0. */
  readonly seq: number;
  readonly type: TraceType;
  readonly payload: unknown;
  readonly stateValue: unknown;
  /** The first 16 hex digits of the machine's hash. */
  readonly machineHash: string;
}

/** Takes an actor's records; keeps their count and the chain's head. */
export interface TraceChain {
  record(type: TraceType, payload: unknown, stateValue: unknown, machineHash: string): void;
}

export interface TraceSink {
  /** The one chain of an actor, whoever asks and however often it is started anew. */
  chain(address: Address): TraceChain;
}
