import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { formatTables } from '#protocols/format-tables.ts';

const formats = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8');

for (const [marker, table] of Object.entries(formatTables())) {
  test(`docs/formats.md shows the ${marker} as they are`, () => {
    const opening = `<!-- generated: ${marker} -->\n`;
    const [, after] = formats.split(opening);
    assert.equal(after?.split('\n<!-- /generated -->')[0], table);
  });
}
