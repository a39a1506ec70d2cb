/**
 * A packet scene reckoned as a fluid: what its flows carry on average, from shares of the time instead of
 * frames. All radios have the rules of the scene and one flow at most; there is no RTS, no spatial
 * reuse and no capture in it.
 */
import { dbmToMw, dbToRatio, ratioToDb } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { leakDb } from '#protocols/spectrum-mask.ts';
import { BurdenGraph, NEGLIGIBLE_BURDEN } from '../csma/burden-graph.ts';
import { type Link, LinkOutcomes } from '../csma/outcomes.ts';
import { Sharing } from '../csma/sharing.ts';
import { Grid } from '../geometry.ts';
import { meanBackOffSlots } from './back-off.ts';
import { payloadRatioOf } from './errors.ts';
import { farthestM, type LossOf, lossOf } from './propagation.ts';
import type { PacketScene } from './scene.ts';

export interface FluidScene {
  /** By flow. */
  readonly mbps: readonly number[];
  /** Part of the frames that nobody answered, of all. */
  readonly collisionProbability: number;
}

export function solveFluid(scene: PacketScene, random: Random): FluidScene {
  const { flows, rules } = scene;
  const powerMw = powersOf(scene, lossOf(scene.nodes, scene.space, random.fork('shadowing')));
  const preambleMw = dbmToMw(rules.radio.preambleDbm);
  const energyMw = dbmToMw(rules.radio.energyDbm);
  const graph = new BurdenGraph();
  for (const _ of flows) graph.add();
  const burden = (a: number, b: number) => {
    const [here, there] = [scene.nodes[a]!, scene.nodes[b]!];
    const isForeign = here.channel.primaryMhz !== there.channel.primaryMhz;
    return powerMw(b, a) / (isForeign ? energyMw : preambleMw);
  };
  // Who sends hears nothing else.
  const disturbanceMw = (from: number, at: number) =>
    from === at ? Number.POSITIVE_INFINITY : powerMw(from, at);
  /** By flow: what arrives at its receiver from the senders of others, where it may matter. */
  const disturbances = flows.map(() => new Map<number, number>());
  for (const [flow, other] of pairsWithin(scene)) {
    const [one, two] = [flows[flow]!, flows[other]!];
    graph.connect(flow, other, burden(one.from, two.from), burden(two.from, one.from));
    disturbances[flow]!.set(other, disturbanceMw(two.from, one.to));
    disturbances[other]!.set(flow, disturbanceMw(one.from, two.to));
  }
  const links = flows.map(
    ({ from, to }, flow): Link => ({
      signalMw: powerMw(from, to),
      fromMw: (other) => disturbances[flow]!.get(other) ?? 0,
    }),
  );
  const { sifsNs, slotNs, aifsn, frames } = rules;
  const gapNs = sifsNs + aifsn * slotNs;
  const exchangeUs = (frames.data.durationNs + sifsNs + frames.ack.durationNs + gapNs) / 1_000;
  const slotUs = slotNs / 1_000;
  const outcomes = new LinkOutcomes(links, {
    noiseMw: dbmToMw(rules.noiseDbm),
    preambleMw,
    preambleRatio: dbToRatio(rules.radio.preambleSinrDb),
    payloadRatio: payloadRatioOf(frames.data.mcs),
    frameUs: frames.data.durationNs / 1_000,
    isWhole: rules.mpdus === 1,
    startRate: (failing) => 1 / (meanBackOffSlots(rules, failing) * slotUs),
  });
  const sharing = new Sharing(graph, flows.length, slotUs, outcomes);
  const payloadBits = rules.mpdus * rules.payloadBits;
  flows.forEach(({ traffic }, flow) => {
    const wanted = traffic === undefined || traffic.kind === 'saturated' ? 1 : meanMbps(traffic);
    sharing.exchangeUs[flow] = exchangeUs;
    sharing.wants[flow] = Math.min(1, wanted === 1 ? 1 : (wanted * exchangeUs) / payloadBits);
  });
  const all = flows.map((_, flow) => flow);
  sharing.solve(all, all);
  let failed = 0;
  let tried = 0;
  const mbps = flows.map((_, flow) => {
    tried += sharing.share[flow]!;
    failed += sharing.share[flow]! * sharing.failing[flow]!;
    return (sharing.share[flow]! * sharing.arriving[flow]! * payloadBits) / exchangeUs;
  });
  return { mbps, collisionProbability: tried === 0 ? 0 : failed / tried };
}

/** Flows whose senders may burden each other, by place, the higher one first. */
function* pairsWithin({ nodes, flows, rules, space }: PacketScene): Iterable<[number, number]> {
  const loudest = nodes.reduce((most, { txDbm }) => Math.max(most, txDbm), -Infinity);
  const budgetDb = loudest - rules.radio.preambleDbm - ratioToDb(NEGLIGIBLE_BURDEN);
  const reach = farthestM(space, budgetDb);
  const places = flows.map(({ from }) => nodes[from]!);
  const grids = new Map<number, Grid>();
  for (const [flow, at] of places.entries()) {
    // Without leaks those on other channels do not meet.
    const key = space.leaks ? 0 : at.channel.primaryMhz;
    const grid = grids.get(key) ?? new Grid(Math.max(1, Math.min(reach, 64)));
    grids.set(key, grid);
    const others: number[] = [];
    grid.visit(at, Math.min(reach, 1e5), (other) => others.push(other));
    for (const other of others.sort((a, b) => a - b)) yield [flow, other];
    grid.insert(flow, at);
  }
}

/** Power in mW that a node's transmissions have where another one receives. */
function powersOf({ nodes, space }: PacketScene, lossDb: LossOf) {
  return (from: number, to: number): number => {
    if (from === to) return 0;
    const [sender, receiver] = [nodes[from]!, nodes[to]!];
    const isForeign = sender.channel.primaryMhz !== receiver.channel.primaryMhz;
    if (isForeign && !space.leaks) return 0;
    const leak = space.leaks ? leakDb(sender.channel, receiver.channel) : 0;
    return dbmToMw(sender.txDbm - leak - lossDb(from, to));
  };
}

type Given = Exclude<NonNullable<PacketScene['flows'][number]['traffic']>, { kind: 'saturated' }>;

function meanMbps(traffic: Given): number {
  if (traffic.kind !== 'on-off') return traffic.mbps;
  return (traffic.mbps * traffic.onMs) / (traffic.onMs + traffic.offMs);
}
