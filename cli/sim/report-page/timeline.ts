/** What was decided and what happened, in order, with the reasons. */
import { px } from '../../svg.ts';
import { isEnd } from './event-marks.ts';
import { dataTable, drawing, figure, legendOf } from './figure.ts';
import { countText, timeText } from './format.ts';
import { html, type Markup } from './html.ts';
import type { HappeningData, ReportData } from './report-data.ts';
import { linear, type Scale, timeAxis } from './scales.ts';

const WIDTH = 1100;
const LEFT = 130;
const RIGHT = 24;
const TOP = 8;
const LANE = 30;

interface Kind {
  readonly lane: string;
  /** What it is called in the list. */
  readonly label: string;
  readonly mark: string;
}

/** Always there, in this order; faults have a lane a kind below. */
const PLANS = 'Plans';
const CHANGES = 'Channel changes';
const RADAR = 'Radar';
const INTERFERENCE = 'Interference';
const CLOUD = 'Cloud out of reach';
const lanes = [PLANS, CHANGES, RADAR, INTERFERENCE, CLOUD] as const;

const kinds: Readonly<Record<string, Kind>> = {
  'plan.proposed': { lane: PLANS, label: 'plan proposed', mark: 'proposed' },
  'ledger.approval': { lane: PLANS, label: 'plan approved', mark: 'approved' },
  'change.confirmed': { lane: PLANS, label: 'change confirmed', mark: 'good' },
  'change.reverted': { lane: PLANS, label: 'change reverted', mark: 'bad' },
  'change.refused': { lane: PLANS, label: 'change refused', mark: 'bad' },
  'ledger.refusal': { lane: PLANS, label: 'call refused', mark: 'bad' },
  'channel.changed': { lane: CHANGES, label: 'channel changed', mark: 'change' },
  'ledger.radar': { lane: RADAR, label: 'channel closed', mark: 'none' },
  'fault.radar': { lane: RADAR, label: 'radar begins', mark: 'radar' },
  'interferer.detected': { lane: INTERFERENCE, label: 'interferer heard', mark: 'none' },
  'interferer.gone': { lane: INTERFERENCE, label: 'interferer gone', mark: 'none' },
  'cloud.lost': { lane: CLOUD, label: 'cloud lost', mark: 'none' },
  'cloud.found': { lane: CLOUD, label: 'cloud found', mark: 'none' },
};

function kindOf({ name }: HappeningData): Kind {
  const known = kinds[name];
  if (known !== undefined) return known;
  const begun = beginningOf[name] ?? name.replace(/\.ended$/, '');
  const label = name.replace(/^fault\./, '').replace('.', ' ');
  return {
    lane: begun.replace('fault.', 'Fault: '),
    label: isEnd(name) ? label : `fault: ${label}`,
    mark: name === 'fault.jump' ? 'fault' : 'none',
  };
}

export function timelineSection(data: ReportData): Markup {
  const { happenings, unlisted } = data;
  const rest = Object.entries(unlisted).map(([name, count]) => `${name} ${count}`);
  return html`<section id="timeline" aria-labelledby="timeline-h">
<h2 id="timeline-h">Decisions and events</h2>
${figure({
  id: 'lanes',
  title: 'When things happened',
  about: `${happenings.length} events. Bars: how long a channel stays closed after radar, an interferer is heard, the cloud is out of reach, a fault lasts.`,
  drawing: lanesDrawing(data),
  legend: legendOf(
    (
      [
        ['proposed', 'proposed'],
        ['approved', 'approved'],
        ['good', 'confirmed'],
        ['bad', 'reverted or refused'],
        ['change', 'channel changed'],
        ['radar', 'radar'],
        ['fault', 'clock set'],
      ] as const
    ).map(([mark, text]) => ({ mark: markOf(mark, 11, 7), text })),
  ),
})}
${rest.length > 0 && html`<p>Not listed: ${rest.join(', ')}.</p>`}
${dataTable({
  caption: 'Decisions and events, with the reasons that stand in the ledger',
  order: 'in order of time',
  head: ['At', 'What', 'Whom', 'Why'],
  rows: summed(happenings).map((happening) => [
    timeText(happening.atSeconds),
    kindOf(happening).label,
    happening.subject,
    happening.text,
  ]),
})}
</section>
`;
}

/** One row a radio for what the detector heard again and again: the data has every single one. */
function summed(happenings: readonly HappeningData[]): HappeningData[] {
  const key = ({ name, subject }: HappeningData) => `${name} ${subject}`;
  const isSummed = ({ name }: HappeningData) => kinds[name]?.lane === INTERFERENCE;
  const groups = Map.groupBy(happenings.filter(isSummed), key);
  return happenings.flatMap((happening) => {
    if (!isSummed(happening)) return [happening];
    const group = groups.get(key(happening)) ?? [];
    if (group[0] !== happening) return [];
    if (group.length === 1) return [happening];
    const again = `And ${countText(group.length - 1, 'more time', 'more times')} until ${timeText(group.at(-1)!.atSeconds)}.`;
    return [{ ...happening, text: `${happening.text} ${again}` }];
  });
}

function lanesDrawing(data: ReportData): Markup {
  const { happenings, document } = data;
  const seconds = document.virtualSeconds;
  const x = linear([0, seconds], [LEFT, WIDTH - RIGHT]);
  const all = [...new Set([...lanes, ...happenings.map((happening) => kindOf(happening).lane)])];
  const bottom = TOP + all.length * LANE;
  const laneY = (lane: string) => TOP + all.indexOf(lane) * LANE + LANE / 2;
  return drawing({
    label: 'Timeline of decisions and events; the list below has each',
    width: WIDTH,
    height: bottom + 20,
    leastPx: 860,
    content: [
      ...all.map(
        (name) =>
          html`<line class="row" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(laneY(name))}" y2="${px(laneY(name))}"/><text class="label" x="${LEFT - 8}" y="${px(laneY(name) + 4)}" text-anchor="end">${name}</text>`,
      ),
      ...timeAxis(x, seconds, { top: TOP, bottom }),
      ...bars(data, x, laneY),
      ...happenings.flatMap((happening) => {
        const { lane, label, mark } = kindOf(happening);
        if (mark === 'none') return [];
        const title = `${timeText(happening.atSeconds)} ${happening.subject}, ${label}: ${happening.text}`;
        return [
          html`<g>${markOf(mark, x(happening.atSeconds), laneY(lane) + (shift[mark] ?? 0))}<title>${title}</title></g>`,
        ];
      }),
    ],
  });
}

/** What lasts, from what begins it to what ends it at the same place, or to the end of the run. */
function bars(data: ReportData, x: Scale, laneY: (lane: string) => number): Markup[] {
  const { happenings, document, nonOccupancySeconds } = data;
  const open = new Map<string, HappeningData>();
  const done: { from: HappeningData; untilSeconds: number }[] = [];
  const close = (key: string, untilSeconds: number) => {
    const from = open.get(key);
    if (from !== undefined) done.push({ from, untilSeconds });
    open.delete(key);
  };
  for (const happening of happenings) {
    const { name, subject, atSeconds } = happening;
    if (name === 'ledger.radar') {
      done.push({ from: happening, untilSeconds: atSeconds + nonOccupancySeconds });
      continue;
    }
    const begun = beginningOf[name] ?? (isEnd(name) ? name.replace(/\.ended$/, '') : undefined);
    if (begun !== undefined) close(`${begun} ${subject}`, atSeconds);
    else if (kindOf(happening).mark === 'none' && !open.has(`${name} ${subject}`)) {
      open.set(`${name} ${subject}`, happening);
    }
  }
  for (const key of [...open.keys()]) close(key, document.virtualSeconds);
  const byLane = Map.groupBy(done, ({ from }) => kindOf(from).lane);
  // As one group, so that what overlaps is not darker.
  return [...byLane].map(
    ([lane, own]) =>
      html`<g class="${lane === RADAR ? 'closures' : 'lasting'}">${own.map(
        ({ from: { atSeconds, subject, text }, untilSeconds }) => {
          const width = x(Math.min(document.virtualSeconds, untilSeconds)) - x(atSeconds);
          return html`<rect x="${px(x(atSeconds))}" y="${px(laneY(lane) - 4)}" width="${px(Math.max(1.5, width))}" height="8"><title>${timeText(atSeconds)} ${subject}: ${text}</title></rect>`;
        },
      )}</g>`,
  );
}

/** What these put an end to; others end what bears their name without `.ended`. */
const beginningOf: Readonly<Record<string, string>> = {
  'fault.mended': 'fault.cut',
  'fault.start': 'fault.crash',
  'cloud.found': 'cloud.lost',
  'interferer.gone': 'interferer.detected',
};

/** A plan above the line of its lane, what became of it below: often both come at once. */
const shift: Readonly<Record<string, number>> = { proposed: -6, approved: -6, good: 6, bad: 6 };

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
