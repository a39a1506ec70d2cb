import { createHash } from 'node:crypto';

/** Which weights a random codec takes in a round: the same for all nodes, and nobody's choice. */
export function roundSeed(modelHash: Uint8Array, round: number): number {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(round);
  return createHash('sha256').update(modelHash).update(number).digest().readUInt32BE();
}
