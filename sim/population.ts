/**
 * The seam between the world and what lives in it. The world makes clocks, buses and stores, kills
 * and starts again; what a node or the cloud is made of is put in from outside.
 */
import type { Bus } from '#agents/bus/bus.ts';
import type { Store } from '#agents/store/store.ts';
import type { Air } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import type { Clock } from '#protocols/clock.ts';
import type { Driver } from '#protocols/driver.ts';
import type { Address } from '#protocols/ids.ts';
import type { Random } from '#protocols/random.ts';
import type { TraceSink } from '#protocols/trace.ts';
import type { NodePlan, RadioPlan, SitePlan } from './scenario.ts';

/** A radio as it really is, told at every change. Only the checkers look at it. */
export interface RadioTruth {
  readonly tUs: number;
  readonly address: Address;
  /** Null while it neither sends nor listens. */
  readonly channel: Channel | null;
  readonly eirpDbm: number;
  readonly silent: boolean;
}

/** A radio's hardware: it outlives the process that runs it. */
export interface RadioHardware {
  /** A driver for one start of the node, on that start's clock. */
  driver(clock: Clock): Driver;
  /** The process that held it died. */
  lost?(): void;
}

export interface HardwareEnv {
  /** The air's name for the radio: `<node>/<radio>`. */
  readonly id: string;
  readonly address: Address;
  readonly air: Air;
  /** The world's own clock: hardware keeps running when a node dies. */
  readonly clock: Clock;
  readonly random: Random;
  /** To be told of every real change of channel, power or silence, when it happens. */
  readonly onRadio: (truth: RadioTruth) => void;
}

export type MakeHardware = (radio: RadioPlan, env: HardwareEnv) => RadioHardware;

interface HostEnv {
  readonly site: SitePlan;
  /** This start's clock: monotonic from 0, the wall possibly wrong. */
  readonly clock: Clock;
  /** The stream `host/<node>`, the same one after each restart; counters are in the store. */
  readonly random: Random;
  readonly bus: Bus;
  /** What the host still knows of earlier starts. */
  readonly store: Store;
  /** `<node>-<n>`: counts the starts of this host. */
  readonly bootId: string;
  /** The run's seed; keys are derived from it. */
  readonly seed: number;
  readonly trace: TraceSink;
}

export interface NodeEnv extends HostEnv {
  /** How long the machine has been up: it goes on while no process runs, and is never set. */
  readonly uptimeUs: () => number;
  driverFor(radio: RadioPlan): Driver;
}
export type CloudEnv = HostEnv;

/** A host that was started. Nothing it armed may run after either of these. */
export interface Running {
  /** The process is gone in the middle of whatever it did. */
  crash(): void;
  /** Ends in good order. */
  stop(): void;
}

/** A start may need promises (a database to be read); they settle while the world stands still. */
export interface NodeFactory {
  start(node: NodePlan, env: NodeEnv): Running | Promise<Running>;
}
export interface CloudFactory {
  start(env: CloudEnv): Running | Promise<Running>;
}
