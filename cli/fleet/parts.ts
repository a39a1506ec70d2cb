/** What a node and the cloud are put together from, in the world and live alike. */
import type { Body } from '#agents/body.ts';
import type { Bus } from '#agents/bus/bus.ts';
import type { LearnerParts } from '#agents/learner.ts';
import type { Pseudonyms } from '#agents/ledger/pseudonym.ts';
import type { Store } from '#agents/store/store.ts';
import type { TwinParts } from '#agents/twin.ts';
import type { Classifier } from '#edge/detector/classes/classify.ts';
import type { Ear } from '#edge/pipeline/ear.ts';
import type { Recorder } from '#edge/recorder/recorder.ts';
import type { Sampling } from '#edge/sampler.ts';
import type { SpectrumSettings } from '#machines/edge-node.ts';
import type { Channel } from '#protocols/channels.ts';
import type { Clock } from '#protocols/clock.ts';
import type { Driver } from '#protocols/driver.ts';
import type { Policy } from '#protocols/policy.ts';
import type { Random } from '#protocols/random.ts';
import type { SitePolicy } from '#protocols/site-policy.ts';
import type { TraceSink } from '#protocols/trace.ts';
import type { Keyring, Signer } from '#protocols/verdict.ts';
import type { Machine } from './wall-kept.ts';

interface HostParts {
  readonly site: string;
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  /** The host's own stream. */
  readonly random: Random;
  readonly trace: TraceSink;
  /** Another one for each start of the process. */
  readonly bootId: string;
  /** Null: never. */
  readonly passivateAfterMs: number | null;
  readonly keyring: Keyring;
  /** Hides names in the ledger; the key is the site's. */
  readonly pseudonyms: Pseudonyms;
  /** False while the wall clock is not known to be right. */
  readonly clockTrusted: () => boolean;
  /** Tests stop a host at any step by throwing here. */
  readonly step?: (point: string, address: string) => void;
}

/** A radio as it is set up on site, with its hardware. */
export interface RadioPart {
  /** `radio-0` and so on. */
  readonly actor: string;
  readonly home: Channel;
  readonly eirpDbm: number;
  readonly country: string;
  readonly indoor: boolean;
  readonly antennaGainDbi: number | null;
  readonly driver: Driver;
}

export interface NodeParts extends HostParts {
  readonly node: string;
  /** Signs the node's own verdicts and its ledger. */
  readonly signer: Signer;
  readonly radios: readonly RadioPart[];
  readonly machine: Machine;
  /** Plants a bug in every radio. */
  readonly radioBody?: ((body: Body) => Body) | undefined;
  readonly spectrum: SpectrumSettings;
  /** Keeps the spectrum bytes of all radios; left out, nothing is recorded. */
  readonly recorder?: Recorder;
  readonly sampling: Sampling;
  /** Where the node listens without end rather than look by look. */
  readonly ear?: Ear;
  /** Names what is found on the air; left out, its shape does. */
  readonly classifier?: Classifier;
}

export interface CloudParts extends HostParts {
  readonly auditorSigner: Signer;
  /** Signs what the autonomy rule approves. */
  readonly coordinatorSigner: Signer;
  /** Signs the ledger of the cloud process. */
  readonly cloudSigner: Signer;
  readonly twin: TwinParts;
  /** The operator's rules, until a call sets others. */
  readonly policy?: Policy | undefined;
  /** What the operator asks of plans; the usual when left out. */
  readonly sitePolicy?: SitePolicy | undefined;
  readonly strategy: string;
  readonly planPeriodMs: number;
  readonly reactMs: number;
  readonly settleMs: number;
  /** What nodes learn together; left out, they learn nothing. */
  readonly learner?: LearnerParts & { readonly roundPeriodMs: number };
}

export interface RunningPart {
  /** Lets what is under way finish. */
  stop(done: () => void): void;
  /** The process is gone: nothing it armed may run any more. */
  kill(): void;
}
