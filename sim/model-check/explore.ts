/**
 * Goes through everything that can become of a chart, nearest first, so that the way to whatever is
 * found is a shortest one. XState's own test models refuse charts with `after` and `invoke`; here a
 * delay may fall due at any time while it runs, a port may end in each of its ways, and between any two
 * steps the process may be killed and restored.
 */
import type { AnyStateMachine, StateNode } from 'xstate';
import type { ChartModel, Situation, Step } from './chart-model.ts';
import { eventOf, firstMoment, stepsFrom, take } from './play.ts';
import { describeStep } from './tell.ts';

export type FindingKind =
  | 'broken'
  | 'unreachable-state'
  | 'deadlock'
  | 'no-way-back'
  | 'guard-never-true'
  | 'never-taken';

export interface CheckFinding {
  readonly kind: FindingKind;
  /** A state, a guard or a transition. */
  readonly where: string;
  readonly text: string;
  /** What happens, step by step, until it shows; empty for what never happens. */
  readonly path: readonly string[];
}

export interface Explored {
  readonly role: string;
  /** Combinations of states that the chart was in. */
  readonly configurations: number;
  readonly situations: number;
  readonly steps: number;
  /** False where the limit came first: then nothing is said of what was not seen. */
  readonly isComplete: boolean;
  readonly findings: readonly CheckFinding[];
}

interface Visited<Seen> {
  readonly now: Situation<Seen>;
  readonly from: number;
  readonly by: Step | null;
  readonly next: number[];
}

export interface ExploreOptions {
  /** So many situations at most. */
  readonly limit?: number;
  /** Ends with the first thing that breaks. */
  readonly stopsAtBroken?: boolean;
  readonly onProgress?: (situations: number, waiting: number) => void;
}

const LIMIT = 200_000;
/** One of each kind is what a person reads first. */
const BROKEN_MAX = 10;

export function explore<Seen>(
  model: ChartModel<Seen>,
  { limit = LIMIT, stopsAtBroken = false, onProgress }: ExploreOptions = {},
): Explored {
  const asked = new Map<string, boolean>();
  const machine = listening(model.machine, asked);
  const taken = new Set<unknown>();
  const visited = model.inputs.map((input): Visited<Seen> => {
    const now = { ...firstMoment(machine, input), seen: model.watcher.begins };
    return { now, from: -1, by: null, next: [] };
  });
  const known = new Map(visited.map(({ now }, at) => [keyOf(model, now), at]));
  const broken = new Map<string, CheckFinding>();
  const cut: number[] = [];
  let steps = 0;
  let isComplete = true;
  for (let at = 0; at < visited.length; at += 1) {
    const { now, next } = visited[at]!;
    if (at % 1_000 === 0) onProgress?.(at, visited.length - at);
    const wrong = model.watcher.broken(now);
    if (wrong !== undefined) {
      if (!broken.has(wrong) && broken.size < BROKEN_MAX) {
        const path = pathTo(visited, at);
        broken.set(wrong, { kind: 'broken', where: named(now), text: wrong, path });
      }
      if (stopsAtBroken) {
        isComplete = false;
        break;
      }
      // What follows from it is no news.
      cut.push(at);
      continue;
    }
    for (const step of stepsFrom(model, now)) {
      steps += 1;
      if (step.kind !== 'killed') {
        for (const one of machine.getTransitionData(now.snapshot, eventOf(step))) taken.add(one);
      }
      const played = take(machine, now, step);
      const after = { ...played, seen: model.watcher.note(now, step, played) };
      const key = keyOf(model, after);
      let index = known.get(key);
      if (index === undefined) {
        if (visited.length === limit) {
          isComplete = false;
          continue;
        }
        index = visited.length;
        known.set(key, index);
        visited.push({ now: after, from: at, by: step, next: [] });
      }
      if (index !== at) next.push(index);
    }
  }
  const missed = isComplete ? [...unreached(machine, visited, taken), ...neverTrue(asked)] : [];
  const stuck = isComplete ? strandedIn(model, visited, cut) : [];
  return {
    role: model.role,
    configurations: new Set(visited.map(({ now }) => named(now))).size,
    situations: visited.length,
    steps,
    isComplete,
    findings: [...broken.values(), ...stuck, ...missed],
  };
}

function keyOf<Seen>(model: ChartModel<Seen>, now: Situation<Seen>): string {
  return JSON.stringify([
    now.snapshot.value,
    model.matters(now.snapshot.context),
    now.timers.map(({ id }) => id).sort(),
    now.ports.map((port) => [port.id, model.asked(port)]).sort(),
    now.seen,
  ]);
}

function named({ snapshot }: Situation<unknown>): string {
  return JSON.stringify(snapshot.value).replaceAll('"', '');
}

function pathTo(visited: readonly Visited<unknown>[], index: number): string[] {
  const path: string[] = [];
  for (let at = index; at >= 0; ) {
    const { by, from, now } = visited[at]!;
    path.unshift(by === null ? `begins in ${named(now)}` : `${describeStep(by)} → ${named(now)}`);
    at = from;
  }
  return path;
}

/** Where nothing moves it any more, and from where it never gets back to work. */
function strandedIn<Seen>(
  model: ChartModel<Seen>,
  visited: readonly Visited<Seen>[],
  cut: readonly number[],
): CheckFinding[] {
  const back: number[][] = visited.map(() => []);
  visited.forEach(({ next }, at) => {
    for (const one of next) back[one]!.push(at);
  });
  const returns = new Set<number>();
  const atWork = visited.flatMap(({ now }, at) => (model.isAtWork(now.snapshot) ? [at] : []));
  const open = [...atWork, ...cut];
  while (open.length > 0) {
    const at = open.pop()!;
    if (returns.has(at)) continue;
    returns.add(at);
    open.push(...back[at]!);
  }
  const first = visited.findIndex((_, at) => !returns.has(at));
  if (first < 0) return [];
  const { next, now } = visited[first]!;
  const kind = next.length === 0 ? 'deadlock' : 'no-way-back';
  const text =
    kind === 'deadlock'
      ? 'Nothing that can happen changes anything here any more.'
      : 'However it goes on from here, it never gets back to its work.';
  return [{ kind, where: named(now), text, path: pathTo(visited, first) }];
}

function unreached(
  { root }: AnyStateMachine,
  visited: readonly Visited<unknown>[],
  taken: ReadonlySet<unknown>,
): CheckFinding[] {
  const reached = new Set(visited.flatMap(({ now }) => now.snapshot._nodes.map(({ id }) => id)));
  const findings: CheckFinding[] = [];
  for (const node of nodesOf(root)) {
    const { id } = node;
    if (!reached.has(id) && !passesThrough(node)) {
      findings.push({
        kind: 'unreachable-state',
        where: id,
        text: 'Nothing that can happen leads there.',
        path: [],
      });
      continue;
    }
    for (const [event, list] of node.transitions) {
      list.forEach((one, place) => {
        if (taken.has(one)) return;
        const where = `${id} on ${event}${list.length > 1 ? ` (${place + 1} of ${list.length})` : ''}`;
        findings.push({
          kind: 'never-taken',
          where,
          text: 'Nothing ever takes this way.',
          path: [],
        });
      });
    }
  }
  return findings;
}

/** A state that is left in the same step, always: nobody sees a chart in it. */
function passesThrough({ always = [] }: AnyNode): boolean {
  return always.some(({ guard }) => guard === undefined);
}

function neverTrue(asked: ReadonlyMap<string, boolean>): CheckFinding[] {
  return [...asked].flatMap(([where, wasTrue]): CheckFinding[] =>
    wasTrue
      ? []
      : [
          {
            kind: 'guard-never-true',
            where,
            text: 'This guard never lets anything pass.',
            path: [],
          },
        ],
  );
}

/** The same chart, which also writes down which of its guards were ever true. */
function listening(machine: AnyStateMachine, asked: Map<string, boolean>): AnyStateMachine {
  const guards = Object.entries(machine.implementations.guards).map(([name, guard]) => {
    asked.set(name, false);
    if (typeof guard !== 'function' || 'check' in guard) return [name, guard];
    const ask = guard as (of: unknown, params: unknown) => boolean;
    const wrapped = (of: unknown, params: unknown) => {
      const holds = ask(of, params);
      if (holds) asked.set(name, true);
      return holds;
    };
    return [name, wrapped];
  });
  return machine.provide({ guards: Object.fromEntries(guards) });
}

// biome-ignore lint/suspicious/noExplicitAny: XState's own AnyStateNode is written so
type AnyNode = StateNode<any, any>;

function* nodesOf(node: AnyNode): Iterable<AnyNode> {
  yield node;
  for (const child of Object.values(node.states)) yield* nodesOf(child as AnyNode);
}
