/** How far the fluid air is off frames: wherever one of its figures is shown, this stands beside it. */
import error from './fluid-error.json' with { type: 'json' };

export interface FluidError {
  /** Random sites of so many access points, on which it was measured. */
  readonly sites: number;
  readonly accessPoints: number;
  /** Mean over the sites of how far the total is off, and each access point by the mean of its site. */
  readonly totalPercent: number;
  readonly perApPercent: number;
  /** The same where all access points of a site share one channel. */
  readonly oneChannel: { readonly totalPercent: number; readonly perApPercent: number };
  /** What measures it. */
  readonly command: string;
}

export const fluidError: FluidError = error;

export const fluidErrorText = `off frames by ${both(error)}; all on one channel, ${both(error.oneChannel)} (${error.command})`;

function both({ totalPercent, perApPercent }: FluidError['oneChannel']): string {
  return `${totalPercent} %, an access point ${perApPercent} %`;
}
