import type { AnyStateMachine } from 'xstate';
import type { Chart } from './chart.ts';

/** A way of writing a chart down. */
export interface Format {
  readonly name: string;
  readonly about: string;
  /** Of a file of it, without the dot. */
  readonly extension: string;
  write(of: {
    readonly role: string;
    readonly chart: Chart;
    readonly machine: AnyStateMachine;
  }): string;
}
