import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { parseArguments } from '#cli/arguments.ts';
import { replay } from '#cli/audit/replay.ts';
import type { Output } from '#cli/command.ts';
import { measuredSite } from '#cloud/coordinator/measured-site.ts';
import { hashOfRecord, replay as makeAgain, recordOf } from '#cloud/coordinator/record.ts';
import { usualRounds } from '#cloud/coordinator/search/rounds.ts';
import { InputError } from '#protocols/errors.ts';
import { usualPolicy } from '#protocols/site-policy.ts';
import { channel36, pictureOf, type Told } from '../cloud/coordinator/told.ts';

const folder = fs.mkdtempSync(join(tmpdir(), 'airguard-replay-'));
after(() => fs.rmSync(folder, { recursive: true }));

test('a record gives its decision again, from what the tool told alone', async () => {
  const record = crowdedRecord();
  const decision = makeAgain(record);
  assert(decision.kind === 'move');
  const told = { planId: 'plan-1', recordHash: hashOfRecord(record), record, tries: null };
  for (const written of [told, { ok: true, value: told }]) {
    const [exit, document] = await run(written);
    assert.equal(exit, 'held');
    assert.deepEqual(
      document.settings,
      JSON.parse(JSON.stringify(decision.best.candidate.settings)),
    );
  }
  const [exit, document] = await run(told, '--hash', 'f'.repeat(64));
  assert.equal(exit, 'invariantBroke');
  assert.equal(document.isIt, false);
});

test('a record that was changed, or is none, is refused in one line', async () => {
  const record = crowdedRecord();
  const told = { planId: 'plan-1', recordHash: hashOfRecord(record), record, tries: null };
  const changed = { ...told, record: { ...record, seed: record.seed + 1 } };
  await assert.rejects(run(changed), refusal(/it was changed since/));
  await assert.rejects(run({ plan: 1 }), refusal(/coordinator_get_record/));
});

const refusal = (message: RegExp) => (error: unknown) =>
  error instanceof InputError && message.test(error.message) && !error.message.includes('\n');

async function run(written: unknown, ...args: string[]) {
  const file = join(folder, 'record.json');
  fs.writeFileSync(file, JSON.stringify(written));
  let document: unknown;
  const output: Partial<Output> = { json: true, document: (value) => (document = value) };
  const parsed = parseArguments(replay, ['airguard', 'audit', 'replay'], [file, ...args]);
  const exit = await replay.run!(parsed, output as Output, new AbortController().signal);
  return [exit, document as { settings: unknown; isIt: boolean }] as const;
}

/** Two radios in one another's way, decided by the model alone. */
function crowdedRecord() {
  const nowMs = Date.UTC(2026, 0, 5, 12);
  const radio = (own: string, other: string): Told => ({
    radio: own,
    channel: channel36,
    busy: 0.95,
    clients: [{ id: `${own}-c`, rssiDbm: -50, offeredMbps: 200, throughputMbps: 20 }],
    neighbours: [{ id: other, channel: channel36, rssiDbm: -55, load: 0.5, managed: true }],
  });
  const picture = pictureOf([radio('hq/a/r', 'hq/b/r'), radio('hq/b/r', 'hq/a/r')], nowMs);
  const site = measuredSite({ picture, policy: usualPolicy, radios: null, legalChannels });
  return recordOf(site, 7, { ...usualRounds, rounds: 0 });
}
