/**
 * Says of an event whether a chart that is at rest would do anything with it. Most of what a radio
 * hears each second tells it nothing new; to find that out, XState goes through a whole macrostep,
 * which is most of what such a step costs. The guards are asked as XState asks them.
 */
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode } from 'xstate';
import type { ChartEvent } from './message.ts';

/** The parts of XState's `StateNode` that are used here, some of them not in its types. */
interface Node {
  readonly always: AnyStateNode['always'];
  readonly transitions: ReadonlyMap<string, unknown>;
  readonly states: Readonly<Record<string, Node>>;
  next(snapshot: AnyMachineSnapshot, event: ChartEvent): unknown;
}

/** True only where it is sure; a chart of nested or parallel states is always asked. */
export type Ignores = (snapshot: AnyMachineSnapshot, event: ChartEvent) => boolean;

export function ignoresOf({ root }: AnyStateMachine): Ignores {
  // The same object, with what its type does not show.
  const top = root as unknown as Node;
  if (isOpen(top)) return () => false;
  return (snapshot, event) => {
    const { value } = snapshot;
    if (typeof value !== 'string' || snapshot.status !== 'active') return false;
    const state = top.states[value];
    if (state === undefined || isOpen(state)) return false;
    const { type } = event;
    // Events of XState's own have effects beside transitions.
    if (state.transitions.has(type) || type.startsWith('xstate.')) return false;
    return !top.transitions.has(type) || top.next(snapshot, event) === undefined;
  };
}

/** Moves by itself, or names events by a pattern. */
function isOpen({ always, transitions }: Node): boolean {
  if (always !== undefined) return true;
  for (const descriptor of transitions.keys()) if (descriptor.endsWith('*')) return true;
  return false;
}
