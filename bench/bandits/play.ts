/** Plays a problem with one policy, run after run, and reckons what was lost against knowing the means. */
import type { BanditPolicy } from '#agents/bandits/bandit.ts';
import { McTopM } from '#agents/bandits/mctopm.ts';
import { createRandom } from '#agents/random/philox.ts';
import type { Random } from '#protocols/random.ts';
import type { Problem } from './problem.ts';

export interface BanditRow {
  readonly policy: string;
  readonly meanRegret: number;
  readonly standardError: number;
  readonly p10: number;
  readonly p90: number;
  /** In the mean of all runs, all players together. */
  readonly collisions: number;
  readonly pullsPerCpuSecond: number;
}

/** One player: it chooses, and hears what its arm gave and whether somebody else was there. */
interface Player {
  choose(random: Random): number;
  learn(arm: number, reward: number, collided: boolean): void;
}

export type Seat = (problem: Problem, horizon: number) => Player;

/**
 * A policy for one, in the hands of each player: it takes a collision for a bad arm. Players number the
 * arms differently, or those whose policy draws nothing would all do the same for ever.
 */
export function selfish(policy: BanditPolicy): Seat {
  return ({ means, players }, horizon) => {
    const bandit = policy.open({ arms: means.length, horizon });
    if (players === 1) return bandit;
    let order: readonly number[] | undefined;
    return {
      choose(random) {
        order ??= shuffled(means.length, random);
        return order[bandit.choose(random)]!;
      },
      learn: (arm, reward, collided) => bandit.learn(order!.indexOf(arm), collided ? 0 : reward),
    };
  };
}

function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

export const mcTopM: Seat = ({ means, players }) => new McTopM({ arms: means.length, players });

export function play(
  problem: Problem,
  name: string,
  seat: Seat,
  { horizon, runs, seed }: { horizon: number; runs: number; seed: number },
): BanditRow {
  const regrets: number[] = [];
  let collisions = 0;
  const began = process.cpuUsage();
  for (let run = 0; run < runs; run += 1) {
    const one = playOnce(problem, seat, horizon, createRandom(`bandits ${seed} ${run}`));
    regrets.push(one.regret);
    collisions += one.collisions;
  }
  const { user, system } = process.cpuUsage(began);
  const mean = regrets.reduce((sum, regret) => sum + regret, 0) / runs;
  const square = regrets.reduce((sum, regret) => sum + (regret - mean) ** 2, 0);
  const sorted = Float64Array.from(regrets).sort();
  const at = (share: number) => sorted[Math.min(runs - 1, Math.floor(share * runs))]!;
  return {
    policy: name,
    meanRegret: mean,
    standardError: runs > 1 ? Math.sqrt(square / (runs - 1) / runs) : 0,
    p10: at(0.1),
    p90: at(0.9),
    collisions: collisions / runs,
    pullsPerCpuSecond: (runs * horizon * problem.players) / ((user + system) / 1e6),
  };
}

function playOnce(problem: Problem, seat: Seat, horizon: number, random: Random) {
  const { players, changes } = problem;
  const seats = Array.from({ length: players }, () => seat(problem, horizon));
  const streams = seats.map((_, index) => random.fork(`player ${index}`));
  const rewards = random.fork('rewards');
  const arms = new Int32Array(players);
  const held = new Int32Array(problem.means.length);
  let { means } = problem;
  let best = bestOf(means, players);
  let nextChange = 0;
  let regret = 0;
  let collisions = 0;
  for (let pull = 0; pull < horizon; pull += 1) {
    if (changes[nextChange]?.at === pull) {
      ({ means } = changes[nextChange]!);
      best = bestOf(means, players);
      nextChange += 1;
    }
    regret += best;
    for (let player = 0; player < players; player += 1) {
      const arm = seats[player]!.choose(streams[player]!);
      arms[player] = arm;
      held[arm] = held[arm]! + 1;
    }
    for (let player = 0; player < players; player += 1) {
      const arm = arms[player]!;
      const reward = rewards.uniform() < means[arm]! ? 1 : 0;
      const collided = held[arm]! > 1;
      if (collided) collisions += 1;
      else regret -= means[arm]!;
      seats[player]!.learn(arm, reward, collided);
    }
    held.fill(0);
  }
  return { regret, collisions };
}

/** What players get who know the means and share the best arms. */
function bestOf(means: readonly number[], players: number): number {
  return means
    .toSorted((one, other) => other - one)
    .slice(0, players)
    .reduce((sum, mean) => sum + mean, 0);
}
