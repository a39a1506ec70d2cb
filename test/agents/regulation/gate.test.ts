import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Gate } from '#agents/gate.ts';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { approvalValidMs, approve } from '#agents/regulation/approvals.ts';
import { createGate } from '#agents/regulation/gate.ts';
import { shippedRegdb } from '#agents/regulation/regdb.ts';
import { hashArguments, signed } from '#agents/regulation/signed.ts';
import { judge, verdictValidMs } from '#agents/regulation/verdicts.ts';
import { Address } from '#protocols/ids.ts';
import type { Approval, Verdict } from '#protocols/verdict.ts';
import { channelAt, radioState } from './radio-state.ts';

const auditor = signerFromSeed('auditor', new Uint8Array(32).fill(1));
const node = signerFromSeed('ap12', new Uint8Array(32).fill(2));
const otherNode = signerFromSeed('ap13', new Uint8Array(32).fill(3));
const operator = signerFromSeed('operator', new Uint8Array(32).fill(4));
const coordinator = signerFromSeed('coordinator', new Uint8Array(32).fill(5));
const keyring = keyringOf(
  Object.fromEntries(
    [auditor, node, otherNode, operator, coordinator].map(({ keyId, publicKey }) => [
      keyId,
      publicKey,
    ]),
  ),
);
const regdb = shippedRegdb();
const nowMs = 1_760_000_000_000;
const call = {
  target: Address.parse('hq/ap12/radio-0'),
  tool: 'radio_set_channel',
  arguments: channelAt(5500, 20),
  caller: 'coordinator',
  idempotencyKey: 'plan-1-0',
  nowMs,
};
const ownCall = { ...call, caller: 'ap12' };

test('a verdict lets its call through, once its rules still hold', () => {
  const verdict = given();
  const admitted = admit({ verdict });
  assert.deepEqual(admitted, { ok: true, value: verdict });
});

test('a verdict with any one field changed is refused', () => {
  const verdict = given();
  const { signature, ...fields } = verdict;
  const paths = [...Object.keys(fields), 'observed.stateVersion', 'signature'];
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.string(), fc.nat(), (path, text, number) => {
      const changed = structuredClone(verdict) as unknown as Record<string, unknown>;
      if (path === 'observed.stateVersion') changed.observed = { stateVersion: number };
      else changed[path] = typeof changed[path] === 'number' ? number : text;
      fc.pre(JSON.stringify(changed) !== JSON.stringify(verdict));
      const outcome = admit({ verdict: changed as unknown as Verdict });
      assert.equal(codeOf(outcome), 'verdict_invalid', path);
    }),
    { numRuns: 300 },
  );
});

test('a properly signed verdict for another call is refused, each with its cause', () => {
  const cases: [Partial<Verdict>, string, RegExp][] = [
    [{ target: 'hq/ap12/radio-1' }, 'verdict_invalid', /target/],
    [{ tool: 'radio_set_power' }, 'verdict_invalid', /tool/],
    [{ caller: 'operator' }, 'verdict_invalid', /caller/],
    [{ argumentsHash: 'a'.repeat(64) }, 'verdict_invalid', /arguments/],
    [{ idempotencyKey: 'plan-1-1' }, 'verdict_replayed', /key plan-1-1.*plan-1-0/],
    [{ ruleSetHash: 'a'.repeat(64) }, 'verdict_invalid', /rule set/],
    [{ regdbHash: 'a'.repeat(64) }, 'verdict_invalid', /regulatory database/],
    [{ notBefore: nowMs + 1 }, 'verdict_expired', /valid from/],
    [{ notAfter: nowMs - 1 }, 'verdict_expired', /valid from/],
  ];
  const { signature: _, ...fields } = given();
  for (const [change, code, hint] of cases) {
    const outcome = admit({ verdict: signed({ ...fields, ...change }, auditor) });
    assert.equal(codeOf(outcome), code, JSON.stringify(change));
    assert(!outcome.ok);
    assert.match(outcome.error.hint, hint);
  }
});

test('a missing verdict, an expired one and one for other arguments are refused', () => {
  assert.equal(codeOf(admit({ verdict: undefined })), 'verdict_missing');
  const late = { verdict: given(), nowMs: nowMs + verdictValidMs + 1 };
  assert.equal(codeOf(admit(late)), 'verdict_expired');
  const moved = { verdict: given(), arguments: channelAt(5520, 20) };
  assert.equal(codeOf(admit(moved)), 'verdict_invalid');
});

test('a node signs only for its own radios and only what it does by itself', () => {
  const gate = gateOf(node);
  const own = gate.judgeLocally({ ...ownCall, state: radioState() });
  assert(own.ok);
  const asOwn = gate.admitActuation({ ...ownCall, verdict: own.value, state: radioState() });
  assert.equal(asOwn.ok, true);

  const { signature: _, ...fields } = given();
  const forged = (keyId: string, signer = node) => signed({ ...fields, keyId }, signer);
  assert.equal(codeOf(admit({ verdict: forged('ap12') })), 'verdict_invalid');
  assert.equal(codeOf(admit({ verdict: forged('auditor') })), 'verdict_invalid');
  assert.equal(codeOf(admit({ verdict: forged('operator', operator) })), 'verdict_invalid');
  const neighbour = signed({ ...fields, keyId: 'ap13', caller: 'ap13' }, otherNode);
  assert.equal(codeOf(admit({ verdict: neighbour, caller: 'ap13' })), 'verdict_invalid');

  assert.equal(codeOf(gate.judgeLocally({ ...call, state: radioState() })), 'not_granted');
  const abroad = { ...ownCall, target: Address.parse('hq/ap13/radio-0'), state: radioState() };
  assert.equal(codeOf(gate.judgeLocally(abroad)), 'not_granted');
});

test('the rules are held on the state now: the stricter decides', () => {
  const closed = radioState({ closures: [{ centerMhz: 5500, widthMhz: 20 }] });
  const outcome = gateOf(node).admitActuation({ ...call, verdict: given(), state: closed });
  assert.equal(codeOf(outcome), 'rule_broken');
  assert(!outcome.ok);
  assert.match(outcome.error.hint, /rule non-occupancy: 47 CFR 15\.407\(h\)\(2\)\(iv\)/);
  assert.equal(codeOf(gateOf(node).judgeLocally({ ...ownCall, state: closed })), 'rule_broken');
});

test('a default left out and the same default written out are one call', () => {
  assert.equal(
    hashArguments('radio_scan_spectrum', {}),
    hashArguments('radio_scan_spectrum', { sweeps: 64, bins: 128 }),
  );
  assert.notEqual(
    hashArguments('radio_scan_spectrum', {}),
    hashArguments('radio_scan_spectrum', { sweeps: 65 }),
  );
});

const applying = {
  target: Address.parse('hq/cloud/coordinator'),
  tool: 'coordinator_apply_plan',
  arguments: { planId: 'plan-1', planHash: 'b'.repeat(64), baseVersion: 3 },
  caller: 'operator',
  idempotencyKey: 'apply-1',
  nowMs,
};

test('an approval lets its call through at its base version', () => {
  const approval = approvedBy('operator');
  assert.deepEqual(administer({ approval }), { ok: true, value: approval });
  const byRule = approvedBy('rule:confirmed-by-measurement', coordinator);
  assert.equal(administer({ approval: byRule }).ok, true);
});

test('an approval with any one field changed is refused', () => {
  const approval = approvedBy('operator');
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(approval)),
      fc.string(),
      fc.nat(),
      (path, text, n) => {
        const changed = { ...approval } as unknown as Record<string, unknown>;
        changed[path] = typeof changed[path] === 'number' ? n : text;
        fc.pre(changed[path] !== approval[path as keyof Approval]);
        const outcome = administer({ approval: changed as unknown as Approval });
        assert.equal(codeOf(outcome), 'approval_invalid', path);
      },
    ),
    { numRuns: 300 },
  );
});

test('a missing, stale, expired or usurped approval is refused', () => {
  assert.equal(codeOf(administer({ approval: undefined })), 'approval_missing');
  const approval = approvedBy('operator');
  assert.equal(codeOf(administer({ approval, baseVersion: 4 })), 'approval_stale');
  assert.equal(
    codeOf(administer({ approval, nowMs: nowMs + approvalValidMs + 1 })),
    'approval_invalid',
  );
  for (const usurped of [
    approvedBy('operator', coordinator),
    approvedBy('rule:x', operator),
    approvedBy('operator', node),
    approve({ ...approvable('rule:x'), target: 'hq/ap12/radio-0', tool: 'radio_pin' }, coordinator),
    approve({ ...approvable('operator'), approvalId: 'another call' }, operator),
  ]) {
    assert.equal(codeOf(administer({ approval: usurped })), 'approval_invalid');
  }
  const pinning = {
    target: Address.parse('hq/ap12/radio-0'),
    tool: 'radio_pin',
    arguments: { pinned: true, reason: 'x' },
    baseVersion: null,
  };
  const byRule = approve({ ...approvable('rule:x'), ...pinning }, coordinator);
  assert.equal(codeOf(administer({ ...pinning, approval: byRule })), 'approval_invalid');
});

function given(): Verdict {
  const outcome = judge({ ...call, state: radioState() }, { signer: auditor, regdb });
  assert(outcome.ok);
  return outcome.value;
}

function gateOf(selfSigner = node): Gate {
  return createGate({ keyring, selfSigner, regdb });
}

function admit(change: Partial<Parameters<Gate['admitActuation']>[0]>) {
  return gateOf().admitActuation({ ...call, state: radioState(), verdict: undefined, ...change });
}

function administer(change: Partial<Parameters<Gate['admitAdministration']>[0]>) {
  const asked = { ...applying, baseVersion: 3, approval: undefined, ...change };
  return gateOf().admitAdministration(asked);
}

function approvable(approver: string) {
  const { target, tool, arguments: input } = applying;
  return {
    approvalId: applying.idempotencyKey,
    approver,
    target,
    tool,
    arguments: input,
    baseVersion: 3,
    nowMs,
  };
}

function approvedBy(approver: string, signer = operator): Approval {
  return approve(approvable(approver), signer);
}

function codeOf(outcome: { ok: boolean; error?: { code: string } }): string | undefined {
  return outcome.ok ? undefined : outcome.error?.code;
}

test('what two people approve is let through with two keys over the same call, and with nothing less', () => {
  const asked = {
    target: Address.parse('hq/cloud/auditor'),
    tool: 'auditor_set_policy',
    arguments: { policy: null, reason: 'Agreed.' },
    caller: 'operator',
    idempotencyKey: 'two-1',
    nowMs,
    baseVersion: 3,
  };
  const ann = signerFromSeed('approver-ann', new Uint8Array(32).fill(6));
  const bob = signerFromSeed('approver-bob', new Uint8Array(32).fill(7));
  const keys = Object.fromEntries(
    [operator, ann, coordinator].map(({ keyId, publicKey }) => [keyId, publicKey]),
  );
  const gate = createGate({ keyring: keyringOf(keys), selfSigner: auditor });
  const by = (signer: typeof ann, change: object = {}) => {
    const { idempotencyKey: approvalId, caller: _, ...bound } = { ...asked, ...change };
    return approve({ ...bound, approvalId, approver: signer.keyId }, signer);
  };
  const code = (approval: Approval, countersignature?: Approval) => {
    const outcome = gate.admitAdministration({ ...asked, approval, countersignature });
    return outcome.ok ? 'ok' : outcome.error.code;
  };
  assert.equal(code(by(operator), by(ann)), 'ok');
  assert.equal(code(by(ann), by(operator)), 'ok');
  assert.equal(code(by(operator)), 'second_approval_missing');
  assert.equal(code(by(operator), by(operator)), 'second_approval_missing');
  // Of another call, by a key that nobody pinned, in another's name, of an older version.
  const other = { arguments: { policy: null, reason: 'Other.' } };
  assert.equal(code(by(operator), by(ann, other)), 'approval_invalid');
  assert.equal(code(by(operator), by(bob)), 'approval_invalid');
  assert.equal(code(by(operator), { ...by(ann), approver: 'operator' }), 'approval_invalid');
  assert.equal(code(by(operator), by(coordinator)), 'approval_invalid');
  assert.equal(code(by(operator), by(ann, { baseVersion: 2 })), 'approval_stale');
});
