import type { Decider } from '../site.ts';
import { randomChannels, stay } from './by-chance.ts';
import { dsatur } from './dsatur.ts';
import { exact } from './exact.ts';
import { onGraphs } from './graph-of-site.ts';
import { hostapdAcs } from './hostapd-acs.ts';
import { bestResponse, hsum } from './local-search.ts';
import { leastUsed, unmanagedAware } from './owrrm-channels.ts';
import { apApPower, apClientPower } from './owrrm-power.ts';
import { turboCa } from './turbo-ca.ts';

/** What the coordinator has to beat. */
export const baselines: readonly Decider[] = [
  stay,
  randomChannels,
  leastUsed,
  unmanagedAware,
  apClientPower(unmanagedAware),
  apApPower(unmanagedAware),
  hostapdAcs,
  onGraphs(dsatur),
  onGraphs(hsum),
  onGraphs(bestResponse),
  onGraphs(exact),
  turboCa,
];
