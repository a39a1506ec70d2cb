import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observed } from '#agents/conduct/observed.ts';
import { reportOf } from '#agents/conduct/report.ts';
import { observedInEvent } from '#agents/conduct/sources/events.ts';
import { observedInLedger } from '#agents/conduct/sources/ledger.ts';
import { encodeEnvelope, eventSubject } from '#agents/host/event-codec.ts';
import { signerFromSeed } from '#agents/keys/ed25519.ts';
import { LedgerWriter } from '#agents/ledger/chain.ts';
import { Pseudonyms } from '#agents/ledger/pseudonym.ts';
import { Address } from '#protocols/ids.ts';
import type { LedgerNote } from '#protocols/ledger.ts';
import { channelAt, radioState } from '../regulation/radio-state.ts';

const radio = Address.parse('hq/ap1/radio-0');
const start = 1_760_000_000_000;
const place = { country: 'DE', indoor: true, eirpDbm: 12 };

test('a ledger tells of radar how long the radio went on, and of a move what it had kept silent', () => {
  const report = reportOf(
    observedInLedger(
      chain('ap1', [
        [0, moved(channelAt(5500, 20), 60_000)],
        [5_000, radar()],
        [5_250, silent],
        [70_000, moved(channelAt(5540, 20), 60_000)],
      ]),
    ),
    {},
  );
  assert.deepEqual(report.stretches, []);
  assert.deepEqual(
    report.radar.map(({ sentForMs, closedUntilMs }) => [sentForMs, closedUntilMs]),
    [[250, start + 5_000 + 1_800_000]],
  );
  assert.deepEqual(
    report.moves.map(({ listenedMs, verdictId }) => [listenedMs, verdictId]),
    [
      [60_000, 'ap1/x'],
      [60_000, 'ap1/x'],
    ],
  );
});

test('a ledger shows a silence that was too short, a channel used too early, and a late end', () => {
  const rules = (notes: readonly (readonly [number, LedgerNote])[]) =>
    reportOf(observedInLedger(chain('ap1', notes)), {}).stretches.map(({ rule }) => rule);
  assert.deepEqual(rules([[0, moved(channelAt(5500, 20), 30_000)]]), ['clearing-before-use']);
  assert.deepEqual(
    rules([
      [0, moved(channelAt(5500, 20), 60_000)],
      [1_000, radar()],
      [3_000, silent],
    ]),
    ['closing-time'],
  );
  assert.deepEqual(
    rules([
      [0, moved(channelAt(5500, 20), 60_000)],
      [1_000, radar()],
      [1_100, silent],
      [600_000, moved(channelAt(5500, 20), 60_000)],
    ]),
    ['non-occupancy'],
  );
  const loud = {
    ...moved(channelAt(5180, 20), 0),
    body: { ...moved(channelAt(5180, 20), 0).body, eirpDbm: 30 },
  };
  assert.deepEqual(rules([[0, loud]]), ['power']);
});

test('radar before a radio was ever on a channel closes what its node says', () => {
  const early: LedgerNote = {
    kind: 'radar',
    subject: radio,
    reason: 'Radar was heard.',
    body: {
      radar: { centerMhz: 5540, widthMhz: 1 },
      closure: { centerMhz: 5550, widthMhz: 40 },
      ...place,
    },
  };
  const again = moved(channelAt(5560, 20), 60_000);
  const report = reportOf(
    observedInLedger(
      chain('ap1', [
        [0, early],
        [50, silent],
        [120_000, again],
      ]),
    ),
    {},
  );
  assert.deepEqual(
    report.radar.map(({ sentForMs, usedAgainMs }) => [sentForMs, usedAgainMs]),
    [[0, start + 120_000]],
  );
  assert.deepEqual(
    report.stretches.map(({ rule }) => rule),
    ['non-occupancy'],
  );
});

test('what is no entry is passed over, and chains are put in order by time', () => {
  const entries = [
    ...chain('ap1', [[2_000, moved(channelAt(5180, 20), 0)]]),
    'not an entry',
    ...chain('ap2', [[1_000, moved(channelAt(5200, 20), 0)]]),
  ];
  const times = [...observedInLedger(entries)].map(({ atUs }) => atUs);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});

test('events of radios are read as they come over the bus; others show nothing', () => {
  const of = (name: string, data: object): Observed | undefined =>
    observedInEvent(
      eventSubject('event', radio, name),
      encodeEnvelope('event', {
        id: `${radio}#1`,
        type: name,
        source: radio,
        atMs: start,
        seq: 0,
        data,
      }),
    );
  const state = radioState();
  assert.deepEqual(of('state.changed', state), {
    kind: 'state',
    atUs: start * 1_000,
    radio,
    state,
  });
  const heard = { channel: null, centerMhz: 5500, widthMhz: 1 };
  assert.equal(of('radar.detected', heard)?.kind, 'radar');
  const to = channelAt(5500, 20);
  const change = { from: null, to, silentMs: 0, cause: 'call', reason: '' };
  assert.equal(of('channel.changed', change)?.kind, 'moved');
  assert.equal(of('interferer.gone', { lowMhz: 1, highMhz: 2 }), undefined);
  assert.equal(of('state.changed', { ...state, eirpDbm: 'loud' }), undefined);
});

function chain(node: string, notes: readonly (readonly [number, LedgerNote])[]): unknown[] {
  const writer = new LedgerWriter({
    writer: node,
    signer: signerFromSeed(node, new Uint8Array(32).fill(1)),
    pseudonyms: new Pseudonyms(new Uint8Array(32)),
  });
  return notes.map(([afterMs, note]) => writer.append(note, start + afterMs));
}

function moved(to: ReturnType<typeof channelAt>, silentMs: number) {
  return {
    kind: 'actuation' as const,
    subject: radio,
    reason: 'Asked by coordinator.',
    body: { from: null, to, cause: 'call', silentMs, verdictId: 'ap1/x', ...place },
  };
}

function radar(): LedgerNote {
  const body = { radar: { centerMhz: 5500, widthMhz: 1 } };
  return { kind: 'radar', subject: radio, reason: 'Radar was heard.', body };
}

const silent: LedgerNote = {
  kind: 'actuation',
  subject: radio,
  reason: 'The radio is silent.',
  body: { silent: true },
};
