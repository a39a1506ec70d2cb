import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SPELL_TILES, SPELL_US, Spell } from '#edge/detector/spell.ts';

const flags = fc.array(fc.boolean(), { maxLength: 200 });

test('a spell tells the share of its tiles that were flagged, in any order', () => {
  fc.assert(
    fc.property(flags, (all) => {
      const spell = new Spell(0);
      for (const flag of all) spell.add(flag);
      const share = spell.shareAt(SPELL_US);
      if (all.length < SPELL_TILES) assert.equal(share, undefined);
      else assert.equal(share, all.filter((flag) => flag).length / all.length);
    }),
  );
});

test('a spell lasts ten seconds, however many tiles come', () => {
  const spell = new Spell(5);
  for (let tile = 0; tile < 3_000; tile += 1) spell.add(true);
  assert.equal(spell.shareAt(SPELL_US), undefined);
  assert.equal(spell.shareAt(SPELL_US + 5), 1);
});
