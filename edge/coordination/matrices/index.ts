import { adjacentLeakage } from './adjacent-leakage.ts';
import { assignment } from './assignment.ts';
import { coChannel } from './co-channel.ts';
import { diversity } from './diversity.ts';
import type { MatrixEntry } from './entry.ts';
import { interference } from './interference.ts';
import { intermodulation } from './intermodulation.ts';

export const matrices: readonly MatrixEntry[] = [
  interference,
  assignment,
  coChannel,
  adjacentLeakage,
  intermodulation,
  diversity,
];
