/** What of a site moves, and how: the paths that the scenario writes, and walks of generated clients. */
import type { Point } from '#protocols/air.ts';
import { InputError } from '#protocols/errors.ts';
import type { Random } from '#protocols/random.ts';
import type { ClientPlan, NodePlan, Scenario } from '../scenario.ts';
import { flawOf, type Path, type Trajectory, trajectoryOf } from './path.ts';
import { type Area, RandomWaypoint } from './random-waypoint.ts';

export interface Movement {
  readonly kind: 'node' | 'client';
  readonly id: string;
  readonly trajectory: Trajectory;
}

interface Mover {
  readonly id: string;
  readonly at: Point;
  readonly path?: Path | undefined;
}

/** Refuses a path that does not fit the place where its owner begins. */
export function checkPaths({ nodes, clients }: Scenario, from: string): void {
  const check = (list: string) => (mover: Mover, index: number) => {
    const found = mover.path && flawOf(mover.path, mover.at);
    if (found === undefined) return;
    throw new InputError(
      `scenario ${from}: at ${list}.${index}.path.${found.field}: ${found.flaw}`,
    );
  };
  nodes.forEach(check('nodes'));
  clients.forEach(check('clients'));
}

/** Nodes first, each kind in the order of the site. */
export function movementsOf(
  { generate, nodes, clients }: Scenario,
  generated: { readonly nodes: readonly NodePlan[]; readonly clients: readonly ClientPlan[] },
  random: Random,
): Movement[] {
  const onPath = (kind: Movement['kind'], { id, at, path }: Mover): Movement[] =>
    path === undefined ? [] : [{ kind, id, trajectory: trajectoryOf(path, at) }];
  const written = [
    ...nodes.flatMap((node) => onPath('node', node)),
    ...clients.flatMap((client) => onPath('client', client)),
  ];
  if (generate?.walking === undefined) return written;
  const { walking } = generate;
  const area = areaAround(generated.nodes, generate.spacingM);
  const chosen = random.fork('chosen');
  const walkers = generated.clients
    .filter(() => chosen.uniform() < walking.share)
    .map(({ id, at: start }): Movement => {
      const own = random.fork(id);
      const trajectory = new RandomWaypoint({ walking, area, start, random: own });
      return { kind: 'client', id, trajectory };
    });
  return [...written, ...walkers];
}

/** As far beyond the outermost nodes as clients are laid out there: where its walkers go. */
export function areaAround(nodes: readonly { readonly at: Point }[], spacingM: number): Area {
  const xs = nodes.map(({ at }) => at.x);
  const ys = nodes.map(({ at }) => at.y);
  const beyond = spacingM / 2;
  return {
    from: { x: least(xs) - beyond, y: least(ys) - beyond },
    to: { x: most(xs) + beyond, y: most(ys) + beyond },
  };
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}
