import type { OwnRadio } from '../surroundings.ts';

/** Ten surveys of one channel, or there is no tenth of them. */
const SURVEYS_LEAST = 10;

/**
 * The floor that noise falls back to: the lowest tenth of what the surveys of its channel said, since a
 * jammer that comes and goes raises the rest. One that never goes is part of it.
 */
export function noiseFloorDbm({ noiseDbm }: OwnRadio): number | undefined {
  if (noiseDbm.length < SURVEYS_LEAST) return undefined;
  const sorted = [...noiseDbm].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 10)];
}
