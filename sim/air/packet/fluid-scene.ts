/**
 * A packet scene reckoned as a fluid: what its flows carry on average, from shares of the time instead of
 * frames. All radios have the rules of the scene and one flow at most; there is no RTS, no spatial
 * reuse and no capture in it.
 */
import { dbmToMw, dbToRatio } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { BurdenGraph } from '../csma/burden-graph.ts';
import { type Link, LinkOutcomes } from '../csma/outcomes.ts';
import { Sharing } from '../csma/sharing.ts';
import { meanBackOffSlots } from './back-off.ts';
import { payloadRatioOf } from './errors.ts';
import { type LossOf, lossOf } from './propagation.ts';
import type { PacketScene } from './scene.ts';
import { leakDb } from './spectrum-mask.ts';

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
  flows.forEach(({ from: a }, flow) => {
    for (let other = 0; other < flow; other += 1) {
      const b = flows[other]!.from;
      graph.connect(flow, other, burden(a, b), burden(b, a));
    }
  });
  const links = flows.map(
    ({ from, to }): Link => ({
      signalMw: powerMw(from, to),
      fromMw: (other) => powerMw(flows[other]!.from, to),
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

/** Power in mW that a node's transmissions have where another one receives. */
function powersOf({ nodes, space }: PacketScene, lossDb: LossOf) {
  const known = new Float64Array(nodes.length * nodes.length).fill(-1);
  return (from: number, to: number): number => {
    if (from === to) return 0;
    const place = from * nodes.length + to;
    if (known[place]! >= 0) return known[place]!;
    const [sender, receiver] = [nodes[from]!, nodes[to]!];
    const isForeign = sender.channel.primaryMhz !== receiver.channel.primaryMhz;
    const leak = space.leaks ? leakDb(sender.channel, receiver.channel) : 0;
    const mw = isForeign && !space.leaks ? 0 : dbmToMw(sender.txDbm - leak - lossDb(from, to));
    known[place] = mw;
    return mw;
  };
}

type Given = Exclude<NonNullable<PacketScene['flows'][number]['traffic']>, { kind: 'saturated' }>;

function meanMbps(traffic: Given): number {
  if (traffic.kind !== 'on-off') return traffic.mbps;
  return (traffic.mbps * traffic.onMs) / (traffic.onMs + traffic.offMs);
}
