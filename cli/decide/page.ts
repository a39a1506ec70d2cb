/** The page about a tournament: one file that asks the network for nothing and runs no script. */
import {
  type Comparison,
  type Interval,
  type Standing,
  strategiesOf,
} from '#bench/decide/tournament/standings.ts';
import type { Entry } from '#bench/decide/tournament/tournament.ts';
import { dataTable, drawing, figure, legendOf } from '../sim/report-page/figure.ts';
import { html, Markup } from '../sim/report-page/html.ts';
import { linear, logarithmic } from '../sim/report-page/scales.ts';
import { style } from '../sim/report-page/style.ts';
import { px } from '../svg.ts';
import { recoveredText, type Strategy } from './lines.ts';

export interface DecideData {
  readonly sites: number;
  readonly aps: readonly number[];
  readonly hours: number;
  readonly seed: number;
  readonly air: string;
  readonly strategies: readonly Strategy[];
  readonly standings: readonly Standing[];
  readonly comparisons: Readonly<Record<string, readonly Comparison[]>>;
  readonly entries: readonly Entry[];
}

const ownStyle = `
.spot { fill: var(--soft); opacity: .45; }
.spot.first { fill: var(--blue); opacity: .9; }
.bar { stroke: var(--ink); stroke-width: 1.6; }
.mean { fill: var(--ink); }
.mean.above { fill: var(--blue); }
.bar.above { stroke: var(--blue); }
.mean.below { fill: var(--orange); }
.bar.below { stroke: var(--orange); }
.even { stroke: var(--soft); stroke-dasharray: 4 3; }
`;

export function decidePage(data: DecideData): string {
  const { sites, aps, hours, seed, standings } = data;
  const byUtility = standings.toSorted((a, b) => b.utilityMbps.mean - a.utilityMbps.mean);
  const judge =
    standings.find(({ strategy }) => strategy === 'coordinator')?.strategy ??
    byUtility[0]!.strategy;
  const order = byUtility.map(({ strategy }) => strategy);
  const policy = `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Strategies at ${sites} unseen sites · Airguard</title>
<style>${new Markup(style + ownStyle)}</style>
</head>
<body>
<header><p class="kicker">Airguard · tournament of strategies</p>
<h1>${order.length} strategies at ${sites} unseen sites</h1>
<p class="about">Each plays the same generated sites over ${hours} hours on the fluid air: clients ask more and less by the hour, neighbours move, interferers and radar come. What it wants goes through the law, and a new channel costs the clients the silence owed there. Figures are of the busy hours, those that ask for at least half of what the fullest one does.</p>
<dl class="facts"><div><dt>Sites</dt><dd>${sites}, of ${aps.join(', ')} access points</dd></div><div><dt>Hours</dt><dd>${hours}</dd></div><div><dt>Seed</dt><dd>${seed}</dd></div><div><dt>Air</dt><dd>fluid, generated sites</dd></div></dl>
</header>
<main>
<section id="against"><h2>${judge} against each other strategy</h2>
<div class="pair">
${ratioFigure(data, judge, order, 'utility', 'Utility')}
${ratioFigure(data, judge, order, 'fifthPercentile', 'Throughput of the 5th percentile')}
</div></section>
<section id="sites"><h2>Site by site</h2>${sitesFigure(data, order)}</section>
<section id="standings"><h2>All figures</h2>${standingsTable(byUtility, data.strategies)}${strategyTable(data.strategies)}</section>
</main>
</body>
</html>
`.text;
}

const ROW = 24;
const LEFT = 190;

function ratioFigure(
  { comparisons }: DecideData,
  judge: string,
  order: readonly string[],
  name: 'utility' | 'fifthPercentile',
  title: string,
): Markup {
  const all = comparisons[judge] ?? [];
  const rows = order.flatMap((strategy) => all.find(({ over }) => over === strategy) ?? []);
  const values = rows.flatMap((row) => [row[name].low, row[name].high]);
  const low = Math.min(0.9, ...values);
  const high = Math.max(1.1, ...values);
  const width = 560;
  const x = logarithmic([low / 1.03, high * 1.03], [LEFT, width - 16]);
  const bottom = 12 + rows.length * ROW;
  const steps = [0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 5, 10, 20];
  const marks = steps.filter((step) => step >= low / 1.03 && step <= high * 1.03);
  const spaced = marks.filter(
    (step, at) => at === 0 || step === 1 || x(step) - x(marks[at - 1]!) > 24,
  );
  const content = [
    ...spaced.map(
      (step) =>
        html`<line class="${step === 1 ? 'even' : 'grid'}" x1="${px(x(step))}" y1="6" x2="${px(x(step))}" y2="${bottom}"/><text class="tick" x="${px(x(step))}" y="${bottom + 14}" text-anchor="middle">${step}×</text>`,
    ),
    ...rows.map((row, at) => {
      const y = 12 + (at + 0.5) * ROW;
      const { mean, low: from, high: until } = row[name];
      const kind = from >= 1 ? 'above' : until < 1 ? 'below' : '';
      return html`<text class="label" x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${row.over}</text><line class="bar ${kind}" x1="${px(x(from))}" y1="${y}" x2="${px(x(until))}" y2="${y}"/><circle class="mean ${kind}" cx="${px(x(mean))}" cy="${y}" r="4"/>`;
    }),
  ];
  const about = `How many times as much ${judge} reaches, in the geometric mean over sites, with 95 % intervals (bootstrap over sites). Right of the dashed line it is better.`;
  return figure({
    id: name,
    title,
    about,
    air: 'fluid',
    drawing: drawing({
      label: `${title}: ${judge} over each other strategy`,
      width,
      height: bottom + 22,
      leastPx: 420,
      content,
    }),
    table: dataTable({
      caption: `${title}, ${judge} over each`,
      head: ['over', 'ratio', 'low', 'high', 'sites'],
      rows: rows.map((row) => [
        row.over,
        row[name].mean.toFixed(3),
        row[name].low.toFixed(3),
        row[name].high.toFixed(3),
        row.sites,
      ]),
    }),
  });
}

/** A row a strategy, a spot a site: what it lacks there of the best that any reached. */
function sitesFigure({ entries, standings }: DecideData, order: readonly string[]): Markup {
  const kinds = [...new Set(entries.map(({ kind }) => kind))];
  const best = new Map<number, number>();
  for (const { site, played } of entries) {
    best.set(site, Math.max(best.get(site) ?? 0, played.busy.utilityMbps));
  }
  const width = 1180;
  const column = (width - LEFT) / kinds.length;
  const bottom = 30 + order.length * ROW;
  const content: Markup[] = [];
  kinds.forEach((kind, place) => {
    const from = LEFT + place * column + 14;
    const x = linear([0, 0.6], [from, LEFT + (place + 1) * column - 30]);
    content.push(html`<text class="label" x="${px(from)}" y="16">${kind}</text>`);
    for (const lack of [0, 0.3, 0.6]) {
      content.push(
        html`<line class="grid" x1="${px(x(lack))}" y1="24" x2="${px(x(lack))}" y2="${bottom}"/><text class="tick" x="${px(x(lack))}" y="${bottom + 14}" text-anchor="middle">${lack === 0 ? 'best' : `−${Math.round(100 * lack)} %`}</text>`,
      );
    }
    for (const entry of entries) {
      if (entry.kind !== kind) continue;
      const lack = 1 - entry.played.busy.utilityMbps / best.get(entry.site)!;
      const y = 30 + (order.indexOf(entry.strategy) + 0.5) * ROW;
      const size = 2.4 + Math.sqrt(entry.aps) / 4;
      content.push(
        html`<circle class="spot${lack === 0 ? ' first' : ''}" cx="${px(x(Math.min(0.6, lack)))}" cy="${y}" r="${px(size)}"><title>${entry.strategy}: ${entry.played.busy.utilityMbps.toFixed(2)} Mb/s, ${kind} of ${entry.aps}, ${entry.country}</title></circle>`,
      );
    }
  });
  order.forEach((strategy, at) => {
    const y = 30 + (at + 0.5) * ROW;
    content.push(
      html`<text class="label" x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${strategy}</text>`,
    );
  });
  return figure({
    id: 'lack',
    title: 'What each lacks of the best at each site',
    about:
      'One spot a site; the larger, the more access points. The best of all strategies there stands at the left, in blue; what lacks more than 60 % stands at the right end.',
    air: 'fluid',
    legend: legendOf([
      { mark: html`<circle class="spot first" cx="11" cy="7" r="5"/>`, text: 'the best there' },
      { mark: html`<circle class="spot" cx="11" cy="7" r="5"/>`, text: 'any other' },
    ]),
    drawing: drawing({
      label: 'Utility that each strategy lacks of the best at each site',
      width,
      height: bottom + 22,
      leastPx: 900,
      content,
    }),
    table: dataTable({
      caption: 'Utility in busy hours, Mb/s, by kind of site',
      head: ['strategy', ...kinds],
      rows: strategiesOf(entries)
        .filter((strategy) => standings.some((one) => one.strategy === strategy))
        .map((strategy) => [
          strategy,
          ...kinds.map((kind) => {
            const own = entries.filter((one) => one.strategy === strategy && one.kind === kind);
            const sum = own.reduce((all, { played }) => all + played.busy.utilityMbps, 0);
            return own.length === 0 ? '–' : (sum / own.length).toFixed(2);
          }),
        ]),
    }),
  });
}

function standingsTable(standings: readonly Standing[], strategies: readonly Strategy[]): Markup {
  const text = ({ mean, low, high }: Interval, digits: number) =>
    `${mean.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
  return dataTable({
    caption:
      'Busy hours, means over sites with 95 % intervals. Moves: a radio and day, after three hours. Harm: what the worst hit network not ours lost against static, in the mean over sites and at worst. Interferer and radar: median seconds until those hit fared nearly as before.',
    head: [
      'strategy',
      'utility Mb/s',
      '5th percentile Mb/s',
      'Jain',
      'total Mb/s',
      'gap to best known',
      'moves',
      'power changes',
      'harm',
      'interferer',
      'radar',
      'turns',
    ],
    rows: standings.map((one) => [
      one.strategy,
      text(one.utilityMbps, 1),
      text(one.fifthPercentileMbps, 2),
      one.jain.mean.toFixed(3),
      one.aggregateMbps.mean.toFixed(0),
      `${(100 * one.gapToBestKnown.mean).toFixed(1)} %`,
      one.changesPerRadioDay.mean.toFixed(2),
      one.powerChangesPerRadioDay.mean.toFixed(2),
      `${(100 * one.worstNeighbourHarm.mean).toFixed(0)} %, ${(100 * one.worstNeighbourHarm.worst).toFixed(0)} %`,
      recoveredText(one.interferer),
      recoveredText(one.radar),
      strategies.find(({ name }) => name === one.strategy)?.turns ?? '',
    ]),
  });
}

function strategyTable(strategies: readonly Strategy[]): Markup {
  return dataTable({
    caption: 'What they do, and where they are from',
    head: ['strategy', 'what it does', 'source'],
    rows: strategies.map(({ name, about, source }) => [name, about, source]),
  });
}
