/** How good the policy is on sites it has not seen, beside heuristics and, where it can be found, the optimum. */
import { see } from '#agents/policy-net/features.ts';
import type { PolicyNet } from '#agents/policy-net/forward.ts';
import { PolicyInput } from '#agents/policy-net/input.ts';
import { settle, usualSettling } from '#agents/policy-net/settle.ts';
import { exp } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { siteKinds } from '#sim/sites/index.ts';
import type { FluidEnvironment } from './environment.ts';
import { type Heuristic, heuristics, Problem } from './heuristics.ts';
import type { SiteSetup } from './site.ts';

/** What each way of deciding reaches on one site: the mean over clients of the logarithm of throughput. */
export interface Judged {
  readonly kind: string;
  readonly methods: Readonly<Record<string, number>>;
}

/** Deciding once, and from new reports each time; the best that was measured is kept. */
export const POLICY = 'policy';
export const AGAIN = 'policy, three times';
const TIMES = 3;
export const OPTIMUM = 'optimum';

/** So many that there is something to decide on, of each kind in turn. */
export function* unseenSites(
  random: Random,
  count: number,
  draw: (kind: string, random: Random) => SiteSetup,
): Generator<SiteSetup> {
  let made = 0;
  for (let attempt = 0; made < count; attempt += 1) {
    const own = random.fork(`unseen/${attempt}`);
    const { name } = siteKinds[made % siteKinds.length]!;
    const setup = draw(name, own);
    if (!isUsable(setup)) continue;
    made += 1;
    yield setup;
  }
}

export function isUsable({ scene, options }: SiteSetup): boolean {
  return (
    scene.radios.length >= 2 && scene.clients.length > 0 && options.every((own) => own.length > 0)
  );
}

export function judgeSite(
  net: PolicyNet,
  environment: FluidEnvironment,
  setup: SiteSetup,
  random: Random,
  beside: readonly Heuristic[],
): Judged {
  const observation = environment.reset(setup);
  const start = environment.taken.slice();
  const clients = setup.scene.clients.length;
  const input = new PolicyInput(see(observation));
  const worthOf = (taken: Int32Array) => {
    taken.forEach((option, radio) => {
      environment.take(radio, option);
    });
    return environment.worth() / clients;
  };
  const problem = new Problem(input, start);
  const methods: Record<string, number> = {};
  for (const { name, improve } of beside) {
    const taken = start.slice();
    improve(problem, taken, random.fork(name));
    methods[name] = worthOf(taken);
  }
  let best = worthOf(start);
  for (let time = 0; time < TIMES; time += 1) {
    const taken = environment.taken.slice();
    const now = new PolicyInput(see(environment.observe()));
    settle(net, now, taken, usualSettling, random.fork(`time/${time}`));
    const worth = worthOf(taken);
    if (time === 0) methods[POLICY] = worth;
    best = Math.max(best, worth);
  }
  methods[AGAIN] = best;
  return { kind: setup.name, methods };
}

/** With an interval that holds the mean 95 times of 100, by Student's t. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export function estimate(values: readonly number[]): Estimate {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const half =
    count < 2 ? Infinity : student95(count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { mean, low: mean - half, high: mean + half };
}

/** The share of utility lost against the best. */
export function gap(worth: number, best: number): number {
  return 1 - exp(worth - best);
}

/** The heuristic with the best mean. */
export function bestHeuristic(sites: readonly Judged[]): string {
  const total = (name: string) => sites.reduce((sum, { methods }) => sum + methods[name]!, 0);
  return heuristics.map(({ name }) => name).sort((a, b) => total(b) - total(a))[0]!;
}

/** Two-sided quantile of Student's t at 95 % (Cornish and Fisher's expansion, Abramowitz and Stegun 26.7.5). */
function student95(freedom: number): number {
  const z = 1.959_964;
  const cube = z * z * z;
  const fifth = cube * z * z;
  return (
    z +
    (cube + z) / (4 * freedom) +
    (5 * fifth + 16 * cube + 3 * z) / (96 * freedom * freedom) +
    (3 * fifth * z * z + 19 * fifth + 17 * cube - 15 * z) / (384 * freedom * freedom * freedom)
  );
}
