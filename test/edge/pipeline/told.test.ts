import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Told } from '#edge/pipeline/told.ts';

test('an interferer is told once, by whoever hears it first, until neither hears it', () => {
  const told = new Told();
  assert(told.note('radio-0', 'microwave', 'classes'));
  assert(!told.note('radio-0', 'microwave', 'findings'));
  told.gone('radio-0', 'microwave', 'classes');
  assert(!told.note('radio-0', 'microwave', 'classes'), 'the finding still stands');
  told.gone('radio-0', 'microwave', 'classes');
  told.gone('radio-0', 'microwave', 'findings');
  assert(told.note('radio-0', 'microwave', 'findings'));
});

test('radios and classes are told each on their own', () => {
  const told = new Told();
  assert(told.note('radio-0', 'microwave', 'classes'));
  assert(told.note('radio-1', 'microwave', 'classes'));
  assert(told.note('radio-0', 'zigbee', 'findings'));
});
