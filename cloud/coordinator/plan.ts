/**
 * Makes a plan: asks the strategy radio by radio, worst first, and takes at most one change a
 * neighbourhood, so that the effect of each can be measured by itself.
 */
import { isForPlans } from '#agents/plan-channels.ts';
import type { LegalChannel } from '#agents/regulation/legal-channels.ts';
import { type Channel, describeChannel, sameChannel } from '#protocols/channels.ts';
import type { Change, Plan } from '#protocols/events/coordinator.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import type { Random } from '#protocols/random.ts';
import { mean, type Picture, type RadioView } from './picture.ts';
import type { Strategy, Wish } from './strategies/strategy.ts';

export interface Planning {
  readonly picture: Picture;
  readonly strategy: Strategy;
  readonly random: Random;
  readonly baseVersion: number;
  readonly planId: string;
  /** Only these; all when null. */
  readonly radios: readonly string[] | null;
  readonly legalChannels: (state: RadioLegalState) => readonly LegalChannel[];
}

/** A radio that moved is left in peace for this long, unless something foreign fills its channel. */
const dwellMs = 10 * 60_000;
const changesAtMost = 64;

export function makePlan(planning: Planning): Plan | null {
  const { picture, strategy, random, baseVersion, planId, radios } = planning;
  const candidates = [...picture.views.values()].filter(
    (view) => (radios === null || radios.includes(view.address)) && mayMove(view, picture),
  );
  const byNeed = candidates
    .map((view) => ({ view, utility: picture.utilityNow(view) ?? 1 }))
    .sort((a, b) => a.utility - b.utility || (a.view.address < b.view.address ? -1 : 1));
  const changes: Change[] = [];
  const taken = new Set<string>();
  for (const { view } of byNeed) {
    if (changes.length === changesAtMost) break;
    const current = view.legal.channel;
    if (current === null || taken.has(view.address)) continue;
    const legal = planning
      .legalChannels(view.legal)
      .filter((candidate) => isForPlans(candidate) && fits(candidate.channel, current));
    const wish = strategy.wish({ view, current, candidates: legal, picture, random });
    if (wish === undefined || sameChannel(wish.to, current)) continue;
    changes.push(describe(planning, view, current, wish, changes.length));
    taken.add(view.address);
    for (const neighbour of picture.neighboursOf(view)) taken.add(neighbour);
  }
  return changes.length === 0 ? null : { planId, baseVersion, strategy: strategy.name, changes };
}

function mayMove(view: RadioView, picture: Picture): boolean {
  const { legal } = view;
  if (legal.channel === null || legal.pinned || legal.silent) return false;
  const filled = picture.worstFilled(view, legal.channel);
  return filled !== undefined || picture.nowMs - view.movedAtMs >= dwellMs;
}

/** The same band and width; which of them is the primary makes no difference to the picture. */
function fits(channel: Channel, current: Channel): boolean {
  return channel.band === current.band && channel.widthMhz === current.widthMhz;
}

function describe(
  { picture, planId }: Planning,
  view: RadioView,
  current: Channel,
  { to, expectedBefore, expectedAfter }: Wish,
  index: number,
): Change {
  const filled = picture.worstFilled(view, current);
  const recent = view.samples.slice(-3);
  const busy = mean(recent.map((sample) => sample.busy));
  const wrong =
    filled === undefined
      ? `${describeChannel(current)} is busy ${percent(busy)} of the time`
      : `What looks like ${filled.looksLike} fills ${mhz(filled.lowMhz)} to ${mhz(filled.highMhz)} MHz for ${percent(filled.duty)} of the time`;
  const evidence = [
    `survey: busy ${percent(busy)}, own sending ${percent(mean(recent.map(({ tx }) => tx)))}, ${recent.length} reports`,
    ...(filled === undefined
      ? []
      : [
          `spectrum: ${filled.looksLike}, peak ${filled.peakDbm.toFixed(0)} dBm over a floor of ${filled.floorDbm.toFixed(0)} dBm in ${filled.sweeps} sweeps`,
        ]),
    `neighbours heard: ${picture.neighboursOf(view).length}`,
  ];
  return {
    changeId: `${planId}-${index}`,
    radio: view.address,
    from: current,
    to,
    reason: `${wrong} and clients get ${percent(expectedBefore)} of what they ask; ${describeChannel(to)} is expected to give them ${percent(expectedAfter)}.`,
    evidence,
    expectedBefore,
    expectedAfter,
  };
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const mhz = (value: number) => String(Math.round(value * 10) / 10);
