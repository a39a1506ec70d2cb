/**
 * Says of an event whether a chart that is at rest would do anything with it. Most of what a radio
 * hears each second tells it nothing new; to find that out, XState goes through a whole macrostep,
 * which is most of what such a step costs. Here only the chart's guards are asked, as XState asks
 * them; what is not plainly ignored goes the usual way.
 */
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode } from 'xstate';
import type { ChartEvent } from './message.ts';

/** True only where it is sure; a chart in nested or parallel states is never sure. */
export type Ignores = (snapshot: AnyMachineSnapshot, event: ChartEvent) => boolean;

type Arguments = { readonly context: unknown; readonly event: ChartEvent };

/** A guard of a transition, with what it is given. */
interface Question {
  readonly ask: (of: Arguments, params: unknown) => boolean;
  readonly params: unknown;
}

export function ignoresOf({ root, implementations }: AnyStateMachine): Ignores {
  if (isOpen(root)) return () => false;
  const guards = implementations.guards as Readonly<Record<string, unknown>>;
  /** By type of event, what decides about it; undefined where that cannot be told beforehand. */
  const known = new Map<string, readonly Question[] | undefined>();
  const states = new Map(
    Object.entries(root.states as Readonly<Record<string, AnyStateNode>>).filter(
      ([, state]) => !isOpen(state),
    ),
  );
  return (snapshot, event) => {
    const { type } = event;
    if (snapshot.status !== 'active' || typeof snapshot.value !== 'string') return false;
    const state = states.get(snapshot.value);
    if (state === undefined || state.transitions.has(type)) return false;
    let questions = known.get(type);
    if (questions === undefined) {
      if (known.has(type)) return false;
      questions = questionsOf(root, guards, type);
      if (known.size < KNOWN_MAX) known.set(type, questions);
      if (questions === undefined) return false;
    }
    const of = { context: snapshot.context, event };
    for (const { ask, params } of questions) {
      if (ask(of, typeof params === 'function' ? params(of) : params)) return false;
    }
    return true;
  };
}

/** A chart names few events; what comes from outside may be called anything. */
const KNOWN_MAX = 256;

/** Moves by itself, or names events by a pattern. */
function isOpen({ always, transitions }: AnyStateNode): boolean {
  if (always !== undefined) return true;
  for (const descriptor of transitions.keys()) if (descriptor.endsWith('*')) return true;
  return false;
}

function questionsOf(
  { transitions }: AnyStateNode,
  guards: Readonly<Record<string, unknown>>,
  type: string,
): readonly Question[] | undefined {
  // XState's own events have effects beside transitions.
  if (type.startsWith('xstate.')) return undefined;
  const questions: Question[] = [];
  for (const { guard } of transitions.get(type) ?? []) {
    const { type: name, params } =
      typeof guard === 'object' ? guard : { type: String(guard), params: undefined };
    const ask = guards[name];
    // Without a guard it is always taken; built-in guards are XState's to ask.
    if (typeof ask !== 'function' || 'check' in ask) return undefined;
    questions.push({ ask: ask as Question['ask'], params });
  }
  return questions;
}
