import { regdbPin } from '#agents/regulation/regdb/pin.ts';
import {
  type Domain,
  parseRegdb,
  type Regdb,
  readPinnedRegdb,
  readRegdbBytes,
  shippedPath,
} from '#agents/regulation/regdb.ts';
import { changesBetween } from '#agents/regulation/regdb-text.ts';
import { InputError } from '#protocols/errors.ts';
import { approve } from '../audit/approve.ts';
import { check } from '../audit/check.ts';
import { replay } from '../audit/replay.ts';
import { report } from '../audit/report.ts';
import { run } from '../audit/run.ts';
import type { Command, Output } from '../command.ts';
import { fetchRegdb, installRegdb } from '../regdb-update.ts';

const regdb: Command = {
  name: 'regdb',
  summary: 'Shows the regulatory database, or takes a new one.',
  usage: '[--country CC] [--file PATH] [--update]',
  examples: [
    'airguard audit regdb',
    'airguard audit regdb --country DE',
    'airguard audit regdb --update',
  ],
  options: {
    country: { about: 'Print the rules of one country, by its two letters', value: 'CC' },
    file: {
      about: 'Read this database instead of the shipped one, whatever its hash',
      value: 'PATH',
    },
    update: { about: 'Fetch the Debian package, show what changes, replace file and pin' },
  },
  positionals: { min: 0, max: 0 },
  async run(args, output, stop) {
    const country = args.text('country');
    const file = args.text('file');
    if (args.flag('update')) {
      if (country !== undefined || file !== undefined) {
        throw new InputError('expected --update alone, came also --country or --file');
      }
      return update(output, stop);
    }
    const path = file ?? shippedPath;
    const database =
      file === undefined ? readPinnedRegdb(path, regdbPin) : parseRegdb(readRegdbBytes(path), path);
    const isPinned = database.sha256 === regdbPin.sha256;
    if (country !== undefined) {
      showCountry(domainNamed(country, database), output);
      return 'held';
    }
    const summary = summaryOf(database);
    if (output.json) {
      const origin = isPinned ? regdbPin.package : null;
      output.document({ path, package: origin, pinned: isPinned, ...summary });
      return 'held';
    }
    output.line(`file       ${path}`);
    output.line(`package    ${isPinned ? regdbPin.package : 'not the pinned one'}`);
    output.line(`format     version ${database.version}, ${database.bytes} bytes`);
    output.line(`SHA-256    ${database.sha256}${isPinned ? ', as pinned' : ''}`);
    output.line(`countries  ${summary.countries}, with ${summary.rules} rules`);
    const regions = Object.entries(summary.dfsRegions).map(([name, count]) => `${name} ${count}`);
    output.line(`DFS        ${regions.join(', ')}`);
    return 'held';
  },
};

async function update(output: Output, stop: AbortSignal): Promise<'held' | 'interrupted'> {
  const fetched = await fetchRegdb((text) => output.note(text), stop);
  if (stop.aborted) return 'interrupted';
  const before = currentOrNone();
  const changes = before === undefined ? null : changesBetween(before, fetched.regdb);
  const isSame =
    before?.sha256 === fetched.regdb.sha256 &&
    regdbPin.sha256 === fetched.regdb.sha256 &&
    regdbPin.package === fetched.package;
  if (!isSame) installRegdb(fetched, shippedPath);
  if (output.json) {
    output.document({
      package: fetched.package,
      sha256: fetched.regdb.sha256,
      bytes: fetched.regdb.bytes,
      replaced: !isSame,
      changes,
    });
    return 'held';
  }
  for (const { country, removed, added } of changes ?? []) {
    output.line(country);
    for (const line of removed) output.line(`  - ${line}`);
    for (const line of added) output.line(`  + ${line}`);
  }
  output.line(
    isSame
      ? `${fetched.package} is what is here already.`
      : `Now ${fetched.package}, SHA-256 ${fetched.regdb.sha256}; ${changes === null ? 'the file before could not be read' : `${changes.length} countries differ`}.`,
  );
  return 'held';
}

/** The file in place, if it can be read at all: an update also repairs a broken one. */
function currentOrNone(): Regdb | undefined {
  try {
    return parseRegdb(readRegdbBytes(shippedPath), shippedPath);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function summaryOf({ sha256, bytes, version, domains }: Regdb) {
  const dfsRegions = { ETSI: 0, FCC: 0, JP: 0, none: 0 };
  let rules = 0;
  for (const domain of domains.values()) {
    dfsRegions[domain.dfsRegion]++;
    rules += domain.rules.length;
  }
  return { version, bytes, sha256, countries: domains.size, rules, dfsRegions };
}

function domainNamed(country: string, { domains }: Regdb): Domain {
  const domain = domains.get(country.toUpperCase());
  if (domain !== undefined) return domain;
  throw new InputError(
    `no country '${country}' in the database: expected one of ${domains.size}, by its two letters, such as DE or US`,
  );
}

function showCountry(domain: Domain, output: Output): void {
  if (output.json) {
    output.document(domain);
    return;
  }
  output.line(`${domain.country}, DFS region ${domain.dfsRegion}`);
  const rows = domain.rules.map((rule) => [
    `${rule.startKhz / 1000} to ${rule.endKhz / 1000}`,
    `${rule.maxWidthKhz / 1000}`,
    `${rule.maxEirpDbm}`,
    [...rule.flags, ...(rule.wmm === null ? [] : ['WMM'])].join(' '),
  ]);
  const table = [['MHz', 'width MHz', 'EIRP dBm', 'restrictions'], ...rows];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...table.map((row) => (row[column] ?? '').length)),
  );
  for (const [range = '', wide = '', eirp = '', flags = ''] of table) {
    const cells = [
      range.padEnd(widths[0] ?? 0),
      wide.padStart(widths[1] ?? 0),
      eirp.padStart(widths[2] ?? 0),
      flags,
    ];
    output.line(`  ${cells.join('  ')}`.trimEnd());
  }
}

export const audit: Command = {
  name: 'audit',
  summary: 'Holds wishes and what radios did against the rules, and shows what they are made of.',
  usage: 'check|run|report|approve|regdb [options]',
  examples: [
    'airguard audit check --country DE --channel 36 --eirp 23 --indoor',
    'airguard audit run .airguard/ledger',
    'airguard audit regdb --country DE',
  ],
  options: {},
  subcommands: [check, run, report, approve, regdb, replay],
};
