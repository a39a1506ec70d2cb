import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cardText } from '#cli/train/classes/card.ts';
import { makeClasses } from '#cli/train/classes/made.ts';
import { shippedModel } from '#edge/detector/classes/model.ts';

test('the shipped model of the classes is what the command makes, bit for bit', async () => {
  const { text, card } = await makeClasses(1, 1, async () => {});
  const shipped = (name: string) => readFileSync(new URL(name, shippedModel), 'utf8');
  assert.equal(text, shipped('classes.json'));
  assert.equal(`${JSON.stringify(card, null, 2)}\n`, shipped('classes.card.json'));
  assert.equal(cardText(card), shipped('classes.card.md'));
});
