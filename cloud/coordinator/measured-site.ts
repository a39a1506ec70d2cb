/** A site as decisions are made from it: what was reported, and what the operator's policy leaves each radio. */
import { isForPlans } from '#agents/plan-channels.ts';
import type { LegalChannel } from '#agents/regulation/legal-channels.ts';
import { overlapMhz, sameChannel, span } from '#protocols/channels.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import { isWithin, type SitePolicy } from '#protocols/site-policy.ts';
import type { Picture, RadioView } from './picture.ts';
import type { Choice, Filling, Site } from './site.ts';

export interface Asking {
  readonly picture: Picture;
  readonly policy: SitePolicy;
  /** Addresses; only these may be told something. All when null. */
  readonly radios: readonly string[] | null;
  readonly legalChannels: (state: RadioLegalState) => readonly LegalChannel[];
}

const DAY_MS = 86_400_000;
/** What was measured longer ago says nothing of now. */
const REPORT_AGE_MS = 10 * 60_000;

export function measuredSite(asking: Asking): Site {
  const { picture, policy } = asking;
  const views = [...picture.views.values()].filter(
    ({ survey }) => survey !== null && picture.nowMs - survey.atMs <= REPORT_AGE_MS,
  );
  const known = new Set(views.map(({ address }) => address));
  const choices = new Map<string, readonly Choice[]>();
  const minEirpDbm = new Map<string, number>();
  const fillings: Filling[] = [];
  const reports = views.map((view) => {
    const id = reportId(view.address);
    choices.set(id, isHeld(view, asking) ? present(view) : choicesOf(view, asking));
    minEirpDbm.set(id, minEirpOf(view, policy));
    for (const { lowMhz, highMhz, duty } of view.filled) {
      fillings.push({ radio: id, lowMhz, highMhz, duty });
    }
    return reportOf(view, known, picture);
  });
  const follows = new Map(policy.mesh.map(({ child, parent }) => [child, parent]));
  return { nowMs: picture.nowMs, reports, choices, minEirpDbm, fillings, follows };
}

/** `<node>/<radio>` of an address. */
export function reportId(address: string): string {
  return address.slice(address.indexOf('/') + 1);
}

function reportOf(view: RadioView, known: Set<string>, picture: Picture): RadioReport {
  const { legal, survey, neighbours, address } = view;
  const { channel, eirpDbm, silent } = legal;
  const isOn = survey !== null && channel !== null && sameChannel(survey.channel, channel);
  const us = (share: number) => Math.round(share * (survey?.windowMs ?? 0) * 1_000);
  const foreign = channel === null ? 0 : (picture.worstFilled(view, channel)?.duty ?? 0);
  return {
    id: reportId(address),
    channel,
    eirpDbm,
    silent,
    survey: isOn
      ? [
          {
            channel: survey.channel,
            activeUs: us(1),
            busyUs: us(Math.max(survey.busy, Math.min(1, survey.tx + foreign))),
            // A node does not tell frames from other energy; what is none, its spectrum tells.
            rxUs: us(Math.max(0, survey.busy - survey.tx - foreign)),
            txUs: us(survey.tx),
            noiseDbm: survey.noiseDbm,
          },
        ]
      : [],
    neighbours: neighbours
      .filter(({ id, managed }) => !managed || known.has(id))
      .map((one) => (one.managed ? { ...one, id: reportId(one.id) } : one)),
    clients: survey === null ? [] : [...survey.clients],
  };
}

/** Whether a radio has to stay where it is. */
function isHeld(view: RadioView, { picture, policy, radios }: Asking): boolean {
  const { legal, address, movedAtMs, movesAtMs } = view;
  const { nowMs } = picture;
  const id = reportId(address);
  if (legal.channel === null || legal.silent || legal.pinned || policy.pins.includes(id))
    return true;
  if (policy.mesh.some(({ child }) => child === id)) return true;
  if (radios !== null && !radios.includes(address)) return true;
  if (picture.worstFilled(view, legal.channel) !== undefined) return false;
  if (isWithin(policy.quietHours, nowMs, policy) || nowMs - movedAtMs < policy.dwellMs) return true;
  return movesAtMs.filter((atMs) => atMs > nowMs - DAY_MS).length >= policy.changesPerDay;
}

function choicesOf(view: RadioView, { picture, policy, legalChannels }: Asking): readonly Choice[] {
  const { legal } = view;
  const current = legal.channel!;
  const isBusy = isWithin(policy.busyHours, picture.nowMs, policy);
  const found = legalChannels(legal)
    .filter(isForPlans)
    .filter(({ channel, radar, clearMs }) => {
      if (sameChannel(channel, current)) return true;
      if (channel.band !== current.band) return false;
      const { backup } = policy;
      if (backup !== null && overlapMhz(span(channel), span(backup)) > 0) return false;
      return !(radar && policy.radar === 'avoid') && !(isBusy && clearMs > 0);
    })
    .map(
      ({ channel, maxEirpDbm, clearMs }): Choice => ({
        channel,
        maxEirpDbm: policy.powers ? maxEirpDbm : Math.min(maxEirpDbm, legal.eirpDbm),
        clearMs: policy.radar === 'prefer' ? 0 : clearMs,
      }),
    );
  return found.some(({ channel }) => sameChannel(channel, current))
    ? found
    : [...found, ...present(view)];
}

function present({ legal }: RadioView): readonly Choice[] {
  const { channel, eirpDbm } = legal;
  return channel === null ? [] : [{ channel, maxEirpDbm: eirpDbm, clearMs: 0 }];
}

function minEirpOf({ legal }: RadioView, { eirpDbmMin, powers }: SitePolicy): number {
  return powers ? Math.max(eirpDbmMin, legal.minEirpDbm) : legal.eirpDbm;
}
