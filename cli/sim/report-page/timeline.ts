/** What was decided and what happened, in order, with the reasons. */
import { px } from '../../svg.ts';
import { isEnd } from './event-marks.ts';
import { dataTable, drawing, figure, legendOf } from './figure.ts';
import { timeText } from './format.ts';
import { html, type Markup } from './html.ts';
import type { HappeningData, ReportData } from './report-data.ts';
import { linear, type Scale, timeAxis } from './scales.ts';

const WIDTH = 1100;
const LEFT = 130;
const RIGHT = 20;
const TOP = 8;
const LANE = 30;

interface Kind {
  readonly lane: number;
  /** What it is called in the list. */
  readonly label: string;
  readonly mark: string;
}

const lanes = ['Plans', 'Channel changes', 'Radar', 'Interference', 'Links', 'Faults'] as const;

/** By the name of the happening, or of its first part. */
const kinds: Readonly<Record<string, Kind>> = {
  'plan.proposed': { lane: 0, label: 'plan proposed', mark: 'proposed' },
  'ledger.approval': { lane: 0, label: 'plan approved', mark: 'approved' },
  'change.confirmed': { lane: 0, label: 'change confirmed', mark: 'good' },
  'change.reverted': { lane: 0, label: 'change reverted', mark: 'bad' },
  'change.refused': { lane: 0, label: 'change refused', mark: 'bad' },
  'ledger.refusal': { lane: 0, label: 'call refused', mark: 'bad' },
  'channel.changed': { lane: 1, label: 'channel changed', mark: 'change' },
  'ledger.radar': { lane: 2, label: 'channel closed', mark: 'closed' },
  'fault.radar': { lane: 2, label: 'radar begins', mark: 'radar' },
  'interferer.detected': { lane: 3, label: 'interferer heard', mark: 'bad' },
  'interferer.gone': { lane: 3, label: 'interferer gone', mark: 'good' },
  'cloud.lost': { lane: 4, label: 'cloud lost', mark: 'bad' },
  'cloud.found': { lane: 4, label: 'cloud found', mark: 'good' },
};

function kindOf({ name }: HappeningData): Kind {
  const label = name.replace(/^\w+\./, '').replace('.', ' ');
  return (
    kinds[name] ?? {
      lane: 5,
      label: isEnd(name) ? label : `fault: ${label}`,
      mark: isEnd(name) ? 'good' : 'fault',
    }
  );
}

export function timelineSection(data: ReportData): Markup {
  const { happenings, unlisted } = data;
  const rest = Object.entries(unlisted).map(([name, count]) => `${name} ${count}`);
  return html`<section id="timeline" aria-labelledby="timeline-h">
<h2 id="timeline-h">Decisions and events</h2>
${figure({
  id: 'lanes',
  title: 'When things happened',
  about: `${happenings.length} events. Bars: how long a channel stayed closed after radar, and how long a fault lasted.`,
  drawing: lanesDrawing(data),
  legend: legendOf(
    (
      [
        ['proposed', 'proposed'],
        ['approved', 'approved'],
        ['good', 'confirmed, found or gone'],
        ['bad', 'reverted, refused, lost or heard'],
        ['change', 'channel changed'],
        ['radar', 'radar'],
        ['fault', 'fault'],
      ] as const
    ).map(([mark, text]) => ({ mark: markOf(mark, 11, 7), text })),
  ),
})}
${rest.length > 0 && html`<p>Not listed: ${rest.join(', ')}.</p>`}
${dataTable({
  caption: 'Decisions and events, with the reasons that stand in the ledger',
  order: 'in order of time',
  head: ['At', 'What', 'Whom', 'Why'],
  rows: happenings.map((happening) => [
    timeText(happening.atSeconds),
    kindOf(happening).label,
    happening.subject,
    happening.text,
  ]),
})}
</section>
`;
}

function lanesDrawing(data: ReportData): Markup {
  const { happenings, document } = data;
  const seconds = document.virtualSeconds;
  const x = linear([0, seconds], [LEFT, WIDTH - RIGHT]);
  const bottom = TOP + lanes.length * LANE;
  const laneY = (lane: number) => TOP + lane * LANE + LANE / 2;
  return drawing({
    label: 'Timeline of decisions and events; the list below has each',
    width: WIDTH,
    height: bottom + 20,
    leastPx: 640,
    content: [
      ...lanes.map(
        (name, lane) =>
          html`<line class="row" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(laneY(lane))}" y2="${px(laneY(lane))}"/><text class="label" x="${LEFT - 8}" y="${px(laneY(lane) + 4)}" text-anchor="end">${name}</text>`,
      ),
      ...timeAxis(x, seconds, { top: TOP, bottom }),
      ...closures(data, x, laneY(2)),
      ...faultBars(data, x, laneY(5)),
      ...happenings.flatMap((happening) => {
        const { lane, label, mark } = kindOf(happening);
        if (mark === 'closed') return [];
        const title = `${timeText(happening.atSeconds)} ${happening.subject}, ${label}: ${happening.text}`;
        return [
          html`<g>${markOf(mark, x(happening.atSeconds), laneY(lane))}<title>${title}</title></g>`,
        ];
      }),
    ],
  });
}

function markOf(mark: string, x: number, y: number): Markup {
  const at = `M${px(x)} ${px(y)}`;
  const marks: Readonly<Record<string, Markup>> = {
    proposed: html`<circle class="mark-plan" cx="${px(x)}" cy="${px(y)}" r="4"/>`,
    approved: html`<circle class="mark-plan full" cx="${px(x)}" cy="${px(y)}" r="3"/>`,
    good: html`<path class="mark-good" d="${at}m-4 0l3 4l6 -8"/>`,
    bad: html`<path class="mark-bad" d="${at}m-4 -4l8 8m0 -8l-8 8"/>`,
    change: html`<path class="mark-change" d="${at}m0 5l-4 -9h8z"/>`,
    radar: html`<g class="radar"><circle cx="${px(x)}" cy="${px(y)}" r="5"/><circle cx="${px(x)}" cy="${px(y)}" r="1.5"/></g>`,
  };
  return marks[mark] ?? html`<path class="mark-fault" d="${at}m-4 0h8m-4 -4v8"/>`;
}

function closures(
  { happenings, nonOccupancySeconds, document }: ReportData,
  x: Scale,
  y: number,
): Markup[] {
  return happenings
    .filter(({ name }) => name === 'ledger.radar')
    .map(({ atSeconds, subject, text }) => {
      const until = Math.min(document.virtualSeconds, atSeconds + nonOccupancySeconds);
      return html`<rect class="closure" x="${px(x(atSeconds))}" y="${px(y - 4)}" width="${px(x(until) - x(atSeconds))}" height="8"><title>${subject}: ${text}</title></rect>`;
    });
}

/** From a fault to what ends it on the same node. */
function faultBars({ happenings, document }: ReportData, x: Scale, y: number): Markup[] {
  return happenings.flatMap(({ name, subject, atSeconds, text }, index) => {
    if (
      !name.startsWith('fault.') ||
      isEnd(name) ||
      name === 'fault.radar' ||
      name === 'fault.jump'
    )
      return [];
    const end = endOf(name);
    const until =
      happenings.slice(index).find((later) => later.name === end && later.subject === subject)
        ?.atSeconds ?? document.virtualSeconds;
    return [
      html`<rect class="lasting" x="${px(x(atSeconds))}" y="${px(y - 4)}" width="${px(Math.max(1, x(until) - x(atSeconds)))}" height="8"><title>${subject}: ${text}</title></rect>`,
    ];
  });
}

function endOf(name: string): string {
  return ends[name] ?? `${name}.ended`;
}

const ends: Readonly<Record<string, string>> = {
  'fault.cut': 'fault.mended',
  'fault.crash': 'fault.start',
};
