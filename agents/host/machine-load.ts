/**
 * Readies a chart for its hosts, once a process: names its version, finds its delays and their
 * policies, fills its ports, and refuses what could not be restored or repeated.
 */
import type { AnyActorRef, AnyStateMachine, StateNode } from 'xstate';
import type { TimerPolicy } from '#machines/effects.ts';
import { type PortStarted, port } from '#machines/port.ts';
import { type Ignores, ignoresOf } from './ignored.ts';
import { machineHash } from './machine-hash.ts';

export interface LoadedMachine {
  readonly machine: AnyStateMachine;
  readonly hash: string;
  /** The first 16 hex digits, for traces. */
  readonly shortHash: string;
  readonly timers: Readonly<Record<string, TimerPolicy>>;
  /** The named delay behind the id of a scheduled event; undefined when there is none. */
  delayOf(id: string): string | undefined;
  /** Whether an event would change nothing. */
  readonly ignores: Ignores;
}

/** What a port's parent answers to: the system that a host gives each of its actors. */
export interface PortOwner {
  portStarted(name: string, self: AnyActorRef, input: unknown): void;
}

const loaded = new WeakMap<AnyStateMachine, LoadedMachine>();

/** Throws an `Error` that names what is wrong with the chart. */
export function loadMachine(machine: AnyStateMachine): LoadedMachine {
  let ready = loaded.get(machine);
  if (ready === undefined) {
    ready = load(machine);
    loaded.set(machine, ready);
  }
  return ready;
}

const policies: readonly unknown[] = ['restart', 'original', 'original-if-trusted'];

function load(machine: AnyStateMachine): LoadedMachine {
  const { id } = machine;
  const { actors, actions, guards, delays } = machine.implementations;
  const wrong = (what: string): never => {
    throw new Error(`machine '${id}' does not load: ${what}`);
  };
  const timers = (machine.config.meta as { timers?: Record<string, TimerPolicy> })?.timers ?? {};
  for (const delay of Object.keys(delays)) {
    if (timers[delay] === undefined) {
      wrong(
        `meta.timers has no policy for delay '${delay}'; give it one of ${policies.join(', ')}`,
      );
    }
  }
  for (const [delay, policy] of Object.entries(timers)) {
    if (!(delay in delays)) wrong(`meta.timers names delay '${delay}', which setup does not`);
    if (!policies.includes(policy)) {
      wrong(`policy '${policy}' of delay '${delay}': expected one of ${policies.join(', ')}`);
    }
  }
  for (const [name, logic] of Object.entries(actors)) {
    if (portOf(logic) === undefined) {
      wrong(`actor '${name}' is no port: charts reach the world through ports only`);
    }
  }
  const afterIds = new Map<string, string>();
  for (const node of nodes(machine.root)) {
    const at = `state '${node.id}'`;
    for (const delay of Object.keys((node.config.after ?? {}) as object)) {
      if (!(delay in delays)) wrong(`${at} waits for '${delay}', a delay that setup does not name`);
      afterIds.set(`xstate.after.${delay}.${node.id}`, delay);
    }
    for (const { src } of list(node.config.invoke) as { src: unknown }[]) {
      if (typeof src !== 'string' || !(src in actors)) {
        wrong(`${at} invokes something that setup does not name`);
      }
    }
    const transitions = [...node.transitions.values()].flat().concat(node.always ?? []);
    const used = [...node.entry, ...node.exit, ...transitions.flatMap((taken) => taken.actions)];
    for (const action of used) checkNamed('an action', action, actions, at, wrong);
    for (const { guard } of transitions) checkNamed('a guard', guard, guards, at, wrong);
  }
  const hash = machineHash(machine);
  const provided = machine.provide({ actors: filled(actors) });
  return {
    machine: provided,
    ignores: ignoresOf(provided),
    hash,
    shortHash: hash.slice(0, 16),
    timers,
    delayOf(scheduled) {
      const named = afterIds.get(scheduled);
      if (named !== undefined) return named;
      const slash = scheduled.indexOf('/');
      const name = slash < 0 ? scheduled : scheduled.slice(0, slash);
      return name in delays ? name : undefined;
    },
  };
}

/** Built-in actions and guards may stand inline: what they do is data. Other functions may not. */
function checkNamed(
  what: string,
  used: unknown,
  table: object,
  at: string,
  wrong: (what: string) => never,
): void {
  if (used === undefined) return;
  if (typeof used === 'function') {
    if ('resolve' in used || 'check' in used) return;
    wrong(`${at} has ${what} written inline; name it in setup`);
  }
  const name = typeof used === 'string' ? used : (used as { type: string }).type;
  if (!(name in table)) wrong(`${at} names ${what} '${name}', which setup does not`);
}

function filled(actors: Record<string, unknown>): Record<string, ReturnType<typeof port>> {
  return Object.fromEntries(
    Object.entries(actors).map(([name, logic]) => [name, port(portOf(logic) ?? name, started)]),
  );
}

const started: PortStarted = ({ name, self, input }) => {
  // Every actor of a host has a system that is its PortOwner, and its ports share it.
  (self.system as unknown as PortOwner).portStarted(name, self, input);
};

function portOf(logic: unknown): string | undefined {
  const { config } = logic as { config?: { port?: unknown } };
  return typeof config?.port === 'string' ? config.port : undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: XState's own AnyStateNode is written so
type Node = StateNode<any, any>;

function* nodes(node: Node): Iterable<Node> {
  yield node;
  for (const child of Object.values(node.states)) yield* nodes(child as Node);
}

function list(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
