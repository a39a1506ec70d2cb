/**
 * The modem port: what sends a node's frames over LoRaWAN as a device of class A. Joining, keys, frame
 * counters and encryption are the modem's; a node hands it payloads. Operations call back, once, and
 * never throw.
 */
import type { Outcome } from '../errors.ts';

export interface ModemError {
  readonly code: 'busy' | 'not_joined' | 'duty_limited' | 'too_long' | 'rejected' | 'gone';
  readonly message: string;
}

export type ModemDone<Value> = (outcome: Outcome<Value, ModemError>) => void;

export interface Uplink {
  readonly port: number;
  readonly payload: Uint8Array;
  readonly dr: number;
}

export type ModemEvent =
  | { readonly type: 'downlink'; readonly port: number; readonly payload: Uint8Array }
  /** The modem is not there any more: unplugged, or its process ended. */
  | { readonly type: 'gone'; readonly message: string };

export interface LoraModem {
  readonly address: string;
  open(onEvent: (event: ModemEvent) => void, done: ModemDone<null>): void;
  /** One attempt to join, with one frame. */
  join(done: ModemDone<null>): void;
  /** Calls back when the frame is off the air and both receive windows are over. */
  send(uplink: Uplink, done: ModemDone<null>): void;
  close(): void;
}
