/**
 * What a snapshot must be before a chart is restored from it. It carries the hash of its machine;
 * taken by another version it is migrated, or let through only when all that it names still exists.
 */
import type { AnyStateMachine } from 'xstate';
import { InputError } from '#protocols/errors.ts';
import { type ChartState, chartState } from '../store/chart-state.ts';
import type { StoredActor } from '../store/store.ts';
import type { LoadedMachine } from './machine-load.ts';

/** Turns a snapshot of one version of a machine into one of another. */
export interface Migration {
  readonly machine: string;
  readonly fromHash: string;
  readonly toHash: string;
  migrate(state: ChartState): ChartState;
}

/** The snapshot to restore from, or an `InputError` that names the machine and what it lacks. */
export function restorable(
  stored: StoredActor,
  loaded: LoadedMachine,
  migrations: readonly Migration[],
): ChartState {
  const { machine, hash } = loaded;
  let state = chartState(stored.snapshot);
  if (stored.machineHash !== hash) {
    const migration = migrations.find(
      ({ machine: id, fromHash, toHash }) =>
        id === machine.id && fromHash === stored.machineHash && toHash === hash,
    );
    if (migration !== undefined) state = migration.migrate(state);
  }
  const lacks =
    unknownState(machine, state.value) ??
    unknownTimer(stored, loaded) ??
    unknownPort(stored, machine);
  if (lacks !== undefined) {
    throw new InputError(
      `snapshot of ${stored.address}: machine '${machine.id}' (version ${hash.slice(0, 16)}) has no ` +
        `${lacks}, which version ${stored.machineHash.slice(0, 16)} left there; ` +
        'register a migration between the two, or start the version it was taken by',
    );
  }
  return state;
}

/** What XState takes for a persisted snapshot; ports that were under way are its children. */
export function revived(state: ChartState, stored: StoredActor): unknown {
  const children: Record<string, unknown> = {};
  for (const { portId, port, input } of stored.intents) {
    children[portId] = {
      src: port,
      snapshot: { status: 'active', output: undefined, error: undefined, input },
    };
  }
  return { error: undefined, output: undefined, ...state, children };
}

/** Names a state of `value` that the machine does not have. */
function unknownState(machine: AnyStateMachine, value: unknown): string | undefined {
  const missing = (node: { states: object }, part: unknown, path: string): string | undefined => {
    const states = node.states as Record<string, { states: object }>;
    if (typeof part === 'string') {
      // A state that has gained inner ones would be restored without entering any of them.
      const leaf = states[part];
      const isLeaf = leaf !== undefined && Object.keys(leaf.states).length === 0;
      return isLeaf ? undefined : `state '${path}${part}'${leaf ? ' without inner states' : ''}`;
    }
    if (typeof part !== 'object' || part === null) return `state '${path}${String(part)}'`;
    for (const [key, inner] of Object.entries(part)) {
      const child = states[key];
      if (child === undefined) return `state '${path}${key}'`;
      const found = missing(child, inner, `${path}${key}.`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return missing(machine.root, value, '');
}

function unknownTimer(stored: StoredActor, { timers }: LoadedMachine): string | undefined {
  const timer = stored.timers.find(({ delay }) => timers[delay] === undefined);
  return timer === undefined ? undefined : `delay '${timer.delay}'`;
}

function unknownPort(stored: StoredActor, machine: AnyStateMachine): string | undefined {
  const intent = stored.intents.find(({ port }) => !(port in machine.implementations.actors));
  return intent === undefined ? undefined : `port '${intent.port}'`;
}
