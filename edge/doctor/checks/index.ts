/** Every check there is, in the order in which they are told. */
import type { Check } from '../check.ts';
import { broker } from './broker.ts';
import { clock } from './clock.ts';
import { disk } from './disk.ts';
import { model } from './model.ts';
import { node } from './node.ts';
import { rtc } from './rtc.ts';
import { spectrum } from './spectrum.ts';
import { thermal } from './thermal.ts';

export const checks: readonly Check[] = [node, spectrum, broker, disk, clock, rtc, thermal, model];
