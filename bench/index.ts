import { bench as actors } from './actors.ts';
import { bench as air } from './air.ts';
import { bench as append } from './append.ts';
import { bench as audit } from './audit.ts';
import type { Bench } from './bench.ts';
import { bench as calls } from './calls.ts';
import { bench as city } from './city.ts';
import { bench as clock } from './clock.ts';
import { bench as edge } from './edge.ts';
import { bench as fluid } from './fluid.ts';
import { bench as fuzz } from './fuzz.ts';
import { bench as learn } from './learn.ts';
import { bench as office } from './office.ts';
import { bench as swarm } from './swarm.ts';

/** Every benchmark. */
export const benches: readonly Bench[] = [
  append,
  calls,
  swarm,
  city,
  office,
  clock,
  actors,
  air,
  fluid,
  edge,
  learn,
  audit,
  fuzz,
];
