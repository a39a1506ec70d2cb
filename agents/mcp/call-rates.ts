/** Counts how often a caller calls an actor: a bucket that fills with time and empties by calls. */
import { callsPerMinute } from '#protocols/agent-rules.ts';
import type { Clock } from '#protocols/clock.ts';
import { type Refusal, refuse } from '#protocols/errors.ts';
import type { Effect } from '#protocols/tool.ts';

interface Bucket {
  left: number;
  atUs: number;
}

const US_PER_MINUTE = 60_000_000;
/** Pairs of caller and actor; more are begun anew. */
const BUCKETS_MAX = 10_000;

export class CallRates {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Counts a call, or refuses it with the time after which it may come again. */
  take(effect: Effect, caller: string, address: string): Refusal | undefined {
    const most = callsPerMinute[effect];
    if (most === null) return undefined;
    const key = `${caller} ${address} ${effect}`;
    const nowUs = this.#clock.monotonic();
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= BUCKETS_MAX) this.#buckets.clear();
      bucket = { left: most, atUs: nowUs };
      this.#buckets.set(key, bucket);
    }
    const perUs = most / US_PER_MINUTE;
    bucket.left = Math.min(most, bucket.left + (nowUs - bucket.atUs) * perUs);
    bucket.atUs = nowUs;
    if (bucket.left >= 1) {
      bucket.left -= 1;
      return undefined;
    }
    const waitMs = Math.ceil((1 - bucket.left) / perUs / 1_000);
    return refuse('too_many_calls', `It is ${most} a minute: ${caller} at ${address}.`, waitMs);
  }
}
