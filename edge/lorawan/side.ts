/** A node's whole side of LoRaWAN: modem, link and fallback put together. */
import type { LoraModem } from '#protocols/lorawan/modem.ts';
import { regionNamed } from '#protocols/lorawan/regions.ts';
import { Fallback, type FallbackOptions } from './fallback.ts';
import { type LoraHealth, LoraLink } from './link.ts';
import { recordCounter } from './records.ts';

export interface LoraSideParts extends Omit<FallbackOptions, 'link' | 'nextRecord'> {
  readonly modem: LoraModem;
  readonly region: string;
  readonly dr: number;
}

export interface LoraSide {
  readonly fallback: Fallback;
  health(): LoraHealth;
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
    stop() {
      fallback.stop();
      link.close();
    },
  };
}
