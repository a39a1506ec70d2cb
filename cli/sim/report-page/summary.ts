/** The head of the page: what ran, and what it came to. */
import { dataTable } from './figure.ts';
import { countText, timeText } from './format.ts';
import { html, type Markup } from './html.ts';
import type { ReportData } from './report-data.ts';

export function airOf({ document }: ReportData): string {
  const { fidelity, version, error } = document.air;
  return `${fidelity} ${version}${error === null ? '' : `, ${error}`}`;
}

export function headOf(data: ReportData): Markup {
  const { document, about, country, interrupted, askedSeconds } = data;
  const broken = document.checkers.filter((checker) => checker.broken > 0);
  return html`<header>
<p class="kicker">Airguard · report of a simulated run</p>
<h1>${document.scenario}</h1>
<p class="about">${about}</p>
<dl class="facts">
${fact('Site', `${countText(document.nodes, 'node')}, ${countText(document.radios, 'radio')}, ${countText(document.clients, 'client')}, ${country}`)}
${fact('Virtual time', timeText(document.virtualSeconds))}
${fact('Strategy', document.strategy)}
${fact('Seed', String(document.seed))}
${fact('Air', airOf(data))}
${fact('Checkers', broken.length === 0 ? `all ${document.checkers.length} held` : `${broken.length} of ${document.checkers.length} BROKE`)}
</dl>
${
  interrupted &&
  html`<p class="banner" role="note"><strong>Interrupted.</strong> The run was ended at ${timeText(document.virtualSeconds)} of ${timeText(askedSeconds)}; this is a report of that part.</p>`
}
${
  document.plant !== undefined &&
  html`<p class="banner" role="note"><strong>A bug was planted</strong> on purpose: ${document.plant}.</p>`
}
${
  broken.length > 0 &&
  html`<p class="banner" role="note"><strong>Broken:</strong> ${broken.map(({ name }) => name).join(', ')}. See <a href="#checkers">the checkers</a>.</p>`
}
</header>
`;
}

function fact(name: string, value: string): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

interface Row {
  readonly name: string;
  readonly unit: string;
  readonly before: number | null;
  readonly after: number;
  readonly about: string;
}

export function kpiSection(data: ReportData): Markup {
  const { kpi } = data.document;
  const rows: Row[] = [
    {
      name: 'Utility',
      unit: 'Mb/s',
      before: kpi.utilityMbpsBefore,
      after: kpi.utilityMbpsAfter,
      about: 'geometric mean of the clients’ throughputs, each between 0.01 Mb/s and what it asks',
    },
    {
      name: 'Jain’s index',
      unit: '',
      before: kpi.jainBefore,
      after: kpi.jainAfter,
      about: 'fairness of the shares of their load that clients get: 1 when all alike',
    },
    {
      name: '5th percentile client',
      unit: 'Mb/s',
      before: kpi.fifthPercentileMbpsBefore,
      after: kpi.fifthPercentileMbpsAfter,
      about: 'what all but the worst twentieth of the clients get',
    },
    {
      name: 'Changes per radio and day',
      unit: '',
      before: null,
      after: kpi.changesPerRadioDay,
      about: 'how restless the fleet is; moves for radar count',
    },
  ];
  const fixed = (value: number | null) => (value === null ? '' : value.toFixed(3));
  const harm = `${(100 * kpi.harmToWorstNeighbour).toFixed(1)} %`;
  return html`<section id="result" aria-labelledby="result-h">
<h2 id="result-h">Result <span class="air">air: ${airOf(data)}</span></h2>
<ul class="tiles">${rows.map(
    ({ name, unit, before, after }) =>
      html`<li><span class="name">${name}</span><span class="value">${
        before !== null && html`<span class="was">${compact(before)}</span> → `
      }<strong>${compact(after)}</strong>${unit !== '' && html` <small>${unit}</small>`}</span></li>`,
  )}</ul>
${dataTable({
  caption: `How clients fare. ${spansText(data)}`,
  head: ['Measure', 'Before', 'After', 'Unit', 'What it is'],
  rows: [
    ...rows.map(({ name, before, after, unit, about }) => [
      name,
      fixed(before),
      fixed(after),
      unit,
      about,
    ]),
    [
      'Harm to worst neighbour',
      '',
      harm,
      '',
      'share of its throughput that the worst hit foreign network lost',
    ],
  ],
})}
</section>
`;
}

/** When before and after were. */
export function spansText({ before, after, plannedSeconds }: ReportData): string {
  if (before === null || after === null) return 'The run was too short for a sample.';
  const text = ({ fromSeconds, untilSeconds }: NonNullable<ReportData['before']>) =>
    fromSeconds === untilSeconds
      ? `at ${timeText(fromSeconds)}`
      : `${timeText(fromSeconds)} to ${timeText(untilSeconds)}`;
  return `Before: ${text(before)}${plannedSeconds === null ? ', on average' : ', the moment before the first planned change'}. After: ${text(after)}, on average.`;
}

function compact(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

export function checksSection({ document }: ReportData): Markup {
  const { checkers, calls, faults, radar } = document;
  return html`<section id="checkers" aria-labelledby="checkers-h">
<h2 id="checkers-h">What held</h2>
<div class="columns"><div>
${dataTable({
  caption: 'Checkers: how often there was something to hold, and how often it broke',
  head: ['Checker', 'Checked', 'Broken', ''],
  rows: checkers.map(({ name, checked, broken, first }) => [
    name,
    checked,
    broken,
    first === undefined
      ? broken === 0
        ? 'held'
        : 'BROKE'
      : `BROKE first at ${timeText(first.atSeconds)}, ${first.address}: ${first.what}`,
  ]),
})}
</div><div>
${dataTable({
  caption: 'Tool calls, by the role that was called',
  head: ['Role', 'Ok', 'Refused', 'Failed'],
  rows: Object.keys(calls)
    .sort()
    .map((role) => [role, calls[role]!.ok, calls[role]!.refused, calls[role]!.failed]),
})}
${dataTable({
  caption: 'Faults that were brought about, and mended',
  head: ['Kind', 'Count'],
  rows: Object.keys(faults)
    .sort()
    .map((kind) => [kind, faults[kind] ?? 0]),
})}
${dataTable({
  caption: 'Radar: how soon the radio was silent',
  head: ['Radio', 'At', 'Silent after'],
  rows: radar.map(({ atSeconds, radio, silentAfterMs }) => [
    radio,
    timeText(atSeconds),
    silentAfterMs === null ? 'not yet' : `${silentAfterMs.toFixed(1)} ms`,
  ]),
})}
</div></div>
</section>
`;
}

export function repeatSection(data: ReportData): Markup {
  const { document, leftOut } = data;
  return html`<section id="repeat" aria-labelledby="repeat-h">
<h2 id="repeat-h">Run it again</h2>
<p>A seed decides the whole run: the command below gives the same trace hash on the same version.</p>
<pre tabindex="0" aria-label="Command"><code>${document.repeat}</code></pre>
<dl class="facts">
${fact('Scenario', document.scenario)}
${fact('Seed', String(document.seed))}
${fact('Air', airOf(data))}
${fact('Events', document.events.toLocaleString('en-GB'))}
${fact('Platform', document.platform)}
${fact('Took', `${document.wallSeconds.toFixed(1)} s, ${document.peakMemoryMb.toFixed(0)} MB`)}
</dl>
<p class="hash"><span>Trace hash</span> <code>${document.traceHash}</code></p>
<h3>What this page leaves out</h3>
<ul>
<li>The air of this run is ${airOf(data)}: a model. It tells strategies apart; its megabits are no promise about a building.</li>
<li>Series are samples: what came and went between two of them is not seen. Events have their own times.</li>
${leftOut.map((sentence) => html`<li>${sentence}</li>`)}
</ul>
<p>All figures stand in this file as JSON, in the element <code>script#data</code>.</p>
</section>
`;
}
