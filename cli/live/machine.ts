/** The machine that live processes run on. */
import { readFileSync } from 'node:fs';
import * as os from 'node:os';
import { US_PER_S } from '#protocols/clock.ts';
import type { Machine } from '../fleet/wall-kept.ts';

export function thisMachine(): Machine {
  return { bootId: readBootId(), uptimeUs: () => Math.round(os.uptime() * US_PER_S) };
}

/** Linux draws one at each start of the machine; elsewhere none is known. */
function readBootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
