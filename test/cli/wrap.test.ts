import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { moveLines } from '#cli/moves.ts';
import { textTable } from '#cli/table.ts';
import { LINE_WIDTH, wrap } from '#cli/wrap.ts';

const words = fc.array(fc.stringMatching(/^[a-z]{1,20}$/), { minLength: 1, maxLength: 60 });

test('no line is longer than the width, and no word is lost', () => {
  fc.assert(
    fc.property(words, fc.nat(40), (text, indent) => {
      const lines = wrap(text.join(' '), ' '.repeat(indent));
      assert(lines.every((line) => line.length <= LINE_WIDTH));
      assert.equal(lines.map((line) => line.trim()).join(' '), text.join(' '));
    }),
  );
});

test('a no-break space holds two words together and is written as a space', () => {
  assert.deepEqual(wrap('cut 1, jump\u00a02', '', 12), ['cut 1,', 'jump 2']);
});

test('a move shows from, to and why in lines that fit', () => {
  const to = '5 GHz channel 44 (40 MHz, 5210–5250)';
  const reason = `${to} is legal now. `.repeat(4).trim();
  const lines = moveLines('  0:17:16.1  ', { radio: 'hq/ap2/radio-2', from: null, to, reason });
  assert.equal(lines[0], '  0:17:16.1  hq/ap2/radio-2  from none');
  assert.equal(lines[1], `                             to   ${to}`);
  assert(lines.length > 3 && lines.every((line) => line.length <= LINE_WIDTH));
});

test('the last column of a table of texts is wrapped below itself', () => {
  const [first, second] = textTable([['one', 'word '.repeat(20).trim()]]);
  assert.match(first ?? '', /^one {2}word word/);
  assert.match(second ?? '', /^ {5}word/);
});
