/**
 * The page about a run: one file that asks the network for nothing. Everything is drawn here; its
 * script only adds the slider of time.
 */
import { createHash } from 'node:crypto';
import { airtimeSection } from './airtime.ts';
import { coloursOf } from './colours.ts';
import { embedded } from './embedded.ts';
import { html, jsonMarkup, Markup } from './html.ts';
import { planSection } from './plan.ts';
import type { ReportData } from './report-data.ts';
import { script } from './script.ts';
import { spectrumSection } from './spectrum.ts';
import { style } from './style.ts';
import { checksSection, headOf, kpiSection, repeatSection } from './summary.ts';
import { throughputSection } from './throughput.ts';
import { timelineSection } from './timeline.ts';

const contents = [
  ['result', 'Result'],
  ['plan', 'Floor plan'],
  ['spectrum', 'Channel map'],
  ['throughput', 'Throughput'],
  ['airtime', 'Airtime'],
  ['timeline', 'Decisions'],
  ['checkers', 'What held'],
  ['repeat', 'Run it again'],
] as const;

export function reportPage(data: ReportData): string {
  const colours = coloursOf(data);
  const { scenario, seed } = data.document;
  // Nothing is fetched, and no script runs but ours, whatever names a scenario gives.
  const ours = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${ours}'; base-uri 'none'; form-action 'none'`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${scenario}, seed ${seed} · Airguard</title>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#result">To the result</a>
${headOf(data)}
<nav aria-label="Contents"><ul>${contents.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>
${kpiSection(data)}
${planSection(data, colours)}
${spectrumSection(data, colours)}
${throughputSection(data)}
${airtimeSection(data)}
${timelineSection(data)}
${checksSection(data)}
${repeatSection(data)}
</main>
<script type="application/json" id="data">
${jsonMarkup(embedded(data, colours))}
</script>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}
