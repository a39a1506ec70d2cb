/**
 * A chart as it is drawn: states, and ways between them with what they wait for. Read from a machine, so
 * that a picture can show nothing that is not there; functions count by their names.
 */
import type { AnyStateMachine, StateNode } from 'xstate';

export type Trigger =
  | { readonly kind: 'event'; readonly event: string }
  | { readonly kind: 'after'; readonly delay: string }
  /** Taken at once. */
  | { readonly kind: 'always' }
  | { readonly kind: 'done' | 'failed'; readonly port: string };

export interface Way {
  readonly on: Trigger;
  readonly guard: string | null;
  readonly actions: readonly string[];
  /** Ids of states; none where nothing is left. */
  readonly targets: readonly string[];
  readonly reenters: boolean;
}

export interface ChartState {
  readonly id: string;
  readonly key: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final';
  /** Key of the child it begins in. */
  readonly initial: string | null;
  readonly tags: readonly string[];
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly invokes: readonly { readonly id: string; readonly port: string }[];
  readonly ways: readonly Way[];
  readonly states: readonly ChartState[];
}

export interface Chart {
  readonly root: ChartState;
  /** How each delay continues after a restart, by name. */
  readonly timers: Readonly<Record<string, string>>;
}

// biome-ignore lint/suspicious/noExplicitAny: XState's own AnyStateNode is written so
type AnyNode = StateNode<any, any>;

export function chartOf({ root, config }: AnyStateMachine): Chart {
  const { timers = {} } = (config.meta ?? {}) as { timers?: Record<string, string> };
  return { root: stateOf(root), timers };
}

function stateOf(node: AnyNode): ChartState {
  const { id, key, type, tags, entry, exit, invoke, states } = node;
  if (type === 'history')
    throw new Error(`state '${id}' is a history state, which no chart has yet`);
  const taken = [...node.transitions.values()].flat();
  const ways = [...taken, ...(node.always ?? [])].map((one): Way => {
    const { guard, actions, target = [], reenter, eventType } = one;
    return {
      on: triggerOf(eventType),
      guard: guard === undefined ? null : nameOf(guard),
      actions: actions.map(nameOf),
      targets: target.map((state: AnyNode) => state.id),
      reenters: reenter && target.length > 0,
    };
  });
  return {
    id,
    key,
    type,
    initial: type === 'compound' ? (node.initial.target[0] as AnyNode).key : null,
    tags: [...tags],
    // What starts and ends delays is XState's own; the ways say it.
    entry: entry.map(nameOf).filter(isOurs),
    exit: exit.map(nameOf).filter(isOurs),
    invokes: invoke.map((one) => ({ id: one.id, port: String(one.src) })),
    ways,
    states: Object.values(states).map((state) => stateOf(state as AnyNode)),
  };
}

function triggerOf(event: string): Trigger {
  const [, kind, name] = /^xstate\.(after|done\.actor|error\.actor)\.([^.]+)/.exec(event) ?? [];
  switch (kind) {
    case 'after':
      return { kind: 'after', delay: name! };
    case 'done.actor':
      return { kind: 'done', port: name! };
    case 'error.actor':
      return { kind: 'failed', port: name! };
    default:
      return event === '' ? { kind: 'always' } : { kind: 'event', event };
  }
}

/** An action of XState's own, such as `assign`, goes by its kind. */
function nameOf(used: unknown): string {
  if (typeof used === 'string') return used;
  const { type } = used as { type: string };
  return type.replace(/^xstate\./, '');
}

const ownKinds = ['raise', 'cancel'];

function isOurs(name: string): boolean {
  return !ownKinds.includes(name);
}

export function* statesOf(state: ChartState): Iterable<ChartState> {
  yield state;
  for (const child of state.states) yield* statesOf(child);
}

/** For a label: `radar.detected [concernsUs] / close, giveUp`. */
export function labelOf({ on, guard, actions }: Way): string {
  const parts = [
    triggerText(on),
    ...(guard === null ? [] : [`[${guard}]`]),
    ...(actions.length === 0 ? [] : [`/ ${actions.join(', ')}`]),
  ];
  return parts.join(' ');
}

export function triggerText(on: Trigger): string {
  switch (on.kind) {
    case 'event':
      return on.event;
    case 'after':
      return `after ${on.delay}`;
    case 'always':
      return 'always';
    case 'done':
      return `${on.port} done`;
    case 'failed':
      return `${on.port} failed`;
  }
}
