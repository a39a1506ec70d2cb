import { antennaGain } from './antenna-gain.ts';
import { callUnderstood } from './call-understood.ts';
import { channelExists } from './channel-exists.ts';
import { countrySet } from './country-set.ts';
import { driverLimits } from './driver-limits.ts';
import { inDomain } from './in-domain.ts';
import { indoorOnly } from './indoor-only.ts';
import { noIr } from './no-ir.ts';
import { nonOccupancy } from './non-occupancy.ts';
import { offChannelClearing } from './off-channel-clearing.ts';
import { pinned } from './pinned.ts';
import { power } from './power.ts';
import { powerDensity } from './power-density.ts';
import { powerWithoutTpc } from './power-without-tpc.ts';
import type { Rule } from './rule.ts';
import { width } from './width.ts';
import { wmm } from './wmm.ts';

/** Every rule, in the order they are held: the first that breaks is the one that is named. */
export const rules: readonly Rule[] = [
  callUnderstood,
  countrySet,
  channelExists,
  nonOccupancy,
  inDomain,
  noIr,
  indoorOnly,
  width,
  power,
  powerWithoutTpc,
  powerDensity,
  wmm,
  offChannelClearing,
  driverLimits,
  antennaGain,
  pinned,
];
