/** Takes a chart from one moment to the next, as its host would, without a host. */
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventObject,
  type ExecutableActionsFrom,
  initialTransition,
  transition,
} from 'xstate';
import type { ChartModel, OpenPort, PortEnd, Situation, Step, Timer } from './chart-model.ts';

type Taken = Omit<Situation<unknown>, 'seen'>;
interface Told {
  readonly type: string;
  readonly params: Readonly<Record<string, unknown>>;
}
type Action = ExecutableActionsFrom<AnyStateMachine>;

export function firstMoment(machine: AnyStateMachine, input: unknown): Taken {
  const [snapshot, actions] = initialTransition(machine, input as never);
  return after([], [], snapshot, actions);
}

/** Every step that may come next. */
export function* stepsFrom<Seen>(model: ChartModel<Seen>, now: Situation<Seen>): Iterable<Step> {
  for (const port of now.ports) {
    for (const end of model.ends(port, now)) yield { kind: 'ended', port, end };
  }
  for (const timer of now.timers) yield { kind: 'due', timer };
  for (const event of model.heard(now)) yield { kind: 'heard', event };
  for (const clockTrusted of [true, false]) yield { kind: 'killed', clockTrusted };
}

export function take(machine: AnyStateMachine, now: Taken, step: Step): Taken {
  if (step.kind === 'killed') return { ...now, snapshot: restored(machine, now.snapshot) };
  const [snapshot, actions] = transition(machine, now.snapshot, eventOf(step));
  const timers =
    step.kind === 'due' ? now.timers.filter(({ id }) => id !== step.timer.id) : now.timers;
  return after(timers, now.ports, snapshot, actions);
}

/** The event that a step comes to the chart as. */
export function eventOf(step: Exclude<Step, { kind: 'killed' }>): EventObject {
  switch (step.kind) {
    case 'heard':
      return step.event;
    case 'due':
      return step.timer.event;
    case 'ended':
      return ended(step.port, step.end);
  }
}

function ended({ id }: OpenPort, end: PortEnd): EventObject & Record<string, unknown> {
  const common = { actorId: id };
  return 'output' in end
    ? { type: `xstate.done.actor.${id}`, output: end.output, ...common }
    : {
        type: `xstate.error.actor.${id}`,
        error: { code: 'failed', message: end.error },
        ...common,
      };
}

/** Through the same narrow way as a store: plain data, nothing else survives. */
function restored(machine: AnyStateMachine, { value, context }: AnyMachineSnapshot) {
  return machine.resolveState({ value, context: JSON.parse(JSON.stringify(context)) });
}

function after(
  timersBefore: readonly Timer[],
  portsBefore: readonly OpenPort[],
  snapshot: AnyMachineSnapshot,
  actions: readonly Action[],
): Taken {
  let timers = timersBefore;
  let ports = portsBefore;
  for (const action of actions) {
    // XState types only some of its own actions.
    const { type, params: told } = action as unknown as Told;
    switch (type) {
      case 'xstate.raise':
        if (told.delay === undefined) break;
        timers = [
          ...timers.filter(({ id }) => id !== told.id),
          { id: told.id as string, event: told.event as EventObject },
        ];
        break;
      case 'xstate.cancel':
        timers = timers.filter(({ id }) => id !== told.sendId);
        break;
      case 'xstate.spawnChild':
        ports = [
          ...ports.filter(({ id }) => id !== told.id),
          { id: told.id as string, name: told.src as string, input: told.input },
        ];
        break;
    }
  }
  // A port lives as long as the state that invokes it.
  const invoked = new Set(snapshot._nodes.flatMap(({ invoke }) => invoke.map(({ id }) => id)));
  return { snapshot, timers, ports: ports.filter(({ id }) => invoked.has(id)) };
}
