import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelFromNumber } from '#protocols/channels.ts';
import type { Address } from '#protocols/ids.ts';
import { Happenings } from '#sim/recording/happenings.ts';

const channel = (number: number) => channelFromNumber({ number, widthMhz: 20 })!;
const change = {
  changeId: 'plan-1-0',
  radio: 'hq/ap1/radio-0',
  from: channel(36),
  to: channel(44),
  reason: 'Channel 36 is full.',
  evidence: [],
  expectedBefore: 0.37,
  expectedAfter: 0.99,
};

test('a plan is told with what was expected of it, and with what became of each change', () => {
  const { happenings, event } = listen();
  event('plan.proposed', {
    planId: 'plan-1',
    baseVersion: 0,
    strategy: 'thompson',
    changes: [change],
  });
  event('change.refused', { planId: 'plan-1', change, detail: 'rule_broken: No.' });
  event('change.reverted', {
    planId: 'plan-1',
    change,
    detail: '90 % before, 40 % after',
    measuredBefore: 0.9,
    measuredAfter: 0.4,
  });

  assert.deepEqual(
    happenings.listed.map(({ name, subject, text }) => [name, subject, text]),
    [
      [
        'plan.proposed',
        'hq/cloud/coordinator',
        'plan-1 by thompson: 1 change, expected to give clients 99 % in place of 37 % of what they ask: hq/ap1/radio-0.',
      ],
      ['change.refused', 'hq/ap1/radio-0', 'plan-1: rule_broken: No.'],
      [
        'change.reverted',
        'hq/ap1/radio-0',
        'plan-1: clients got 90 % before, 40 % after, so the radio goes back.',
      ],
    ],
  );
});

test('the ledger tells of approvals, of radar and of what the auditor refused', () => {
  const { happenings, ledger } = listen();
  ledger('approval', 'rule:clear-gain approved it.', {});
  ledger('radar', 'Radar was heard at 5500 MHz.', {});
  ledger('refusal', 'radio_set_power by ap1 was refused.', { tool: 'radio_set_power' });
  ledger('refusal', 'The move was turned down.', { change });
  ledger('verdict', 'radio_set_channel keeps all rules.', {});

  assert.deepEqual(
    happenings.listed.map(({ name, text }) => [name, text]),
    [
      ['ledger.approval', 'rule:clear-gain approved it.'],
      ['ledger.radar', 'Radar was heard at 5500 MHz.'],
      ['ledger.refusal', 'radio_set_power by ap1 was refused.'],
    ],
  );
});

test('what is no event of ours is passed over', () => {
  const { happenings, event, raw } = listen();
  event('plan.proposed', { planId: 1 });
  event('channel.cleared', {});
  raw('airguard.hq.event.cloud.coordinator.plan.proposed', 'no JSON');
  raw('airguard.hq.ledger.ap1.ledger.entry', '{"kind":"radar"}');
  raw('something.else', '{}');

  assert.deepEqual(happenings.listed, []);
});

test('each fault is told in words, and those after the list is full are counted', () => {
  const { happenings } = listen();
  const fault = (payload: object) =>
    happenings.onRecord({
      tUs: 0,
      address: 'hq/world/faults' as Address,
      seq: 0,
      type: 'fault',
      payload,
      stateValue: null,
      machineHash: '',
    });
  for (const kind of ['cut', 'mended', 'crash', 'start', 'broker', 'broker.ended', 'drift.ended']) {
    fault({ kind, node: 'ap1' });
  }
  fault({ kind: 'jump', node: 'ap1', byMs: -90_000 });
  fault({ kind: 'drift', node: 'ap1', ppm: 200 });
  fault({ kind: 'noise', node: 'ap1', loss: 0.2, duplication: 0.1, reordering: 0 });
  fault({ kind: 'radar', radio: 'hq/ap1/radio-0', centerMhz: 5500, lastsUs: 60_000_000 });
  const texts = happenings.listed.map(({ text }) => text);
  assert(
    texts.every((text) => text.endsWith('.') && !/NaN|undefined/.test(text)),
    texts.join('\n'),
  );
  assert(texts.includes('The wall clock is set by -90 s.'));

  while (happenings.listed.length < 2_000) fault({ kind: 'cut', node: 'ap1' });
  fault({ kind: 'cut', node: 'ap1' });
  fault({ kind: 'cut', node: 'ap1' });

  assert.equal(happenings.listed.length, 2_000);
  assert.deepEqual(happenings.unlisted, { 'fault.cut': 2 });
});

/** Happenings, and what puts events and entries of the ledger before them. */
function listen() {
  const happenings = new Happenings(() => 0);
  const raw = (subject: string, text: string) =>
    happenings.listener.appended?.('cloud', subject, 'id', Buffer.from(text));
  return {
    happenings,
    raw,
    event: (name: string, data: unknown) =>
      raw(`airguard.hq.event.cloud.coordinator.${name}`, JSON.stringify({ data })),
    ledger: (kind: string, reason: string, body: object) =>
      raw(
        'airguard.hq.ledger.ap1.ledger.entry',
        JSON.stringify({
          version: 1,
          writer: 'ap1',
          index: 0,
          previous: '0'.repeat(64),
          at: 1_772_438_400_000,
          kind,
          subject: 'hq/ap1/radio-0',
          reason,
          body,
          signature: 'x',
        }),
      ),
  };
}
