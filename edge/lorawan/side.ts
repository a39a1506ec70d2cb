/** A node's whole side of LoRaWAN: modem, link and fallback put together. */
import type { LoraModem } from '#protocols/lorawan/modem.ts';
import { regionNamed } from '#protocols/lorawan/regions.ts';
import type { Booking } from './duty-budget.ts';
import { Fallback, type FallbackOptions } from './fallback.ts';
import { type LoraHealth, LoraLink } from './link.ts';
import { recordCounter } from './records.ts';

export interface LoraSideParts extends Omit<FallbackOptions, 'link' | 'nextRecord'> {
  readonly modem: LoraModem;
  readonly region: string;
  readonly dr: number;
  /** What `spent` told before a restart. */
  readonly spent?: readonly Booking[];
}

export interface LoraSide {
  readonly fallback: Fallback;
  health(): LoraHealth;
  /** Airtime of the last hour, to be kept over a restart. */
  spent(): readonly Booking[];
  stop(): void;
}

/** Joins at once, so that the way is there when it is needed; sends nothing until then. */
export function openLoraSide(parts: LoraSideParts): LoraSide {
  const { clock, random, modem, dr } = parts;
  const link = new LoraLink({
    clock,
    random: random.fork('link'),
    modem,
    region: regionNamed(parts.region),
    dr,
    ...(parts.spent !== undefined && { spent: parts.spent }),
    onRequest: () => fallback.heartbeatNow(),
  });
  const fallback: Fallback = new Fallback({
    ...parts,
    random: random.fork('fallback'),
    link,
    nextRecord: recordCounter(clock),
  });
  link.open();
  return {
    fallback,
    health: () => link.health(),
    spent: () => link.spent(),
    stop() {
      fallback.stop();
      link.close();
    },
  };
}
