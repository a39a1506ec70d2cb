/** Which channels of a radio are worth a trial, by a rough measure that follows nothing further. */
import { log } from '#protocols/math.ts';
import type { AirModel } from '../model/model.ts';
import type { Option } from './options.ts';

/** Of a radio that is off. */
const USUAL_EIRP_DBM = 20;
/** What crowding, time on the air and silence count, in logarithms: choices of ours, on random sites. */
const CROWD = 0.1;
const AIRTIME = 1e-3;
const SILENCE = 1e-3;

export function promising(
  model: AirModel,
  station: number,
  options: readonly Option[],
  most: number,
): readonly Option[] {
  if (options.length <= most) return options;
  const eirpDbm = model.eirpOf(station) || USUAL_EIRP_DBM;
  const scored = options.map((option) => {
    const { channel, maxEirpDbm, clearMs } = option;
    const power = Math.min(eirpDbm, maxEirpDbm);
    const wants = model.glance.wantsOn(station, channel, power);
    const rivals = model.glance.rivalsOn(station, channel, power);
    const open = model.glance.openOn(station, channel);
    // What it gets of what it wants, beside what it takes from others there.
    const gets = Math.min(1, open / (1 + rivals) / Math.max(wants, 1e-6));
    const crowd = Math.max(0, wants + rivals - open);
    const silence = clearMs > 0 ? SILENCE : 0;
    const score = log(Math.max(1e-4, gets)) - CROWD * crowd - AIRTIME * wants - silence;
    return { option, score };
  });
  scored.sort((a, b) => b.score - a.score || a.option.channel - b.option.channel);
  return scored.slice(0, most).map(({ option }) => option);
}
