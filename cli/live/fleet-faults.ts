/** What a scenario does to a live fleet: cut links, and processes and brokers that die. */
import { createRandom } from '#agents/random/philox.ts';
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import type { FaultPlan } from '#sim/faults/fault-plan.ts';
import { type FaultHands, runFaults } from '#sim/faults/fault-runner.ts';
import type { LiveFleet } from './fleet.ts';
import { pacedFaults, storyClock } from './pace.ts';
import type { LiveSite } from './site.ts';

const played = ['cut', 'crash', 'broker'] as const satisfies FaultPlan['kind'][];
const playedByTheAir = 'radar';
const DAY_US = 86_400 * US_PER_S;

export function playOnFleet(
  fleet: LiveFleet,
  site: LiveSite,
  clock: Clock,
  say: (line: string) => void,
): void {
  const { faults } = site.scenario;
  const isPlayed = ({ kind }: FaultPlan) => (played as readonly string[]).includes(kind);
  const left = new Set(
    faults
      .filter((plan) => !isPlayed(plan) && plan.kind !== playedByTheAir)
      .map(({ kind }) => kind),
  );
  if (left.size > 0) say(`not played live: ${[...left].join(', ')}`);
  const nothing = () => () => {};
  const until = (began: string, over: string, undo: () => void) => {
    say(began);
    return () => {
      say(over);
      undo();
    };
  };
  const hands: FaultHands = {
    nodes: fleet.nodes,
    radar: () => true,
    cut: (node) =>
      until(`the link of ${node} is cut`, `the link of ${node} is mended`, fleet.cut(node)),
    crash: (node) =>
      until(`the process of ${node} is killed`, `it is started again`, fleet.crash(node)),
    broker: (domain) =>
      until(`the broker of ${domain} is killed`, `it is started again`, fleet.breakBroker(domain)),
    jump: () => {},
    drift: nothing,
    noise: nothing,
    note: () => {},
  };
  runFaults({
    plans: pacedFaults(faults.filter(isPlayed), site.pace),
    hands,
    clock: storyClock(clock, fleet.beganMs),
    random: createRandom(site.seed).fork('faults'),
    durationUs: DAY_US,
  });
}
