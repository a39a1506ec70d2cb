import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import { siteKinds } from '#sim/sites/index.ts';
import type { Arguments, Command, Output } from '../command.ts';
import { standingLines } from '../decide/lines.ts';
import { decidePage } from '../decide/page.ts';
import { measureOptions, rowLines } from '../measure-bench.ts';
import { checkReportFile, writeReportFile } from '../sim/report-file.ts';

const APS_MAX = 200;
const HOURS_MIN = 4;
const TOURNAMENT = 'tournament';

export const benchDecide: Command = {
  name: 'decide',
  summary:
    'Every strategy at the same unseen sites over a day, and what each part of deciding reaches.',
  usage: '[--sites N] [--aps N,…] [--strategy NAME,…] [--report FILE.html] [options]',
  examples: [
    'airguard bench decide --quick',
    'airguard bench decide --sites 30 --aps 10,30,60 --results decide.jsonl --report out.html',
    'airguard bench decide --sites 5 --aps 30 --strategy least-used,turbo-ca --json',
  ],
  options: {
    sites: {
      about: `How many sites: of ${siteKinds.map(({ name }) => name).join(', ')} in turns`,
      value: 'N',
      default: '30',
    },
    aps: { about: 'Their sizes, in turns', value: 'N,…', default: '10,30,60' },
    hours: {
      about: `How long, from six in the morning; ${HOURS_MIN} to 48`,
      value: 'N',
      default: '24',
    },
    strategy: { about: 'Some of them; all when left out', value: 'NAME,…' },
    part: { about: 'The tournament, or another part, alone; all when left out', value: 'NAME' },
    results: { about: 'Keeps what was played, and goes on from there', value: 'FILE.jsonl' },
    report: { about: 'Writes a page with the figures', value: 'FILE.html' },
    quick: { about: 'A small site of each kind over half a day, for a look' },
    seed: { about: 'Decides the sites and everything drawn', value: 'N', default: '1' },
    ...measureOptions,
  },
  async run(args, output, stop) {
    const [
      { parts },
      { playAll, quick },
      { contestantsNamed, cadenceOf },
      standings,
      { tournamentRows },
    ] = await Promise.all([
      import('#bench/decide.ts'),
      import('#bench/decide/tournament/play-all.ts'),
      import('#bench/decide/tournament/contestant.ts'),
      import('#bench/decide/tournament/standings.ts'),
      import('#bench/decide/tournament/rows.ts'),
    ]);
    const part = args.text('part');
    checkPart(part, [TOURNAMENT, ...parts.map(({ name }) => name)]);
    const contestants = contestantsNamed(args.text('strategy'));
    const wish = {
      ...(args.flag('quick') ? quick : sizesOf(args)),
      seed: args.integer('seed') ?? 1,
      contestants,
      results: args.text('results'),
    };
    const report = args.text('report');
    if (report !== undefined) checkReportFile(report);
    const isPlayed = part === undefined || part === TOURNAMENT;
    const note = (text: string, isSiteDone: boolean) => {
      if (output.live) output.progress(text);
      else if (isSiteDone) output.note(text);
    };
    const entries = isPlayed ? await playAll(wish, note, stop) : [];
    output.progress('');
    const table = standings.standingsOf(entries);
    const strategies = contestants.map((contestant) => {
      const { name, about, source } = contestant.decider;
      return { name, about, source, turns: cadenceOf(contestant) };
    });
    const rows = isPlayed ? tournamentRows(entries) : [];
    if (!stop.aborted) rows.push(...(await otherRows(args, output, part)));
    const { sites, aps, hours, seed } = wish;
    const document = { bench: 'decide', sites, aps, hours, seed, air: 'fluid', strategies };
    const comparisons = Object.fromEntries(
      table.map(({ strategy }) => [strategy, standings.comparisonsOf(entries, strategy)]),
    );
    if (report !== undefined && entries.length > 0) {
      writeReportFile(report, decidePage({ ...document, standings: table, comparisons, entries }));
    }
    if (output.json) output.document({ ...document, standings: table, comparisons, rows });
    else {
      for (const line of standingLines(table, strategies)) output.line(line);
      if (table.length > 0) output.line();
      for (const line of rowLines(rows)) output.line(line);
    }
    if (stop.aborted) return 'interrupted';
    return args.flag('strict') && rows.some(({ holds }) => holds === false)
      ? 'noConvergence'
      : 'held';
  },
};

async function otherRows(args: Arguments, output: Output, part: string | undefined) {
  const { parts } = await import('#bench/decide.ts');
  const wanted = parts.filter(({ name }) => (part ?? name) === name);
  const options = {
    repeats: args.integer('repeats') ?? 5,
    all: args.flag('all'),
    note: (text: string) => output.note(text),
  };
  const rows = [];
  // For a look the tournament will do, unless a part is asked for.
  for (const one of args.flag('quick') && part === undefined ? [] : wanted)
    rows.push(...(await one.rows(options)));
  return rows;
}

function checkPart(part: string | undefined, names: readonly string[]): void {
  if (part === undefined || names.includes(part)) return;
  const near = nearest(part, names);
  const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
  throw new InputError(`--part: unknown part '${part}'${hint}: expected ${names.join(', ')}`);
}

function sizesOf(args: Arguments) {
  const sites = args.integer('sites') ?? 30;
  if (sites < 1) throw new InputError(`--sites: expected at least 1, came ${sites}`);
  const hours = args.integer('hours') ?? 24;
  if (hours < HOURS_MIN || hours > 48) {
    throw new InputError(`--hours: expected ${HOURS_MIN} to 48, came ${hours}`);
  }
  const aps = (args.text('aps') ?? '').split(',').map((part) => {
    const count = Number(part);
    if (Number.isInteger(count) && count >= 1 && count <= APS_MAX) return count;
    throw new InputError(
      `--aps: expected numbers from 1 to ${APS_MAX}, such as 10,30; came '${part}'`,
    );
  });
  return { sites, aps, hours };
}
