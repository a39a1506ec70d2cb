/** The figures are those of the edition wireless-regdb 2026.05.30; an update changes them knowingly. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { regdbPin } from '#agents/regulation/regdb/pin.ts';
import {
  domainOf,
  parseRegdb,
  readPinnedRegdb,
  shippedPath,
  shippedRegdb,
} from '#agents/regulation/regdb.ts';
import { changesBetween, describeRule } from '#agents/regulation/regdb-text.ts';
import { InputError } from '#protocols/errors.ts';

const bytes = fs.readFileSync(shippedPath);

test('the shipped database is the pinned one of 6380 bytes', () => {
  assert.equal(bytes.length, 6380);
  assert.equal(createHash('sha256').update(bytes).digest('hex'), regdbPin.sha256);
  assert.equal(regdbPin.bytes, bytes.length);
});

test('it holds 182 countries with 1013 rules: ETSI 106, FCC 59, JP 9, none 8', () => {
  const domains = [...shippedRegdb().domains.values()];
  const regions = Object.groupBy(domains, ({ dfsRegion }) => dfsRegion);

  assert.equal(domains.length, 182);
  assert.equal(
    domains.reduce((sum, { rules }) => sum + rules.length, 0),
    1013,
  );
  assert.deepEqual(
    [regions.ETSI, regions.FCC, regions.JP, regions.none].map((list) => list?.length),
    [106, 59, 9, 8],
  );
});

test('Germany reads as published', () => {
  const domain = domainOf('DE');
  assert.equal(domain?.dfsRegion, 'ETSI');
  assert.deepEqual(domain.rules.map(describeRule), [
    '(2400 - 2483.5 @ 40), (20 dBm)',
    '(5150 - 5250 @ 80), (23.01 dBm), NO-OUTDOOR, AUTO-BW, WMM',
    '(5250 - 5350 @ 80), (20 dBm), NO-OUTDOOR, DFS, AUTO-BW, WMM',
    '(5470 - 5725 @ 160), (26.98 dBm), DFS, WMM',
    '(5725 - 5875 @ 80), (13.97 dBm)',
    '(5945 - 6425 @ 320), (23 dBm), NO-OUTDOOR, WMM',
    '(57000 - 66000 @ 2160), (40 dBm)',
  ]);
});

test('the United States read as published', () => {
  const domain = domainOf('US');
  assert.equal(domain?.dfsRegion, 'FCC');
  assert.deepEqual(domain.rules.map(describeRule), [
    '(902 - 904 @ 2), (30 dBm)',
    '(904 - 920 @ 16), (30 dBm)',
    '(920 - 928 @ 8), (30 dBm)',
    '(2400 - 2472 @ 40), (30 dBm)',
    '(5150 - 5250 @ 80), (23 dBm), AUTO-BW',
    '(5250 - 5350 @ 80), (24 dBm), DFS, AUTO-BW',
    '(5470 - 5730 @ 160), (24 dBm), DFS',
    '(5730 - 5850 @ 80), (30 dBm), AUTO-BW',
    '(5850 - 5895 @ 40), (27 dBm), NO-OUTDOOR, NO-IR, AUTO-BW',
    '(5925 - 7125 @ 320), (12 dBm), NO-OUTDOOR, NO-IR',
    '(57240 - 71000 @ 2160), (40 dBm)',
  ]);
});

test('ETSI access parameters are those of EN 301 893: best effort may hold the channel 6 ms', () => {
  const wmm = domainOf('DE')?.rules[1]?.wmm;
  assert.deepEqual(
    wmm?.accessPoint.map(({ channelOccupancyMs }) => channelOccupancyMs),
    [2, 4, 6, 6],
  );
});

test('no rule of this edition states a clearing time', () => {
  const rules = [...shippedRegdb().domains.values()].flatMap((domain) => domain.rules);
  assert.deepEqual(
    rules.filter(({ clearingMs }) => clearingMs !== null),
    [],
  );
});

test('a database cut at any byte is refused in one line, or holds the same rules', () => {
  const whole = shippedRegdb();
  for (let length = 0; length < bytes.length; length++) {
    const database = parseOrRefuse(bytes.subarray(0, length));
    if (database !== undefined) assert.deepEqual(changesBetween(whole, database), []);
  }
});

test('an altered byte never crashes the parser', () => {
  const place = fc.nat(bytes.length - 1);
  fc.assert(
    fc.property(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 8 }), (edits) => {
      const altered = Uint8Array.from(bytes);
      for (const [at, value] of edits) altered[at] = value;
      parseOrRefuse(altered);
    }),
    { numRuns: 300 },
  );
});

test('only the pinned file is used: cut, altered and missing ones are refused in one line', () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'airguard-regdb-test-'));
  try {
    const altered = Uint8Array.from(bytes);
    altered[3000] = (altered[3000] ?? 0) ^ 1;
    for (const [name, content] of [
      ['cut.db', bytes.subarray(0, 6000)],
      ['altered.db', altered],
    ] as const) {
      const path = join(folder, name);
      fs.writeFileSync(path, content);
      const line = refusal(() => readPinnedRegdb(path, regdbPin));
      assert.match(line, /expected 6380 bytes with SHA-256 2fb33ca0074db573/);
      assert.match(line, new RegExp(`came ${content.length} bytes`));
    }
    assert.match(
      refusal(() => readPinnedRegdb(join(folder, 'gone.db'), regdbPin)),
      /cannot be read/,
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('other formats and unknown flags are refused with what was expected and came', () => {
  const refused = (edit: (view: DataView) => void) => {
    const altered = Uint8Array.from(bytes);
    edit(new DataView(altered.buffer));
    return refusal(() => parseRegdb(altered));
  };
  assert.match(
    refused((view) => view.setUint32(0, 0x52474243)),
    /expected the magic number RGDB \(52474442\) at byte 0, came 52474243/,
  );
  assert.match(
    refused((view) => view.setUint32(4, 21)),
    /expected version 20 at byte 4, came version 21/,
  );
  assert.match(
    refused((view) => {
      const rulesAt = view.getUint16(10) * 4;
      view.setUint8(view.getUint16(rulesAt + 4) * 4 + 1, 0x80);
    }),
    /expected flags within 1f at byte \d+, came 80/,
  );
});

/** Parses, or checks that it was refused in one line. */
function parseOrRefuse(content: Uint8Array) {
  try {
    return parseRegdb(content);
  } catch (error) {
    assert(error instanceof InputError, String(error));
    assert(!error.message.includes('\n'));
    return undefined;
  }
}

function refusal(action: () => unknown): string {
  let message = '';
  assert.throws(action, (error) => {
    assert(error instanceof InputError, String(error));
    assert.equal(error.exitCode, 'refused');
    message = error.message;
    return !message.includes('\n');
  });
  return message;
}
