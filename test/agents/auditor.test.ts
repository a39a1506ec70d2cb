import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyActorRef, createActor } from 'xstate';
import { auditorBody, auditorPorts } from '#agents/auditor.ts';
import type { Memory, Place, ToolHandler } from '#agents/body.ts';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { LedgerWriter } from '#agents/ledger/chain.ts';
import { Pseudonyms } from '#agents/ledger/pseudonym.ts';
import { LedgerTail } from '#agents/ledger/tail.ts';
import { createGate } from '#agents/regulation/gate.ts';
import { shippedRegdb } from '#agents/regulation/regdb.ts';
import { type AuditorPublished, auditorMachine, type ChainHead } from '#machines/auditor.ts';
import type { HostEffect } from '#machines/effects.ts';
import { port } from '#machines/port.ts';
import type { Outcome } from '#protocols/errors.ts';
import { nodeHeartbeat } from '#protocols/events/edge-node.ts';
import { channelChanged, stateChanged } from '#protocols/events/radio.ts';
import { Address } from '#protocols/ids.ts';
import { Policy, policyHash } from '#protocols/policy.ts';
import type { Verdict } from '#protocols/verdict.ts';
import { channelAt, radioState } from './regulation/radio-state.ts';

const signer = signerFromSeed('auditor', new Uint8Array(32).fill(1));
const nodeSigner = signerFromSeed('ap12', new Uint8Array(32).fill(2));
const radio = 'hq/ap12/radio-0';
const asking = {
  target: radio,
  tool: 'radio_set_channel',
  arguments: channelAt(5500, 20),
  idempotencyKey: 'plan-1-0',
};

test('gives a verdict that the edge accepts, and notes it in the ledger', () => {
  const auditor = startAuditor();
  auditor.hearState(radioState());

  const outcome = auditor.call('auditor_check', 'coordinator', asking);
  assert(outcome.ok);
  const { verdict } = outcome.value as { verdict: Verdict };
  const gate = createGate({
    keyring: keyringOf({ auditor: signer.publicKey }),
    selfSigner: nodeSigner,
  });
  const admitted = gate.admitActuation({
    ...asking,
    target: Address.parse(radio),
    caller: 'coordinator',
    nowMs: auditor.nowMs,
    verdict,
    state: radioState(),
  });
  assert.equal(admitted.ok, true);
  assert.deepEqual(
    auditor.noted().map(({ kind, subject }) => [kind, subject]),
    [['verdict', radio]],
  );
});

test('refuses with the rule that breaks, and counts refusals by it', () => {
  const auditor = startAuditor();
  auditor.hearState(radioState({ pinned: true }));

  const outcome = auditor.call('auditor_check', 'coordinator', asking);
  assert(!outcome.ok);
  assert.equal(outcome.error.code, 'rule_broken');
  assert.match(outcome.error.hint, /rule pinned/);
  const report = auditor.call('auditor_report', 'operator', {});
  assert(report.ok);
  const { verdicts, refused, chains } = report.value as Record<string, unknown>;
  assert.deepEqual(
    { verdicts, refused, chains },
    { verdicts: 0, refused: { pinned: 1 }, chains: [] },
  );
  assert.equal(auditor.noted()[0]?.kind, 'refusal');
});

test('an unknown radio, an unpermitted caller and a borrowed name are refused', () => {
  const auditor = startAuditor();
  const code = (caller: string, extra: object = {}) => {
    const outcome = auditor.call('auditor_check', caller, { ...asking, ...extra });
    return outcome.ok ? 'ok' : outcome.error.code;
  };
  assert.equal(code('coordinator'), 'unknown_radio');
  auditor.hearState(radioState());
  assert.equal(code('ap13'), 'not_granted');
  assert.equal(code('coordinator', { onBehalfOf: 'operator' }), 'not_granted');
  assert.equal(code('operator', { onBehalfOf: 'coordinator' }), 'ok');
  assert.equal(code('ap12'), 'ok');
});

test('keeps the newest state of a radio when events overtake each other', () => {
  const auditor = startAuditor();
  auditor.hearState(radioState({ stateVersion: 9, pinned: true }), 2_000);
  auditor.hearState(radioState({ stateVersion: 8 }), 1_000);
  assert.equal(auditor.call('auditor_check', 'coordinator', asking).ok, false);
  // A node that lost its store counts from 0 again.
  auditor.hearState(radioState({ stateVersion: 1 }), 3_000);
  assert.equal(auditor.call('auditor_check', 'coordinator', asking).ok, true);
});

test('a chain that shrinks or changes its end between heartbeats no longer holds', () => {
  const auditor = startAuditor();
  const holds = () => {
    const report = auditor.call('auditor_report', 'operator', {});
    assert(report.ok);
    return (report.value as { chains: { holds: boolean }[] }).chains.map((chain) => chain.holds);
  };
  auditor.hearHeartbeat('ap12', 5, 'a', 1_000);
  auditor.hearHeartbeat('ap12', 4, 'b', 500);
  assert.deepEqual(holds(), [true]);
  auditor.hearHeartbeat('ap12', 4, 'b', 2_000);
  assert.deepEqual(holds(), [false]);
  auditor.hearHeartbeat('ap12', 9, 'c', 3_000);
  assert.deepEqual(holds(), [false]);
  auditor.hearHeartbeat('ap13', 5, 'a', 1_000);
  auditor.hearHeartbeat('ap13', 5, 'z', 2_000);
  assert.deepEqual(holds(), [false, false]);
});

test('explains one rule or all, limits included', () => {
  const auditor = startAuditor();
  const explain = (rule?: string) => auditor.call('auditor_explain_rule', 'operator', { rule });
  const one = explain('etsi-clearing-weather');
  assert(one.ok);
  assert.match(JSON.stringify(one.value), /5600 to 5650 MHz is listened to for ten minutes/);
  const none = explain('no-such-rule');
  assert.equal(!none.ok && none.error.code, 'unknown_rule');
});

test('a policy set by an approved call is held from then on, and named in the verdict', () => {
  const auditor = startAuditor();
  auditor.hearState(radioState());
  const policy = Policy.parse({
    version: 1,
    name: 'head office',
    channels: [{ band: '5', numbers: [36, 100], maxWidthMhz: 40 }],
    maxChanges: [{ changes: 1, per: '24h' }],
  });
  const set = auditor.call('auditor_set_policy', 'operator', { policy, reason: 'Agreed.' });
  assert.deepEqual(set, { ok: true, value: { policyHash: policyHash(policy), version: 1 } });
  const got = auditor.call('auditor_get_policy', 'operator', {});
  assert.deepEqual(got.ok && got.value, { policy, policyHash: policyHash(policy), version: 1 });

  const wide = { ...asking, arguments: channelAt(5530, 80), idempotencyKey: 'wide' };
  const refused = auditor.call('auditor_check', 'coordinator', wide);
  assert.match(refused.ok ? '' : refused.error.hint, /rule operator-channels/);
  const first = auditor.call('auditor_check', 'coordinator', asking);
  assert(first.ok);
  const { verdict } = first.value as { verdict: Verdict };
  assert.equal(verdict.policyHash, policyHash(policy));
  // The verdict that is out there counts as a move that may still be made.
  const second = auditor.call('auditor_check', 'coordinator', { ...asking, idempotencyKey: 'b' });
  assert.match(second.ok ? '' : second.error.hint, /rule operator-max-changes/);

  auditor.call('auditor_set_policy', 'operator', { policy: null, reason: 'Lifted.' });
  const third = auditor.call('auditor_check', 'coordinator', { ...asking, idempotencyKey: 'c' });
  assert(third.ok);
  assert.equal((third.value as { verdict: Verdict }).verdict.policyHash, undefined);
  assert.deepEqual(
    auditor
      .noted()
      .filter(({ kind }) => kind === 'decision')
      .map(({ reason }) => reason),
    [
      "The operator’s rules are 'head office' now: Agreed.",
      'The operator’s rules were lifted: Lifted.',
    ],
  );
});

test('a move that was made stays counted, one after radar does not', () => {
  const auditor = startAuditor();
  auditor.hearState(radioState());
  const policy = Policy.parse({ version: 1, name: 'one', maxChanges: [{ changes: 1, per: '1h' }] });
  auditor.call('auditor_set_policy', 'operator', { policy, reason: 'Agreed.' });
  auditor.hearChange('radar', auditor.nowMs - 1_000);
  assert.equal(auditor.call('auditor_check', 'coordinator', asking).ok, true);
  auditor.hearChange('call', auditor.nowMs - 500);
  const again = { ...asking, idempotencyKey: 'again' };
  assert.equal(auditor.call('auditor_check', 'coordinator', again).ok, false);
});

test('answers from the newest entries of every chain', () => {
  const tail = new LedgerTail(keyringOf({ ap12: nodeSigner.publicKey }));
  const writer = new LedgerWriter({
    writer: 'ap12',
    signer: nodeSigner,
    pseudonyms: new Pseudonyms(new Uint8Array(32)),
  });
  for (const reason of ['First.', 'Second.']) {
    tail.take(writer.append({ kind: 'actuation', subject: radio, reason, body: {} }, 0));
  }
  const auditor = startAuditor(tail);
  const outcome = auditor.call('auditor_get_ledger', 'operator', { writer: 'ap12', limit: 1 });
  assert(outcome.ok);
  const { heads, entries } = outcome.value as { heads: unknown[]; entries: { reason: string }[] };
  assert.deepEqual(heads, [{ writer: 'ap12', ...writer.state }]);
  assert.deepEqual(
    entries.map(({ reason }) => reason),
    ['Second.'],
  );
});

test('notes the heads of all chains every ten minutes, when they have grown', () => {
  const auditor = startAuditor();
  auditor.hearHeartbeat('ap12', 5, 'a', 1_000);
  auditor.anchorNow();
  auditor.anchorNow();
  auditor.hearHeartbeat('ap12', 6, 'b', 2_000);
  auditor.anchorNow();
  assert.deepEqual(
    auditor.noted().map(({ kind, body }) => [kind, body]),
    [
      ['heads', { heads: [{ writer: 'ap12', length: 5, head: 'a'.repeat(64) }] }],
      ['heads', { heads: [{ writer: 'ap12', length: 6, head: 'b'.repeat(64) }] }],
    ],
  );
});

/** An auditor as a host would run it, with a table in memory and a clock that stands. */
function startAuditor(tail: LedgerTail | null = null) {
  const nowMs = 1_760_000_000_000;
  const table = new Map<string, unknown>();
  const memory: Memory = {
    get: (key) => table.get(key),
    set: (key, value) => void table.set(key, value),
    delete: (key) => void table.delete(key),
    entries: (prefix) => [...table].filter(([key]) => key.startsWith(prefix)),
  };
  const place = { memory, clock: { now: () => nowMs * 1_000 } } as unknown as Place;
  const body = auditorBody({ signer, regdb: shippedRegdb(), tail });
  const ports = auditorPorts({ tail });
  let asked: AnyActorRef | undefined;
  const heads = port<readonly ChainHead[], null>('heads', ({ self }) => {
    asked = self;
  });
  const actor = createActor(auditorMachine.provide({ actors: { heads } }), {
    id: 'auditor',
    input: { address: 'hq/cloud/auditor' },
    clock: { setTimeout: (due: () => void) => timers.push(due), clearTimeout: () => {} },
  });
  const timers: (() => void)[] = [];
  const emitted: (HostEffect | AuditorPublished)[] = [];
  actor.on('*', (effect) => emitted.push(effect));
  actor.start();
  const hear = (
    event: (typeof body.hears)[number]['event'],
    source: string,
    data: unknown,
    atMs: number,
  ) => {
    for (const hears of body.hears) {
      if (hears.event !== event || hears.to === 'chart') continue;
      hears.to({ event, source: Address.parse(source), data, atMs }, place);
    }
  };
  let calls = 0;
  return {
    nowMs,
    hearState: (state: unknown, atMs = 0) => hear(stateChanged, radio, state, atMs),
    hearChange: (cause: string, atMs: number) =>
      hear(
        channelChanged,
        radio,
        { from: null, to: channelAt(5500, 20), silentMs: 0, cause, reason: '' },
        atMs,
      ),
    hearHeartbeat: (node: string, ledgerLength: number, digit: string, atMs: number) =>
      hear(
        nodeHeartbeat,
        `hq/${node}/node`,
        { bootId: 'b', radios: 1, ledgerHead: digit.repeat(64), ledgerLength },
        atMs,
      ),
    call(name: string, caller: string, input: unknown): Outcome<unknown> {
      const handler = body.tools.find(({ tool }) => tool.name === name) as ToolHandler;
      const call = {
        callId: `call-${calls++}`,
        caller,
        tool: name,
        arguments: handler.tool.input.parse(input),
      };
      const event = handler.event?.(call, actor.getSnapshot(), place);
      // The handlers make no other events than the chart's.
      if (event !== undefined) actor.send(event as Parameters<typeof actor.send>[0]);
      const outcome = handler.reply(actor.getSnapshot(), call, place);
      assert(typeof outcome !== 'symbol');
      if (outcome.ok) handler.tool.output.parse(outcome.value);
      return outcome;
    },
    /** Lets the period end and fills the port as a host does. */
    anchorNow() {
      timers.shift()?.();
      ports.heads.run(null, { memory } as never, (outcome) => {
        assert(outcome.ok);
        asked?.send({ type: 'port.done', output: outcome.value });
      });
    },
    noted: () => emitted.flatMap((effect) => (effect.type === 'ledger.noted' ? [effect.note] : [])),
  };
}
