/**
 * What radios were seen to do, from wherever it was written down: a ledger, a trace of a simulation,
 * events off a bus. Times are microseconds since the Unix epoch, in the order in which they are told.
 */
import type { Channel } from '#protocols/channels.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';

/** What is set on site. */
export type SetOnSite = Pick<RadioLegalState, 'country' | 'indoor' | 'antennaGainDbi'>;

export type Observed = { readonly atUs: number } & (
  | ({ readonly kind: 'site'; readonly radio: string } & Partial<SetOnSite>)
  /** What its rules look at, told whole. */
  | { readonly kind: 'state'; readonly radio: string; readonly state: RadioLegalState }
  /** What it does from now on; a power that was not told stays as it was. */
  | {
      readonly kind: 'radio';
      readonly radio: string;
      readonly channel: Channel | null;
      readonly silent: boolean;
      readonly eirpDbm?: number;
    }
  | { readonly kind: 'powered'; readonly radio: string; readonly eirpDbm: number }
  /** It came to a channel, after so much silence as it says. */
  | {
      readonly kind: 'moved';
      readonly radio: string;
      readonly from: Channel | null;
      readonly to: Channel;
      readonly silentMs: number | null;
      readonly cause: string;
    }
  /** Its driver was told to send elsewhere or otherwise; null where nobody gave a verdict. */
  | { readonly kind: 'told'; readonly radio: string; readonly verdictId: string | null }
  /** Its chip heard radar. */
  | {
      readonly kind: 'radar';
      readonly radio: string;
      readonly centerMhz: number;
      readonly widthMhz: number;
      /** What its node closed for it, where that is written down. */
      readonly closed?: { readonly centerMhz: number; readonly widthMhz: number };
    }
  /** A radar began to send where it uses the channel: only a simulation knows that. */
  | {
      readonly kind: 'radar-sent';
      readonly radio: string;
      readonly centerMhz: number;
      readonly widthMhz: number;
    }
  /** Nothing else was to be seen up to then. */
  | { readonly kind: 'waited' }
  /** The process of a node began anew; nobody had watched over its radios. */
  | { readonly kind: 'restarted'; readonly node: string }
  | {
      readonly kind: 'called';
      readonly target: string;
      readonly tool: string;
      readonly caller: string;
      /** Null when it was let through. */
      readonly refused: string | null;
    }
  /** The auditor gave a verdict, or turned a wish down with the rule that broke. */
  | {
      readonly kind: 'judged';
      readonly target: string;
      readonly tool: string;
      readonly caller: string;
      readonly verdictId: string | null;
      readonly rule: string | null;
      readonly reason: string;
    }
);

export type ObservedOf<Kind extends Observed['kind']> = Extract<Observed, { kind: Kind }>;
