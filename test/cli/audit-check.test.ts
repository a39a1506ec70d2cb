import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { shippedRegdb } from '#agents/regulation/regdb.ts';
import { parseArguments } from '#cli/arguments.ts';
import { answerFor, check } from '#cli/audit/check.ts';
import type { Output } from '#cli/command.ts';
import { allChannels, type Channel, WidthMhz } from '#protocols/channels.ts';
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

test('every country is answered for every channel and width, as the list of legal channels has it', async () => {
  for (const [country, domain] of shippedRegdb().domains) {
    const legal = new Map(
      [false, true].map((indoor) => [
        indoor,
        new Set(legalChannels(anyRadio(country, indoor)).map(({ channel }) => blockOf(channel))),
      ]),
    );
    for (const channel of everyChannel) {
      for (const indoor of [false, true]) {
        const verdicts = answerFor({ country, channel, eirpDbm: 10, indoor });
        const allowed = verdicts.every(({ holds }) => holds);
        // Each rule says where it stands, and what holds or is broken.
        assert(
          verdicts.every(({ rule, clause, text }) => rule !== '' && clause !== '' && text !== ''),
        );
        const where = `${domain.country} ${blockOf(channel)} ${indoor}`;
        assert.equal(legal.get(indoor)?.has(blockOf(channel)), allowed, where);
      }
    }
  }
});

test('published examples: the United States and Germany, as wireless-regdb writes them', async () => {
  // (5170 - 5250 @ 80), (23), AUTO-BW; (5250 - 5350 @ 80), (24), DFS, AUTO-BW; (5730 - 5850 @ 80), (30), AUTO-BW;
  // (5150 - 5250 @ 80), (200 mW), NO-OUTDOOR, AUTO-BW; (5250 - 5350 @ 80), (100 mW), NO-OUTDOOR, DFS, AUTO-BW;
  // (5470 - 5725 @ 160), (500 mW), DFS; (5725 - 5875 @ 80), (25 mW); (5945 - 6425 @ 320), (23), NO-OUTDOOR.
  for (const [wish, expected] of [
    ['US 36 80 23', []],
    ['US 36 80 24', ['power']],
    ['US 36 160 23', []],
    ['US 149 80 30', []],
    ['US 165 20 30', []],
    ['US 173 20 27 indoor', ['no-ir']],
    ['US 12 20 20', ['in-domain']],
    ['DE 13 20 20', []],
    ['DE 13 20 21', ['power']],
    ['DE 36 160 20 indoor', []],
    ['DE 36 160 23 indoor', ['power', 'power-without-tpc']],
    ['DE 52 80 20', ['indoor-only']],
    ['DE 100 160 26.98', []],
    ['DE 149 80 13.97', []],
    ['DE 149 80 14', ['power']],
    ['BR 100 160 20', []],
  ] as const) {
    const [country = '', number = '', width = '', eirp = '', indoor] = wish.split(' ');
    const asked = ['--country', country, '--channel', number, '--width', width, '--eirp', eirp];
    const document = await answer(...asked, ...(indoor === undefined ? [] : ['--indoor']));
    assert.deepEqual(broken(document), [...expected], wish);
  }
});

test('channel access and clearing from another channel are asked for by their options', async () => {
  const wish = ['--country', 'DE', '--channel', '100', '--indoor'];
  const strict = '3/7/2/2,7/15/2/4,15/63/3/6,15/1023/7/6';
  assert.deepEqual(broken(await answer(...wish, '--edca', strict)), []);
  assert.deepEqual(broken(await answer(...wish, '--edca', strict.replace('2/2', '2/9'))), ['wmm']);
  assert.deepEqual(broken(await answer(...wish, '--cleared-elsewhere', '6m')), []);
  assert.deepEqual(broken(await answer(...wish, '--cleared-elsewhere', '1m')), [
    'off-channel-clearing',
  ]);
});

const everyChannel = (['2.4', '5', '6'] as const)
  .flatMap((band) => [...WidthMhz.values].flatMap((width) => [...allChannels(band, width)]))
  .filter(({ primaryMhz, centerMhz, widthMhz }) => primaryMhz === centerMhz - widthMhz / 2 + 10);

const blockOf = ({ band, centerMhz, widthMhz }: Channel) => `${band} ${centerMhz}/${widthMhz}`;

/** One that could do anything. */
function anyRadio(country: string, indoor: boolean) {
  return {
    country,
    indoor,
    antennaGainDbi: 0,
    bands: ['2.4', '5', '6'],
    maxWidthMhz: 320,
    minEirpDbm: 10,
    maxEirpDbm: 10,
    eirpDbm: 10,
  };
}

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
