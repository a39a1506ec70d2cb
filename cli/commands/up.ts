import * as fs from 'node:fs';
import { join } from 'node:path';
import { US_PER_MS } from '#protocols/clock.ts';
import { InputError } from '#protocols/errors.ts';
import type { Command } from '../command.ts';
import { startFleet } from '../live/fleet.ts';
import { playOnFleet } from '../live/fleet-faults.ts';
import { aborted } from '../live/process.ts';
import { RealClock } from '../live/real-clock.ts';
import { DEFAULT_SCENARIO, dirOption, type LiveSite, openSite, siteOptions } from '../live/site.ts';
import { readUpState, type UpState } from '../live/state.ts';
import { summaryLines, UpReport } from '../live/up-report.ts';

import { sitePolicyOf, sitePolicyOption } from '../site-policy.ts';

export const up: Command = {
  name: 'up',
  summary:
    'Runs a scenario in real time, every node a process of its own, over NATS, until Ctrl-C.',
  usage: '[SCENARIO] [options]',
  examples: [
    'airguard up',
    'airguard up office --duration 90s',
    'airguard tools call ap1/radio-0 radio_get_state',
  ],
  options: {
    duration: { about: 'Ends after so long', value: 'TIME' },
    pace: {
      about:
        'How many times as early the scenario’s events come. By default all of them come within --duration, or within a minute. What the law asks for takes its time at any pace',
      value: 'N',
    },
    seed: siteOptions.seed!,
    'site-policy': sitePolicyOption,
    dir: dirOption,
    fresh: { about: 'Forgets stores, streams and ledgers of before; keys stay' },
    verbose: { about: 'Shows what each process logs' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, output, stop) {
    const dir = args.text('dir') ?? '.airguard';
    const durationMs = args.durationMs('duration');
    if (durationMs === 0) throw new InputError('--duration: expected more than nothing, came 0');
    const name = args.positionals[0] ?? DEFAULT_SCENARIO;
    const site = openSite(name, args, args.text('pace'), durationMs);
    prepare(dir, site, args.flag('fresh'));
    const clock = new RealClock();
    const report = new UpReport();
    const since = () => `${(clock.monotonic() / 1_000_000).toFixed(1).padStart(6)} s  `;
    const say = (line: string) => output.note(since() + line);
    output.note(`Starting ${name}: ${site.layout.site.nodes.length} nodes …`);
    const fleet = await startFleet({
      dir,
      site,
      sitePolicyFile: sitePolicyOf(args)?.file,
      startedMs: Math.floor(clock.now() / US_PER_MS),
      say,
      onTold: (from, message) => {
        const line = report.take(from, message);
        if (line !== undefined) say(line);
      },
      onEnded: (ended) => report.ended(ended),
      log: (from, line) => {
        if (args.flag('verbose')) output.note(`${from.padEnd(11)} | ${line}`);
      },
    });
    for (const line of whereabouts(fleet.state, dir)) output.note(line);
    playOnFleet(fleet, site, clock, say);
    const status = setInterval(() => output.progress(since() + report.progress()), 500);
    const startedUs = clock.monotonic();
    await Promise.race([
      aborted(stop),
      ...(durationMs === undefined
        ? []
        : [
            new Promise((resolve) =>
              clock.schedule(startedUs + durationMs * 1_000, () => resolve(0)),
            ),
          ]),
    ]);
    clearInterval(status);
    const seconds = (clock.monotonic() - startedUs) / 1_000_000;
    output.note('Ending …');
    clock.stop();
    await fleet.stop();
    const { site: siteName, nodes } = site.layout.site;
    const document = report.document({
      scenario: name,
      site: siteName,
      seconds,
      nodes: nodes.length,
      radios: nodes.reduce((sum, { radios }) => sum + radios.length, 0),
      pace: site.pace,
      restarts: fleet.restarts(),
    });
    if (output.json) output.document(document);
    else for (const line of summaryLines(document)) output.line(line);
    return 'held';
  },
};

/** One fleet a directory, and one site: another's stores would be taken for its own. */
function prepare(dir: string, site: LiveSite, isFresh: boolean): void {
  const running = readUpState(dir);
  if (running !== undefined) {
    throw new InputError(
      `${running.scenario} runs on ${dir} already (process ${running.pid}): end it, or name another directory with --dir`,
      'notReachable',
    );
  }
  const file = join(dir, 'site.json');
  const nodes = site.layout.site.nodes.map(({ id }) => id as string);
  if (isFresh) forget(dir);
  const wanted = JSON.stringify({ site: site.layout.site.site, nodes });
  const held = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : undefined;
  if (held !== undefined && held !== wanted) {
    throw new InputError(
      `${dir} keeps the state of another site: expected the nodes of ${site.name} there; begin anew with --fresh, or name another directory with --dir`,
    );
  }
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(file, `${wanted}\n`);
}

/** Everything but the keys. */
function forget(dir: string): void {
  if (!fs.existsSync(dir)) return;
  const file = join(dir, 'site.json');
  // Nothing is deleted in a directory that no fleet has used.
  if (!fs.existsSync(file)) return;
  const { nodes } = JSON.parse(fs.readFileSync(file, 'utf8')) as { nodes: string[] };
  for (const name of [...nodes, 'hub', 'cloud', 'air', 'ledger', 'site.json']) {
    fs.rmSync(join(dir, name), { recursive: true, force: true });
  }
}

function whereabouts({ hub, nodes, cloudPid, airPid }: UpState, dir: string): string[] {
  return [
    `  hub    ${hub.natsUrl}  broker ${hub.pid}, cloud ${cloudPid}, air ${airPid}`,
    ...nodes.map(
      ({ node, natsUrl, brokerPid, pid }) =>
        `  ${node.padEnd(6)} ${natsUrl}  broker ${brokerPid}, node ${pid}`,
    ),
    `  keys, stores and ledgers in ${dir}; Ctrl-C ends everything`,
  ];
}
