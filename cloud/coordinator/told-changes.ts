/** A plan of settings as changes, radio by radio, with what a person wants to know of each. */
import { describeChannel, sameChannel } from '#protocols/channels.ts';
import type { Change } from '#protocols/events/coordinator.ts';
import { exp, log } from '#protocols/math.ts';
import { reportId } from './measured-site.ts';
import { mean, type Picture, type RadioView } from './picture.ts';
import type { Scored } from './search/rounds.ts';

export function changesOf(
  { candidate, outlook }: Scored,
  picture: Picture,
  planId: string,
): Change[] {
  const views = new Map([...picture.views.values()].map((view) => [reportId(view.address), view]));
  const fares = new Map(outlook.radios.map((one) => [one.radio, one]));
  return candidate.settings.flatMap(({ radio, channel, eirpDbm }, index): Change[] => {
    const view = views.get(radio);
    const current = view?.legal.channel ?? null;
    if (view === undefined || current === null) return [];
    const isPower = sameChannel(channel, current);
    const fare = fares.get(radio);
    const most = demandOf(view);
    const share = (mbps: number | undefined) => Math.min(1, (mbps ?? most) / most);
    const expectedBefore = share(fare?.before);
    const expectedAfter = share(fare?.after);
    const told = isPower
      ? `${eirpDbm} dBm in place of ${view.legal.eirpDbm}`
      : describeChannel(channel);
    return [
      {
        changeId: `${planId}-${index}`,
        radio: view.address,
        from: current,
        to: isPower ? current : channel,
        ...(isPower ? { power: { fromDbm: view.legal.eirpDbm, toDbm: eirpDbm } } : {}),
        reason: `${causeOf(view, picture)}; with ${told} its clients are expected to get ${percent(expectedAfter)} of what they ask in place of ${percent(expectedBefore)}, and the site gains ${gainOf(outlook.gain.mean)}.`,
        evidence: evidenceOf(view, picture, outlook.gain),
        expectedBefore,
        expectedAfter,
      },
    ];
  });
}

function causeOf(view: RadioView, picture: Picture): string {
  const current = view.legal.channel!;
  const filled = picture.worstFilled(view, current);
  if (filled !== undefined) {
    return `What looks like ${filled.looksLike} fills ${filled.lowMhz} to ${filled.highMhz} MHz for ${percent(filled.duty)} of the time`;
  }
  return `${describeChannel(current)} is busy ${percent(mean(view.samples.slice(-3).map(({ busy }) => busy)))} of the time`;
}

function evidenceOf(view: RadioView, picture: Picture, gain: Scored['outlook']['gain']): string[] {
  const recent = view.samples.slice(-3);
  const filled = picture.worstFilled(view, view.legal.channel!);
  return [
    `survey: busy ${percent(mean(recent.map(({ busy }) => busy)))}, own sending ${percent(mean(recent.map(({ tx }) => tx)))}, ${recent.length} reports`,
    ...(filled === undefined
      ? []
      : [
          `spectrum: ${filled.looksLike}, peak ${filled.peakDbm.toFixed(0)} dBm over a floor of ${filled.floorDbm.toFixed(0)} dBm in ${filled.sweeps} sweeps`,
        ]),
    `neighbours heard: ${picture.neighboursOf(view).length}`,
    `the site gains ${gainOf(gain.mean)}, between ${gainOf(gain.low)} and ${gainOf(gain.high)}`,
  ];
}

/** The geometric mean of what its clients ask, Mb/s. */
function demandOf({ survey }: RadioView): number {
  const asked = (survey?.clients ?? []).map(({ offeredMbps }) => log(Math.max(0.01, offeredMbps)));
  return asked.length === 0 ? 1 : exp(mean(asked));
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const gainOf = (gain: number) => `${(gain * 100).toFixed(1)} %`;
