import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SPELL_TILES, SPELL_US, Spell } from '#edge/detector/spell.ts';

const scores = fc.array(fc.integer({ min: -20, max: 40 }), { maxLength: 200 });
/** In steps of a quarter, which add up without rounding. */
const quarter = (step: number) => step / 4;

test('only what lies over the threshold counts, by how far, in any order', () => {
  fc.assert(
    fc.property(scores, (steps) => {
      const spell = new Spell(0);
      for (const step of steps) spell.add(quarter(step));
      const turned = new Spell(0);
      for (const step of steps.toReversed()) turned.add(quarter(step));
      const excess = spell.excessAt(SPELL_US);
      assert.equal(turned.excessAt(SPELL_US), excess);
      if (steps.length < SPELL_TILES) return assert.equal(excess, undefined);
      const over = steps.map(quarter).filter((one) => one > 1);
      assert.equal(excess, over.reduce((sum, one) => sum + one - 1, 0) / steps.length);
    }),
  );
});

test('a spell lasts ten seconds, however many tiles come', () => {
  const spell = new Spell(5);
  for (let tile = 0; tile < 3_000; tile += 1) spell.add(2);
  assert.equal(spell.excessAt(SPELL_US), undefined);
  assert.equal(spell.excessAt(SPELL_US + 5), 1);
});
