import type { Channel } from '#protocols/channels.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import type { Policy } from '#protocols/policy.ts';
import type { Caller } from '#protocols/roles.ts';
import type { ChannelLimits } from '../limits-of-channel.ts';
import type { Domain } from '../regdb.ts';

/** A call that would touch the air, and the state of the radio it would touch. */
export interface Asked {
  readonly tool: string;
  readonly arguments: unknown;
  readonly state: RadioLegalState;
  readonly nowMs: number;
  readonly caller: Caller;
  /** The operator's rules, and when the radio was moved of late; left out where nobody knows them. */
  readonly operator?:
    | { readonly policy: Policy; readonly changesMs: readonly number[] }
    | undefined;
}

/** The same with what follows from it, worked out once for all rules. */
export interface Question extends Asked {
  /** The domain of the radio's country; undefined where the database has none. */
  readonly domain: Domain | undefined;
  /** What the radio would send on, and with what power; null where the call only listens. */
  readonly transmission: { readonly channel: Channel | null; readonly eirpDbm: number } | null;
  /** What the domain says of that channel; null where there is no channel or no domain. */
  readonly limits: ChannelLimits | null;
  /** True where the tool is known and its arguments fit. */
  readonly understood: boolean;
}

export interface Rule {
  /** Stable: entries of the ledger and refusals name it. */
  readonly id: string;
  /** The clause, or who set it. */
  readonly source: string;
  readonly text: string;
  /** False where the text behind it was not at hand. */
  readonly confirmed: boolean;
  /** True, or what breaks it: a sentence with the figures. */
  holds(question: Question): true | string;
}
