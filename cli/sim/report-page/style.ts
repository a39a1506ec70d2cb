/** How the page looks: light, dark and on paper. Blue and vermilion are Okabe and Ito's. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f7; --paper: #fff; --ink: #182026; --soft: #5b6872; --line: #dbe0e4; --faint: #eef1f3;
  --wall: #59656e; --blue: #0072b2; --orange: #d55e00; --link: #005a8d; --banner: #fff4e0; --banner-line: #e69f00;
  --dfs: #e69f0022; --weather: #e69f0048; --radar: #a3386f; --link-opacity: .5; --tx: #0072b2; --rx: #7cc4ec;
  --want0: #eef1f3; --want1: #fbe3cd; --want2: #f5bd8c; --want3: #e08a45; --want4: #b85000; --want5: #6b2e00;
  --busy0: #eef1f3; --busy1: #d3e6f2; --busy2: #9fcae4; --busy3: #56a5d0; --busy4: #0072b2; --busy5: #00395a;
}
@media (prefers-color-scheme: dark) { :root {
  --ground: #0d1114; --paper: #151b20; --ink: #e4e9ec; --soft: #98a5af; --line: #2d363d; --faint: #1d252b;
  --wall: #93a0aa; --blue: #3d9fd6; --orange: #f08a3c; --link: #6fbbe8; --banner: #33270f; --banner-line: #b98000;
  --dfs: #e69f001c; --weather: #e69f003a; --radar: #e58fbd; --link-opacity: .8; --tx: #56b4e9; --rx: #215a7d;
  --want0: #1d252b; --want1: #45301f; --want2: #7a4720; --want3: #b8641c; --want4: #ee8a35; --want5: #ffd3a8;
  --busy0: #1d252b; --busy1: #17384c; --busy2: #175677; --busy3: #1f7fb0; --busy4: #55b1e2; --busy5: #c4e6f9;
} }
* { box-sizing: border-box; }
html { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; background: var(--ground); color: var(--ink); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 1240px; padding: 0 24px 64px; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; background: var(--paper); padding: 6px 10px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
header { padding: 36px 0 4px; }
.kicker { margin: 0; color: var(--soft); font-size: 13px; letter-spacing: .02em; }
h1 { margin: 2px 0 4px; font-size: 32px; line-height: 1.2; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere; }
.about { margin: 0 0 16px; max-width: 70ch; color: var(--soft); overflow-wrap: anywhere; }
.facts { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 0; }
.facts dt { color: var(--soft); font-size: 12px; }
.facts dd { margin: 0; font-weight: 550; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.banner { margin: 16px 0 0; padding: 8px 14px; background: var(--banner); border-left: 4px solid var(--banner-line); border-radius: 3px; }
nav { position: sticky; top: 0; z-index: 1; background: var(--ground); border-bottom: 1px solid var(--line); margin-top: 20px; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 20px; list-style: none; margin: 0; padding: 9px 0; font-size: 13.5px; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
section { padding-top: 40px; scroll-margin-top: 12px; }
h2 { margin: 0 0 14px; font-size: 21px; font-weight: 640; letter-spacing: -.005em; }
h3 { margin: 0; font-size: 15px; font-weight: 620; }
figure { margin: 0 0 20px; padding: 16px 18px 12px; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
figcaption p { margin: 2px 0 10px; color: var(--soft); font-size: 13.5px; max-width: 110ch; }
.air { display: inline-block; margin-left: 6px; padding: 0 7px; border: 1px solid var(--line); border-radius: 9px; color: var(--soft); font-size: 11.5px; font-weight: 400; letter-spacing: 0; line-height: 1.5; vertical-align: 2px; }
svg { display: block; width: 100%; height: auto; font-size: 11px; font-family: inherit; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 12px 24px; }
.when { margin: 0 0 2px; font-size: 13px; font-weight: 600; font-variant-numeric: tabular-nums; }
.legend { display: flex; flex-wrap: wrap; gap: 3px 16px; list-style: none; margin: 0 0 8px; padding: 0; font-size: 12.5px; color: var(--soft); }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend svg { width: 22px; height: 14px; flex: none; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; list-style: none; margin: 0 0 14px; padding: 0; }
.tiles li { padding: 12px 16px; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
.tiles .name { display: block; color: var(--soft); font-size: 13px; }
.tiles .value { font-size: 24px; font-variant-numeric: tabular-nums; letter-spacing: -.01em; white-space: nowrap; }
.tiles strong { font-weight: 640; }
.tiles .was, .tiles small { color: var(--soft); font-size: 15px; letter-spacing: 0; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; background: var(--paper); }
caption { text-align: left; color: var(--soft); font-size: 13px; padding: 6px 0; background: var(--ground); }
figure caption { background: var(--paper); }
th, td { padding: 4px 14px 4px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--faint); font-weight: 400; }
th:first-child { padding-left: 10px; white-space: nowrap; }
thead th { color: var(--soft); font-size: 12.5px; border-bottom: 1px solid var(--line); white-space: nowrap; }
.n { text-align: right; white-space: nowrap; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px 36px; }
section > .scroll { margin-bottom: 12px; }
#result td:last-child { min-width: 240px; }
#timeline td:nth-child(2), #timeline td:nth-child(3) { white-space: nowrap; }
#timeline td:nth-child(4) { min-width: 340px; }
details { margin-top: 8px; font-size: 13.5px; }
summary { color: var(--link); cursor: pointer; width: fit-content; }
pre { padding: 10px 14px; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px; }
.hash code { overflow-wrap: anywhere; }
.hash span { color: var(--soft); font-size: 13px; }
.slider { position: sticky; top: 40px; z-index: 1; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; margin-bottom: 14px; padding: 8px 14px; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; font-size: 13.5px; }
.slider[hidden], .now[hidden] { display: none; }
.slider input { flex: 1 1 200px; accent-color: var(--blue); min-width: 120px; }
.slider output { min-width: 11ch; font-variant-numeric: tabular-nums; }

text { fill: var(--ink); }
.tick, .name, .soft { fill: var(--soft); }
.name { font-size: 10px; }
.label { font-size: 11px; }
.grid { stroke: var(--line); stroke-width: .8; }
.row { stroke: var(--faint); stroke-width: 1; }
.axis, .arrow { fill: none; stroke: var(--soft); stroke-width: 1.2; }
.now { stroke: var(--ink); stroke-width: 1.2; }
.event { stroke: var(--line); stroke-width: 1; stroke-dasharray: 2 3; }
.wall { stroke: var(--wall); stroke-width: 3; stroke-linecap: round; opacity: .65; }
.link { stroke-linecap: round; opacity: var(--link-opacity); }
.link.lost { stroke-dasharray: 1 4; opacity: 1; stroke-width: 1.4; }
.client { fill: var(--paper); stroke: var(--ink); stroke-width: 1; }
.emitter { stroke: var(--orange); stroke-width: 1.8; fill: none; }
.radar circle, .radar path { fill: none; stroke: var(--radar); stroke-width: 1.6; }
.radio text { font-weight: 650; font-size: 11px; }
.ring { fill: none; stroke: var(--ink); stroke-width: 1.4; }
.was-block { fill: none; stroke: var(--ink); stroke-width: 1; stroke-dasharray: 3 2; }
.was-line { fill: none; stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 4 3; }
.foreign { fill: var(--soft); opacity: .55; }
.dfs { fill: var(--dfs); }
.dfs.weather { fill: var(--weather); }
.barred { fill: var(--line); opacity: .6; }
.was-dot { fill: var(--paper); stroke: var(--soft); stroke-width: 1.6; }
.sample { stroke: none; }
.blue.sample { fill: var(--blue); }
.orange.sample { fill: var(--orange); }
.is-dot { fill: var(--blue); }
.is-dot.worse { fill: var(--orange); }
.rise { stroke: var(--blue); stroke-width: 2; opacity: .45; }
.fall { stroke: var(--orange); stroke-width: 2; opacity: .55; }
.asked { stroke: var(--soft); stroke-width: 1.4; fill: none; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.blue { stroke: var(--blue); }
.orange { stroke: var(--orange); }
.asked.line { stroke: var(--soft); stroke-width: 1; }
.idle { fill: var(--faint); }
.tx { fill: var(--tx); }
.rx { fill: var(--rx); }
.other { fill: var(--orange); }
.closures { fill: var(--radar); opacity: .3; }
.lasting { fill: var(--orange); opacity: .4; }
.mark-change { fill: var(--ink); }
.mark-plan { fill: var(--paper); stroke: var(--blue); stroke-width: 1.8; }
.mark-plan.full { fill: var(--blue); }
.mark-good { fill: none; stroke: #009e73; stroke-width: 2.2; }
.mark-bad { fill: none; stroke: var(--orange); stroke-width: 2.2; }
.mark-fault { fill: none; stroke: var(--orange); stroke-width: 2; }
${[0, 1, 2, 3, 4, 5].map((shade) => `.want${shade} { fill: var(--want${shade}); } .busy${shade} { fill: var(--busy${shade}); }`).join('\n')}

@media (max-width: 600px) {
  body { padding: 0 12px 40px; }
  header { padding-top: 20px; }
  h1 { font-size: 26px; }
  nav { position: static; }
  .slider { top: 4px; }
  figure { padding: 12px 12px 10px; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .tiles .value { font-size: 18px; white-space: normal; }
  .tiles .was { font-size: 13px; }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #fff; --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --faint: #e6e6e6; --wall: #555;
    --blue: #0072b2; --orange: #d55e00; --link: #000; --banner: #fff; --dfs: #e69f0022; --weather: #e69f0048; --radar: #a3386f; --link-opacity: .5; --tx: #0072b2; --rx: #7cc4ec;
    --want0: #eef1f3; --want1: #fbe3cd; --want2: #f5bd8c; --want3: #e08a45; --want4: #b85000; --want5: #6b2e00;
    --busy0: #eef1f3; --busy1: #d3e6f2; --busy2: #9fcae4; --busy3: #56a5d0; --busy4: #0072b2; --busy5: #00395a;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  html { font-size: 12px; }
  body { max-width: none; padding: 0; }
  nav, .slider, .skip, summary { display: none; }
  table { font-size: 10.5px; }
  th, td { padding-right: 8px; }
  .n, thead th { white-space: normal; }
  section { padding-top: 18px; }
  figure { break-inside: auto; border: 0; padding: 0; }
  figcaption, h2 { break-after: avoid; }
  svg, tr { break-inside: avoid; }
  svg { min-width: 0 !important; }
  .scroll { overflow: visible; }
  .pair { grid-template-columns: 1fr 1fr; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
