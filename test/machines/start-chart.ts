/**
 * Runs a chart by hand: ports answer when told to, time passes when told to, and everything the
 * chart emits is kept. Real XState actor, no host.
 */
import { type AnyActorRef, type AnyStateMachine, createActor } from 'xstate';
import { port } from '#machines/port.ts';

interface Waiting {
  readonly name: string;
  readonly input: unknown;
  readonly self: AnyActorRef;
}

export function startChart<Machine extends AnyStateMachine>(machine: Machine, input: unknown) {
  const emitted: { readonly type: string; readonly [key: string]: unknown }[] = [];
  const waiting: Waiting[] = [];
  let nowMs = 0;
  let timers: { id: number; dueMs: number; run: () => void }[] = [];
  let count = 0;
  const actors = Object.fromEntries(
    Object.keys(machine.implementations.actors).map((name) => [
      name,
      port(name, (started) => waiting.push(started)),
    ]),
  );
  const actor = createActor(machine.provide({ actors }) as AnyStateMachine, {
    input,
    clock: {
      setTimeout: (run: () => void, ms: number) => {
        count += 1;
        timers.push({ id: count, dueMs: nowMs + ms, run });
        return count;
      },
      clearTimeout: (id: unknown) => {
        timers = timers.filter((timer) => timer.id !== id);
      },
    },
  });
  actor.on('*', (event) => emitted.push(event as (typeof emitted)[number]));
  actor.start();

  return {
    actor,
    emitted,
    send: (event: { readonly type: string; readonly [key: string]: unknown }) => actor.send(event),
    value: () => actor.getSnapshot().value,
    context: () => actor.getSnapshot().context as Record<string, unknown>,
    /** The ports that were started and have not been answered, by name. */
    asked: () =>
      waiting.filter(({ self }) => self.getSnapshot().status === 'active').map(({ name }) => name),
    inputOf: (name: string) => take(name).input,
    /** Answers the newest start of a port. */
    answer(name: string, output: unknown) {
      take(name).self.send({ type: 'port.done', output });
    },
    fail(name: string, message: string) {
      take(name).self.send({ type: 'port.failed', error: { code: 'failed', message } });
    },
    pass(ms: number) {
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = timers
          .filter(({ dueMs }) => dueMs <= untilMs)
          .sort((a, b) => a.dueMs - b.dueMs || a.id - b.id);
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        nowMs = next.dueMs;
        next.run();
      }
      nowMs = untilMs;
    },
  };

  function take(name: string): Waiting {
    const found = waiting.findLast(
      (one) => one.name === name && one.self.getSnapshot().status === 'active',
    );
    if (found === undefined) throw new Error(`the chart is not waiting for port '${name}'`);
    return found;
  }
}
