/**
 * A chart with everything that may happen to it, small enough to be gone through whole: what others
 * may say, how ports may end, what of its memory decides what it does next, and what a watcher holds
 * it to.
 */
import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from 'xstate';

/** A delay that runs. */
export interface Timer {
  readonly id: string;
  readonly event: EventObject;
}

/** A port that was entered and has not ended. */
export interface OpenPort {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export type PortEnd = { readonly output: unknown } | { readonly error: string };

/** One thing that happens. */
export type Step =
  | { readonly kind: 'heard'; readonly event: EventObject }
  | { readonly kind: 'ended'; readonly port: OpenPort; readonly end: PortEnd }
  | { readonly kind: 'due'; readonly timer: Timer }
  /** The process died and came back from its snapshot; in the meantime its clock may have been lost. */
  | { readonly kind: 'killed'; readonly clockTrusted: boolean };

/** A moment in a chart's life. `Seen` is what the watcher knows, which the chart does not. */
export interface Situation<Seen> {
  readonly snapshot: AnyMachineSnapshot;
  readonly timers: readonly Timer[];
  readonly ports: readonly OpenPort[];
  readonly seen: Seen;
}

/** Who looks at a chart from outside, and says what it may never do. */
export interface Watcher<Seen> {
  readonly begins: Seen;
  /** What it knows after a step, from what was before and what the chart is now. */
  note(before: Situation<Seen>, step: Step, after: Omit<Situation<Seen>, 'seen'>): Seen;
  /** What is wrong now, as a sentence; undefined when nothing is. */
  broken(now: Situation<Seen>): string | undefined;
}

export interface ChartModel<Seen = unknown> {
  readonly role: string;
  readonly machine: AnyStateMachine;
  /** How it may be set up; it is gone through from each of these. */
  readonly inputs: readonly unknown[];
  /** What others may say now. */
  heard(now: Situation<Seen>): readonly EventObject[];
  /** How a port may end that was asked this. */
  ends(port: OpenPort, now: Situation<Seen>): readonly PortEnd[];
  /** The part of its memory that decides what it does next, as plain data. */
  matters(context: unknown): unknown;
  /** The part of what a port was asked that decides how it may end, as plain data. */
  asked(port: OpenPort): unknown;
  /** It has to be able to come back here from wherever it is: where it does its work. */
  isAtWork(snapshot: AnyMachineSnapshot): boolean;
  readonly watcher: Watcher<Seen>;
}

/** For a chart that cannot harm anybody by what it does. */
export const nobody: Watcher<null> = {
  begins: null,
  note: () => null,
  broken: () => undefined,
};
