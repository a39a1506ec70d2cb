import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shippedRegdb } from '#agents/regulation/regdb.ts';
import { parseArguments } from '#cli/arguments.ts';
import { check } from '#cli/audit/check.ts';
import type { Output } from '#cli/command.ts';
import { InputError } from '#protocols/errors.ts';

interface Document {
  readonly allowed: boolean;
  readonly verdicts: readonly { rule: string; clause: string; holds: boolean; text: string }[];
  readonly dfs: { readonly clearMs: number; readonly nonOccupancyMs: number } | null;
}

async function answer(...args: string[]): Promise<Document> {
  let document: unknown;
  const output: Partial<Output> = { json: true, document: (value) => (document = value) };
  const parsed = parseArguments(check, ['airguard', 'audit', 'check'], args);
  const exit = await check.run!(parsed, output as Output, new AbortController().signal);
  assert.equal(exit, 'held');
  return document as Document;
}

const broken = ({ verdicts }: Document) =>
  verdicts.filter(({ holds }) => !holds).map(({ rule }) => rule);

test('a channel across the weather radars of Europe is allowed indoors, after ten minutes of listening', async () => {
  const wish = ['--country', 'DE', '--channel', '100', '--width', '160', '--eirp', '23'];
  const { allowed, dfs } = await answer(...wish, '--indoor');
  assert.equal(allowed, true);
  assert.deepEqual(dfs, { clearMs: 600_000, nonOccupancyMs: 1_800_000 });
});

test('what is broken is named with its clause', async () => {
  const outdoors = await answer(
    '--country',
    'DE',
    '--channel',
    '36',
    '--width',
    '80',
    '--eirp',
    '30',
  );
  assert.equal(outdoors.allowed, false);
  assert.deepEqual(broken(outdoors), ['indoor-only', 'power']);
  assert(outdoors.verdicts.every(({ clause, text }) => clause !== '' && text !== ''));
  assert.deepEqual(broken(await answer('--country', 'ZZ', '--channel', '1')), ['country-set']);
});

test('every country of the database is answered', async () => {
  for (const country of shippedRegdb().domains.keys()) {
    const { allowed, verdicts } = await answer('--country', country, '--channel', '36');
    assert.equal(
      allowed,
      verdicts.every(({ holds }) => holds),
      country,
    );
  }
});

test('a wish that is none is refused', async () => {
  for (const [args, message] of [
    [['--channel', '36'], /--country: expected two letters/],
    [['--country', 'DE'], /--channel: expected its number/],
    [
      ['--country', 'DE', '--channel', '35', '--band', '5'],
      /--channel: expected a channel of IEEE 802\.11 with 20 MHz, came 35 in 5 GHz/,
    ],
    [['--country', 'DE', '--channel', '36', '--width', '30'], /--width: expected 20/],
    [['--country', 'DE', '--channel', '36', '--eirp', 'much'], /--eirp: expected dBm/],
  ] as const) {
    await assert.rejects(
      answer(...args),
      (error) => error instanceof InputError && message.test(error.message),
    );
  }
});
