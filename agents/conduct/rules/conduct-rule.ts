import type { Policy } from '#protocols/policy.ts';
import type { Regdb } from '../../regulation/regdb.ts';
import type { ObservedOf } from '../observed.ts';
import type { RadioRecord } from '../radio-record.ts';

/** A stretch of time in which something was outside a rule. */
export interface Breach {
  readonly fromUs: number;
  /** Null when it had not ended. */
  readonly toUs: number | null;
  /** A radio's address, or who it was. */
  readonly who: string;
  readonly what: string;
}

/** What is known of the site as a whole. */
export interface SiteRecord {
  readonly regdb: Regdb;
  readonly policy: Policy | undefined;
  readonly radios: ReadonlyMap<string, RadioRecord>;
  readonly calls: readonly ObservedOf<'called'>[];
  readonly judged: readonly ObservedOf<'judged'>[];
  /** Verdicts under which drivers were told to send, in the order they were used. */
  readonly uses: readonly { readonly atUs: number; readonly radio: string; readonly id: string }[];
}

/** A rule about what was done, where the rules of `regulation/` are about what is wished for. */
export interface ConductRule {
  readonly id: string;
  /** Of the law, of agents among themselves, or of the operator. */
  readonly of: 'conduct' | 'agents' | 'operator';
  readonly source: string;
  readonly text: string;
  readonly confirmed: boolean;
  /** Of a radio as it is now: true, or what it is outside of. */
  readonly holds?: (radio: RadioRecord) => true | string;
  /** Of what a radio did from first to last. */
  readonly past?: (radio: RadioRecord, site: SiteRecord, endUs: number) => readonly Breach[];
  /** Of all of them together. */
  readonly together?: (site: SiteRecord, endUs: number) => readonly Breach[];
}
