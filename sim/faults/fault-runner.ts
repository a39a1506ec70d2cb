/**
 * Brings about what a scenario says goes wrong. When and whom is drawn from the fault's own stream,
 * so that one more fault changes nothing in the others; every fault that strikes is traced.
 */
import type { Clock } from '#protocols/clock.ts';
import { log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import type { FaultPlan } from './fault-plan.ts';

type Kind = FaultPlan['kind'];
type PlanOf<K extends Kind> = Extract<FaultPlan, { kind: K }>;

/** What the world lets faults do. Each undoing is called once, also when faults overlap. */
export interface FaultHands {
  readonly nodes: readonly string[];
  /** A radar on a channel that some radio uses where the law asks for detection; false when none is. */
  radar(options: RadarStrike): boolean;
  cut(node: string): () => void;
  crash(node: string): () => void;
  broker(domain: string): () => void;
  jump(node: string, byUs: number): void;
  drift(node: string, ppm: number): () => void;
  noise(node: string, noise: Noise): () => void;
  note(payload: { readonly kind: string; readonly [key: string]: unknown }): void;
}

export interface RadarStrike extends Pick<PlanOf<'radar'>, 'eirpDbm' | 'pattern'> {
  readonly lastsUs: number;
  readonly random: Random;
}

export type Noise = Pick<
  PlanOf<'noise'>,
  'loss' | 'duplication' | 'reordering' | 'latency' | 'spread'
>;

/** How long to wait for a radio on a radar channel. */
const RADAR_RETRY_US = 10_000_000;

const HOUR_US = 3_600_000_000;

export function runFaults(options: {
  readonly plans: readonly FaultPlan[];
  readonly hands: FaultHands;
  readonly clock: Clock;
  readonly random: Random;
  readonly durationUs: number;
}): void {
  const { plans, hands, clock, random, durationUs } = options;
  let armed = 0;
  const later = (atUs: number, task: () => void) => {
    armed += 1;
    clock.schedule(atUs, task, { target: 'world', source: 'world/faults', seq: armed });
  };
  plans.forEach((plan, index) => {
    const draw = random.fork(`${index}/${plan.kind}`);
    const strike = strikers[plan.kind] as Strike<Kind>;
    for (const atUs of timesOf(plan, draw, hands.nodes.length, durationUs)) {
      later(atUs, () => strike(plan, { hands, random: draw, clock, later }));
    }
  });
}

function timesOf({ when }: FaultPlan, random: Random, nodes: number, durationUs: number): number[] {
  if ('at' in when) return [when.at];
  if ('within' in when) {
    const [fromUs, untilUs] = when.within;
    return [fromUs + Math.floor(random.uniform() * (untilUs - fromUs))];
  }
  const times: number[] = [];
  const gapUs = HOUR_US / (when.perNodeHour * nodes);
  for (let atUs = 0; ; ) {
    atUs += Math.max(1, Math.round(-log(1 - random.uniform()) * gapUs));
    if (atUs >= durationUs) return times;
    times.push(atUs);
  }
}

interface Striking {
  readonly hands: FaultHands;
  readonly random: Random;
  readonly clock: Clock;
  later(atUs: number, task: () => void): void;
}
type Strike<K extends Kind> = (plan: PlanOf<K>, striking: Striking) => void;

function nodeOf(plan: { readonly node: string }, { hands, random }: Striking): string {
  return plan.node === 'any'
    ? (hands.nodes[random.below(hands.nodes.length)] as string)
    : plan.node;
}

/** Does it, and undoes it after the plan's time. */
function forAWhile(
  plan: { readonly kind: string; readonly lasts: number },
  { hands, clock, later }: Striking,
  details: { readonly node: string; readonly [key: string]: unknown },
  start: () => () => void,
): void {
  hands.note({ kind: plan.kind, ...details });
  const undo = start();
  later(clock.monotonic() + plan.lasts, () => {
    hands.note({ kind: ended[plan.kind] ?? `${plan.kind}.ended`, node: details.node });
    undo();
  });
}

/** What the end of a fault is called. */
const ended: Readonly<Record<string, string>> = { crash: 'start', cut: 'mended' };

const strikers: { readonly [K in Kind]: Strike<K> } = {
  radar(plan, striking) {
    const { hands, random, clock, later } = striking;
    const { lasts, eirpDbm, pattern } = plan;
    if (!hands.radar({ lastsUs: lasts, eirpDbm, pattern, random })) {
      later(clock.monotonic() + RADAR_RETRY_US, () => strikers.radar(plan, striking));
    }
  },
  cut(plan, striking) {
    const node = nodeOf(plan, striking);
    if (node === 'cloud')
      throw new Error('a cut is on the link of a node: the cloud is at the hub');
    forAWhile(plan, striking, { node }, () => striking.hands.cut(node));
  },
  crash(plan, striking) {
    const node = nodeOf(plan, striking);
    forAWhile(plan, striking, { node }, () => striking.hands.crash(node));
  },
  broker(plan, striking) {
    const node = nodeOf(plan, striking);
    const domain = node === 'cloud' ? 'hub' : node;
    forAWhile(plan, striking, { node }, () => striking.hands.broker(domain));
  },
  jump(plan, striking) {
    const node = nodeOf(plan, striking);
    striking.hands.note({ kind: 'jump', node, byMs: plan.byMs });
    striking.hands.jump(node, plan.byMs * 1_000);
  },
  drift(plan, striking) {
    const node = nodeOf(plan, striking);
    forAWhile(plan, striking, { node, ppm: plan.ppm }, () => striking.hands.drift(node, plan.ppm));
  },
  noise(plan, striking) {
    const node = nodeOf(plan, striking);
    const { loss, duplication, reordering, latency, spread } = plan;
    const noise = { loss, duplication, reordering, latency, spread };
    forAWhile(plan, striking, { node, ...noise }, () => striking.hands.noise(node, noise));
  },
};
