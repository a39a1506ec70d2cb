/**
 * The environment port: a site to learn on. It is told what radios shall do and tells what they then
 * report and how their clients fare. Learners see reports alone, as anybody who decides does.
 */
import type { Channel } from './channels.ts';
import type { RadioReport } from './radio-report.ts';

export interface Observation {
  readonly reports: readonly RadioReport[];
  /** The channels that each radio may take, in the order of the reports. */
  readonly options: readonly (readonly Channel[])[];
}

export interface Step {
  /**
   * By radio, in the order of the reports: what the step brought to the logarithms of the throughput of
   * all clients, shared out alike. A reward for each radio's own clients would teach it to push others aside.
   */
  readonly rewards: Float64Array;
  readonly observation: Observation;
}

/** `Setup` is what a site is made from. */
export interface Environment<Setup> {
  reset(setup: Setup): Observation;
  /** By radio, the place of an option; −1 stays. */
  step(actions: Int32Array): Step;
}
