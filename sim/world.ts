/**
 * The world: one thread, one clock, and everything that happens in it. It starts the cloud and the
 * nodes, lets time run, breaks what the scenario says, and lets the checkers watch. Whatever runs in
 * it takes time, chance and the bus from it, so a seed decides the whole run.
 */

import { createMemoryNetwork, type MemoryNetwork } from '#agents/bus/memory.ts';
import { createRandom } from '#agents/random/philox.ts';
import type { Store } from '#agents/store/store.ts';
import type { Air, AirDescription } from '#protocols/air.ts';
import { type Address, address } from '#protocols/ids.ts';
import type { Random } from '#protocols/random.ts';
import { type CallCount, CallTally } from './calls.ts';
import { ChangeLog, type ChannelChange } from './changes.ts';
import { type Checker, type Findings, field, type LegalLimits } from './checkers/checker.ts';
import { heardSpan, type TimeToSilence, watchRadars } from './checkers/silence-after-radar.ts';
import { VirtualClock } from './clock/virtual-clock.ts';
import { Fares } from './fares.ts';
import { runFaults } from './faults/fault-runner.ts';
import { Hands } from './hands.ts';
import { HostRoom } from './host-room.ts';
import { type FareSample, inTheMean, type Kpi, kpiOf } from './kpi.ts';
import { type Layout, layOut, type Sizes } from './layout.ts';
import { type MobilityResult, runMobility } from './mobility/in-world.ts';
import type { CloudFactory, MakeHardware, NodeFactory, RadioTruth } from './population.ts';
import { Recorder, type Recording } from './recording/recorder.ts';
import type { Scenario } from './scenario.ts';
import { together } from './tapped-bus.ts';
import { Trace, type TraceHead } from './trace/trace.ts';
import type { TraceFile } from './trace/trace-file.ts';

export interface WorldOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly durationUs: number;
  readonly sizes?: Sizes;
  /** Made with the world's own stream `air`. */
  readonly makeAir: (random: Random) => Air;
  readonly makeHardware: MakeHardware;
  readonly makeStore: (host: string) => Store;
  readonly nodes: NodeFactory;
  readonly cloud: CloudFactory;
  readonly limits: LegalLimits;
  readonly checkers: readonly Checker[];
  readonly traceFile?: TraceFile | undefined;
  /** Writes down what a report shows; changes nothing about the run. */
  readonly record?: boolean;
  /** Called now and then, with the world's time and the records so far. */
  readonly progress?: (tUs: number, events: number) => void;
  /** Ends the run early, in good order. */
  readonly stop?: AbortSignal;
}

/** What is put into a world from outside. */
export type Population = Pick<
  WorldOptions,
  'makeAir' | 'makeHardware' | 'makeStore' | 'nodes' | 'cloud'
>;

export interface CheckerResult extends Findings {
  readonly name: string;
}

export interface WorldResult {
  readonly air: AirDescription;
  readonly strategy: string;
  readonly virtualUs: number;
  readonly nodes: number;
  readonly radios: number;
  readonly clients: number;
  /** Messages, timers, port results, actuations, calls and faults that actors met. */
  readonly events: number;
  readonly calls: Readonly<Record<string, CallCount>>;
  readonly changes: readonly ChannelChange[];
  readonly radars: readonly TimeToSilence[];
  /** What was broken on purpose and mended again, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly checkers: readonly CheckerResult[];
  readonly kpi: Kpi;
  /** Undefined where nothing moves and nobody roams. */
  readonly mobility: MobilityResult | undefined;
  /** Where it was asked for. */
  readonly recording: Recording | undefined;
  /** What the figures of the clients in `kpi` come from. */
  readonly fares: { readonly before: FareSample; readonly after: FareSample };
  readonly traceHash: string;
  readonly heads: readonly TraceHead[];
  /** Set when the run was ended early. */
  readonly interrupted: boolean;
}

/** Time runs in pieces, so that progress is shown and a signal is heard. */
const PIECES = 200;

export async function runWorld(options: WorldOptions): Promise<WorldResult> {
  const { scenario, seed, durationUs } = options;
  const startsAtUs = Date.parse(scenario.startsAt) * 1_000;
  const clock = new VirtualClock(startsAtUs);
  const random = createRandom(seed);
  const trace = new Trace(() => clock.monotonic(), options.traceFile);
  const layout = layOut(scenario, random.fork('layout'), options.sizes);
  const air = options.makeAir(random.fork('air'));
  for (const change of layout.atStart) air.apply(change);
  const network = createMemoryNetwork({ clock, random, site: layout.site.site });

  const nowUs = () => clock.monotonic();
  const tally = new CallTally();
  const recorder = options.record ? new Recorder({ layout, air, trace, nowUs }) : undefined;
  const foreign = scenario.neighbours;
  const fares = new Fares({ layout, air, clock, durationUs, foreign, recorder });
  const changeLog = new ChangeLog(nowUs);
  const radars = watchRadars();
  const faults: Record<string, number> = {};
  const mobility = runMobility({ scenario, layout, air, clock, trace, limits: options.limits });
  const { placeOf } = mobility;
  const hands = new Hands({ layout, clock, air, network, trace, limits: options.limits, placeOf });
  const indoor = new Map<Address, boolean>(
    layout.site.nodes.flatMap((node) =>
      node.radios.map(({ id }) => [address(layout.site.site, node.id, id), node.indoor] as const),
    ),
  );
  const watches = options.checkers.map((checker) => ({
    name: checker.name,
    watch: checker.start({
      limits: options.limits,
      nowUs,
      isIndoor: (radio) => indoor.get(radio) ?? false,
      isReachable: (node, forUs) => hands.isReachable(node, forUs),
      onHubEvent: (arrived) => observeHub(network, layout.site.site, arrived),
    }),
  }));
  for (const { watch } of watches) {
    if (watch.onRecord !== undefined) trace.listen(watch.onRecord);
  }
  writeSite(trace, layout, startsAtUs);
  trace.listen(({ tUs, type, payload }) => {
    // The request is noted before the radio moves, so the air is still as it was.
    if (type === 'message' && field(payload, 'type') === 'move.requested') fares.changed();
    if (type !== 'fault') return;
    const kind = String(field(payload, 'kind'));
    faults[kind] = (faults[kind] ?? 0) + 1;
    const heard = heardSpan(payload);
    if (heard !== undefined) radars.heard(tUs, (payload as { radio: Address }).radio, heard);
  });
  const truthListeners = watches.flatMap(({ watch }) => watch.onRadio ?? []);
  const onRadio = (truth: RadioTruth) => {
    hands.onRadio(truth);
    radars.onRadio(truth);
    for (const listener of truthListeners) listener(truth);
  };
  const room = new HostRoom({
    options,
    layout,
    clock,
    random,
    network,
    trace,
    air,
    onRadio,
    listener: together([
      tally.listener,
      changeLog.listener,
      recorder?.listener ?? {},
      ...watches.flatMap(({ watch }) => watch.onBus ?? []),
    ]),
  });
  hands.room = room;

  layout.later.forEach(({ atUs, change }, seq) => {
    const tie = { target: 'world', source: 'world/scenario', seq };
    clock.schedule(
      atUs,
      () => {
        air.advance(nowUs());
        air.apply(change);
      },
      tie,
    );
  });
  runFaults({ plans: scenario.faults, hands, clock, random: random.fork('faults'), durationUs });

  await room.startAll();
  const interrupted = await letTimeRun(clock, room, trace, options);
  room.stopAll();

  const results = watches.map(({ name, watch }) => ({ name, ...watch.finish() }));
  options.traceFile?.close();
  const radioCount = countRadios(layout);
  const meanFares = { before: inTheMean(fares.before), after: inTheMean(fares.after) };
  return {
    air: air.describe(),
    strategy: layout.site.strategy,
    virtualUs: nowUs(),
    nodes: layout.site.nodes.length,
    radios: radioCount,
    clients: layout.clients.length,
    events: trace.count,
    calls: tally.byRole,
    changes: changeLog.changes,
    radars: radars.radars,
    faults,
    checkers: results,
    kpi: kpiOf({
      ...meanFares,
      changes: changeLog.changes.filter(({ cause }) => cause !== 'start').length,
      radios: radioCount,
      durationUs: nowUs(),
    }),
    mobility: mobility.result(),
    recording: recorder?.finish({ before: fares.before, after: fares.after, radars: hands.radars }),
    fares: meanFares,
    traceHash: trace.traceHash(),
    heads: trace.heads(),
    interrupted,
  };
}

/** True when it was ended early. The clock stands whenever somebody starts up. */
async function letTimeRun(
  clock: VirtualClock,
  room: HostRoom,
  trace: Trace,
  { durationUs, progress, stop }: WorldOptions,
): Promise<boolean> {
  for (let piece = 1; piece <= PIECES; piece += 1) {
    const untilUs = Math.floor((durationUs * piece) / PIECES);
    for (let nextUs = clock.nextUs; nextUs !== undefined && nextUs <= untilUs; ) {
      clock.step();
      if (room.isStarting) await room.started();
      nextUs = clock.nextUs;
    }
    clock.run(untilUs);
    progress?.(untilUs, trace.count);
    await new Promise((resolve) => setImmediate(resolve));
    if (stop?.aborted) return piece < PIECES;
  }
  return false;
}

/** Somebody at the hub who reads every event, so that what arrives there is known. */
function observeHub(
  network: MemoryNetwork,
  site: string,
  arrived: (subject: string, data: Uint8Array) => void,
): void {
  const bus = network.connect({ client: 'observer', domain: 'hub' });
  bus.consume(
    { stream: 'EVENTS', durable: 'observer', filter: `airguard.${site}.event.>` },
    (message) => {
      arrived(message.subject, message.data);
      message.ack();
    },
  );
}

function countRadios({ site }: Layout): number {
  return site.nodes.reduce((count, { radios }) => count + radios.length, 0);
}

/** What the law needs to know of the site, so that a trace can be held against it alone. */
function writeSite(trace: Trace, { site }: Layout, startsAtUs: number): void {
  const radios = site.nodes.flatMap((node) =>
    node.radios.map(({ id, antennaGainDbi }) => ({
      radio: address(site.site, node.id, id),
      indoor: node.indoor,
      antennaGainDbi,
    })),
  );
  const payload = { kind: 'site', startsAtUs, country: site.country, radios };
  trace.chain(address(site.site, 'world', 'site')).record('world', payload, null, '');
}
