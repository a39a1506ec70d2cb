/**
 * What a sender puts into another channel than its own, and where channels overlap in part: by the
 * transmit spectrum mask (IEEE 802.11-2020, 17.3.9.3 for 20 MHz, 19.3.18.1 for 40, 21.3.17.1 for 80
 * and 160), as if the sender filled it and the receiver had a perfect filter.
 */
import { type Channel, span } from './channels.ts';
import { pow10, ratioToDb } from './math.ts';

/** Corners: distance from the centre in channel widths and MHz, and dBr. Further out there is nothing. */
const corners: readonly { readonly widths: number; readonly mhz: number; readonly dbr: number }[] =
  [
    { widths: 0.5, mhz: -1, dbr: 0 },
    { widths: 0.5, mhz: 1, dbr: -20 },
    { widths: 1, mhz: 0, dbr: -28 },
    { widths: 1.5, mhz: 0, dbr: -40 },
  ];
const STEP_MHZ = 0.5;

const known = new Map<string, number>();

/** How much weaker the sender is in the receiver's channel than in all; infinity where nothing is left. */
export function leakDb(sender: Channel, receiver: Channel): number {
  const key = `${sender.centerMhz}/${sender.widthMhz} ${receiver.centerMhz}/${receiver.widthMhz}`;
  let db = known.get(key);
  if (db === undefined) {
    db = -ratioToDb(shareOf(sender, receiver));
    known.set(key, db);
  }
  return db;
}

function shareOf({ centerMhz, widthMhz }: Channel, receiver: Channel): number {
  const { lowMhz, highMhz } = span(receiver);
  let all = 0;
  let inside = 0;
  for (let offset = -1.5 * widthMhz; offset < 1.5 * widthMhz; offset += STEP_MHZ) {
    const middle = offset + STEP_MHZ / 2;
    const density = pow10(maskDb(Math.abs(middle), widthMhz) / 10);
    all += density;
    if (centerMhz + middle >= lowMhz && centerMhz + middle < highMhz) inside += density;
  }
  return inside / all;
}

/** Between corners a straight line in dB. */
function maskDb(distanceMhz: number, widthMhz: number): number {
  let before = { at: 0, dbr: 0 };
  for (const { widths, mhz, dbr } of corners) {
    const at = widths * widthMhz + mhz;
    if (distanceMhz <= at) {
      const part = (distanceMhz - before.at) / (at - before.at);
      return before.dbr + part * (dbr - before.dbr);
    }
    before = { at, dbr };
  }
  return before.dbr;
}
