/** What radios did in a simulation, audited by its trace alone. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseArguments } from '#cli/arguments.ts';
import { report } from '#cli/audit/report.ts';
import { run } from '#cli/audit/run.ts';
import type { Command, Output } from '#cli/command.ts';
import { runSite } from '#cli/sim/site.ts';
import { AuditReport } from '#protocols/audit-report.ts';
import { InputError } from '#protocols/errors.ts';
import { loadScenario } from '#sim/scenario-files.ts';

const folder = fs.mkdtempSync(join(tmpdir(), 'airguard-audit-'));
after(() => fs.rmSync(folder, { recursive: true }));

const good = await traceOf('good', undefined);

interface Ran {
  readonly held: boolean;
  readonly radios: readonly string[];
  readonly stretches: readonly { rule: string; who: string; clause: string; what: string }[];
}

test('radios as they are keep every rule', async () => {
  const { exit, document } = await call<Ran>(run, good);
  assert.equal(exit, 'held');
  assert.equal(document.held, true);
  assert.equal(document.radios.length, 8);
});

test('radios that do not report radar are found, with clause and radio', async () => {
  const { exit, document } = await call<Ran>(run, await traceOf('bad', 'ignore-radar'));
  assert.equal(exit, 'invariantBroke');
  assert(document.stretches.length > 0);
  for (const { rule, who, clause } of document.stretches) {
    assert.equal(rule, 'channel-move');
    assert.match(who, /^harbour\/n\d\/radio-\d$/);
    assert.match(clause, /^47 CFR/);
  }
});

test('the operator’s policy is held against what was done', async () => {
  const policy = join(folder, 'policy.yaml');
  fs.writeFileSync(policy, 'version: 1\nname: quiet\npower:\n  - { band: "5", maxEirpDbm: 19 }\n');
  const { exit, document } = await call<Ran>(run, good, '--policy', policy);
  assert.equal(exit, 'invariantBroke');
  assert.deepEqual([...new Set(document.stretches.map(({ rule }) => rule))], ['operator-power']);
});

test('a report is the same bytes each time, as CSV and as PDF, and JSON of the published form', async () => {
  const write = async (name: string) => {
    const [csv, pdf] = [join(folder, `${name}.csv`), join(folder, `${name}.pdf`)];
    const { document } = await call<AuditReport>(report, good, '--csv', csv, '--pdf', pdf);
    return { document, csv: fs.readFileSync(csv, 'utf8'), pdf: fs.readFileSync(pdf) };
  };
  const [one, other] = [await write('one'), await write('other')];
  assert.deepEqual(AuditReport.parse(one.document), one.document);
  assert.equal(one.csv, other.csv);
  assert(one.pdf.equals(other.pdf));
  assert.equal(one.pdf.subarray(0, 5).toString('latin1'), '%PDF-');
  assert(one.document.radar.length > 0);
  for (const { sentForMs, closingMs } of one.document.radar) {
    assert(sentForMs !== null && sentForMs <= closingMs);
  }
  assert.match(one.csv, /^Outside a rule\r\nfrom,for,who,rule,what,clause\r\n\r\nRadar\r\n/);
});

test('what is no record, or no span, is refused in one line', async () => {
  const empty = join(folder, 'empty');
  fs.writeFileSync(empty, '');
  for (const [args, message] of [
    [[join(folder, 'nowhere')], /expected a folder with a ledger, an exported ledger or a trace/],
    [[empty], /expected a trace of version 1/],
    [[], /expected a record to read, or --live/],
    [[good, '--country', 'ZZ'], /--country: expected one of the regulatory database/],
  ] as const) {
    await assert.rejects(
      call(run, ...args),
      (error) => error instanceof InputError && message.test(error.message),
    );
  }
  await assert.rejects(call(report, good, '--from', 'june'), /--from: expected a day/);
  const backwards = ['--from', '2026-06-02', '--to', '2026-06-01'];
  await assert.rejects(call(report, good, ...backwards), /--to: expected an instant after/);
});

async function traceOf(name: string, plant: string | undefined): Promise<string> {
  const path = join(folder, `${name}.trace`);
  await runSite(
    {
      scenario: loadScenario('radar'),
      seed: 3,
      durationUs: 600_000_000,
      sizes: { nodes: undefined, radios: undefined, strategy: undefined },
      passivateAfterMs: null,
      fidelity: 'fluid',
      plant,
      record: false,
      trace: { path, scenario: 'radar' },
    },
    {},
  );
  return path;
}

async function call<Document>(command: Command, ...args: string[]) {
  let document: unknown;
  const output: Partial<Output> = {
    json: true,
    document: (value) => (document = value),
    progress: () => undefined,
  };
  const parsed = parseArguments(command, ['airguard', 'audit', command.name], args);
  const exit = await command.run!(parsed, output as Output, new AbortController().signal);
  return { exit, document: JSON.parse(JSON.stringify(document)) as Document };
}
