/** What an actor's mailbox holds. */
import type { Outcome } from '#protocols/errors.ts';
import type { Heard, ToolHandler } from '../body.ts';
import type { Invocation } from './actor-host.ts';
import type { Deadline } from './deadlines.ts';
import type { Running } from './running.ts';

export interface ChartEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** An event from the driver, another actor of the host, or a returned call. */
export interface EventMessage {
  readonly kind: 'event';
  readonly event: ChartEvent;
  /** The outbox message it came by; gone once this is consumed. */
  readonly outboxId: string | undefined;
}

/** An event of another actor, off the bus. */
export interface HeardMessage {
  readonly kind: 'heard';
  readonly heard: Heard;
  /** Consumed once a key. */
  readonly key: string | undefined;
  readonly consumed: () => void;
}

export interface CallMessage {
  readonly kind: 'call';
  // biome-ignore lint/suspicious/noExplicitAny: a handler is typed where it is written
  readonly handler: ToolHandler<any, any>;
  readonly invocation: Invocation;
  readonly done: (outcome: Outcome<unknown>) => void;
}

/** A named delay that fell due. */
export interface TimerMessage {
  readonly kind: 'timer';
  readonly deadline: Deadline;
}

/** A port that answered. */
export interface PortMessage {
  readonly kind: 'port';
  readonly running: Running;
}

/** The actor's first step, or its first after the host was restarted. */
export interface BeginMessage {
  readonly kind: 'begin';
  /** Taken when the actor is new. */
  readonly input: unknown;
}

export type Message =
  | EventMessage
  | HeardMessage
  | CallMessage
  | TimerMessage
  | PortMessage
  | BeginMessage;

/** What belongs to the actor itself is never dropped, whatever its mailbox holds. */
export function isDroppable({ kind }: Message): boolean {
  return kind === 'event' || kind === 'heard';
}
