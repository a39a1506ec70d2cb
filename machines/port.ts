import type { ActorLogic, AnyActorRef, EventObject, Snapshot } from 'xstate';

/** How a port ended badly. It reaches the chart as the `error` of `onError`. */
export interface PortFailure {
  readonly code: string;
  readonly message: string;
}

type PortEvent<Output> =
  | { readonly type: 'port.done'; readonly output: Output }
  | { readonly type: 'port.failed'; readonly error: PortFailure };

export type PortLogic<Output, Input> = ActorLogic<
  Snapshot<Output>,
  PortEvent<Output>,
  Input,
  // biome-ignore lint/suspicious/noExplicitAny: XState's own AnyActorSystem
  any,
  EventObject
>;

/** Tells whoever runs the chart that a port was started; it answers by sending to `self`. */
export type PortStarted = (started: {
  readonly name: string;
  readonly self: AnyActorRef;
  readonly input: unknown;
}) => void;

interface PortSnapshot {
  status: 'active' | 'done' | 'error' | 'stopped';
  output: unknown;
  error: unknown;
  input: unknown;
}

/**
 * A hole in a chart where the world outside is asked for something. The host fills all holes of a
 * machine at once, by `provide`, with `started`; a hole that nobody filled faults when it is entered.
 */
export function port<Output, Input>(
  name: string,
  started: PortStarted = ({ name: unfilled }) => {
    throw new Error(`port '${unfilled}' was entered but nobody filled it`);
  },
): PortLogic<Output, Input> {
  const logic = {
    config: { port: name },
    getInitialSnapshot: (_scope: unknown, input: unknown): PortSnapshot => ({
      status: 'active',
      output: undefined,
      error: undefined,
      input,
    }),
    start: (snapshot: PortSnapshot, { self }: { self: AnyActorRef }) => {
      if (snapshot.status === 'active') started({ name, self, input: snapshot.input });
    },
    transition: (snapshot: PortSnapshot, event: PortEvent<Output> | { type: 'xstate.stop' }) => {
      switch (event.type) {
        case 'port.done':
          return { ...snapshot, status: 'done' as const, output: event.output };
        case 'port.failed':
          return { ...snapshot, status: 'error' as const, error: event.error };
        case 'xstate.stop':
          return { ...snapshot, status: 'stopped' as const };
      }
    },
    getPersistedSnapshot: (snapshot: PortSnapshot) => snapshot,
    restoreSnapshot: (snapshot: PortSnapshot) => snapshot,
  };
  // XState's ActorLogic cannot express that a snapshot's output is known only in status `done`.
  return logic as unknown as PortLogic<Output, Input>;
}
