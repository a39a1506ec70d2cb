/**
 * A body: what a chart needs to live in a host. The tools it serves, the events it publishes and
 * hears, and what fills its ports.
 */
import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from 'xstate';
import type { PortFailure } from '#machines/port.ts';
import type { Clock } from '#protocols/clock.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { EventDefinition } from '#protocols/event.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import type { Address } from '#protocols/ids.ts';
import type { Random } from '#protocols/random.ts';
import type { Caller, Role } from '#protocols/roles.ts';
import type { Tool, ToolInput, ToolOutput } from '#protocols/tool.ts';

/** An actor's own table, for what is too large for a chart's context. Changes join the transaction. */
export interface Memory {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): void;
  entries(prefix: string): Iterable<readonly [key: string, value: unknown]>;
}

/** Where a body stands: what its handlers and ports may use. */
export interface Place {
  readonly address: Address;
  readonly clock: Clock;
  /** The actor's stream; its counters are in the snapshot. */
  readonly random: Random;
  readonly memory: Memory;
}

export interface Call<Input> {
  /** The idempotency key for the durable lane, an id of the caller's otherwise. */
  readonly callId: string;
  readonly caller: Caller;
  readonly tool: string;
  readonly arguments: Input;
  /** The verdict it was let through on, for a tool that touches the air. */
  readonly verdictId?: string;
}

/** No answer yet: the chart will emit `call.answered`. */
export const pending = Symbol('pending');

export interface ToolHandler<T extends Tool = Tool, S = AnyMachineSnapshot> {
  readonly tool: T;
  /** The event a call becomes; left out, the call is answered from the snapshot as it stands. */
  readonly event?: (call: Call<ToolInput<T>>, before: S, place: Place) => EventObject;
  /** Reads the answer from the snapshot after the event. */
  readonly reply: (
    snapshot: S,
    call: Call<ToolInput<T>>,
    place: Place,
  ) => Outcome<ToolOutput<T>> | typeof pending;
}

export type PortDone<Output> = (outcome: Outcome<Output, PortFailure>) => void;

export interface PortContext extends Place {
  /** Names this run of the port; the same again when it is recovered. */
  readonly key: string;
  /** False when the host restarted with the port under way. */
  readonly first: boolean;
}

/** Fills a port with work that may simply be done again after a restart. */
export interface PortWork<Input = never, Output = unknown> {
  readonly kind: 'work';
  /** May answer at once or later, once; what it returns cancels it. */
  run(input: Input, context: PortContext, done: PortDone<Output>): (() => void) | undefined;
}

/**
 * Fills a port with a change of the radio. The host commits the intent, reads the radio, acts only
 * when it does not hold already, and reads back.
 */
export interface PortActuation<Input = never, Output = unknown, State = unknown> {
  readonly kind: 'actuation';
  read(done: PortDone<State>): void;
  holds(state: State, input: Input): boolean;
  act(input: Input, done: PortDone<State>): void;
  output(state: State, input: Input): Output;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of ports is indexed by names the chart types
export type Port = PortWork<any, any> | PortActuation<any, any, any>;

/** An event of another actor, off the bus. */
export interface Heard {
  readonly event: EventDefinition;
  readonly source: Address;
  readonly data: unknown;
  readonly atMs: number;
}

export interface Hears {
  readonly event: EventDefinition;
  /**
   * `chart` hands it over as an event `{type: name, source, ...data}`; a function only notes it in
   * memory, without a step of the chart.
   */
  readonly to: 'chart' | ((heard: Heard, place: Place) => void);
}

export interface Mailbox {
  readonly capacity: number;
  /** What happens to a message that finds it full. Calls are always refused with `overloaded`. */
  readonly overflow: 'drop-oldest' | 'drop-newest';
}

export interface Body {
  readonly role: Role;
  readonly machine: AnyStateMachine;
  // biome-ignore lint/suspicious/noExplicitAny: handlers are typed where they are written
  readonly tools: readonly ToolHandler<any, any>[];
  readonly publishes: readonly EventDefinition[];
  readonly hears: readonly Hears[];
  readonly mailbox: Mailbox;
  /** What the rules look at; only bodies whose tools touch the air have it. */
  // biome-ignore lint/suspicious/noExplicitAny: the snapshot type is the machine's
  readonly legalState?: (snapshot: any, place: Place) => RadioLegalState;
  /** The version an approval's base is held against. */
  // biome-ignore lint/suspicious/noExplicitAny: the snapshot type is the machine's
  readonly baseVersion?: (snapshot: any) => number;
}

/** Types a handler by its tool. */
export function handle<T extends Tool, S = AnyMachineSnapshot>(
  handler: ToolHandler<T, S>,
): ToolHandler<T, S> {
  return handler;
}
