import type { LegalChannel } from '#agents/regulation/legal-channels.ts';
import type { Channel } from '#protocols/channels.ts';
import type { Random } from '#protocols/random.ts';
import type { Picture, RadioView } from '../picture.ts';

/** What a strategy would do with one radio. */
export interface Wish {
  readonly to: Channel;
  /** Expected share of demand served, in [0, 1]. */
  readonly expectedBefore: number;
  readonly expectedAfter: number;
}

export interface Question {
  readonly view: RadioView;
  readonly current: Channel;
  /** Channels of the radio's band and width that the rules allow it now, in order of frequency. */
  readonly candidates: readonly LegalChannel[];
  readonly picture: Picture;
  readonly random: Random;
}

/** How channels are chosen. Undefined: the radio stays. */
export interface Strategy {
  readonly name: string;
  readonly about: string;
  wish(question: Question): Wish | undefined;
}
