/** A frame of a time division phone, and its slots (ETSI EN 300 175-2, 4.2). */
export const FRAME_US = 10_000;
const SLOTS = 24;
const SLOT_US = FRAME_US / SLOTS;
/** 424 bits at 1.152 Mb/s (EN 300 175-2, 4.4: the full slot). */
const BURST_US = 368;

/** The base sends in one half of the frame, the handset in the other, 12 slots later. */
export function isSending(sinceUs: number, slot: number): boolean {
  const inSlot = sinceUs % SLOT_US;
  const at = Math.floor(sinceUs / SLOT_US);
  return inSlot < BURST_US && at % (SLOTS / 2) === slot;
}

/** Calls that share the frame: each adds two bursts to it. */
export function callsOf(duty: number): number {
  return Math.min(SLOTS / 2, Math.max(duty > 0 ? 1 : 0, Math.round(duty / CALL_DUTY)));
}

/** Of one call. */
export const CALL_DUTY = (2 * BURST_US) / FRAME_US;
