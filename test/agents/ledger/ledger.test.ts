import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { emptyChain, LedgerWriter } from '#agents/ledger/chain.ts';
import { Pseudonyms } from '#agents/ledger/pseudonym.ts';
import { LedgerTail } from '#agents/ledger/tail.ts';
import { type Anchor, isHeadSigned, verifyChain, verifyLedger } from '#agents/ledger/verify.ts';
import { type LedgerEntry, LedgerHead, LedgerEntry as Schema } from '#protocols/ledger.ts';

const seeds = { ap1: 1, ap2: 2, cloud: 3 } as const;
const signers = Object.fromEntries(
  Object.entries(seeds).map(([name, seed]) => [
    name,
    signerFromSeed(name, new Uint8Array(32).fill(seed)),
  ]),
) as Record<keyof typeof seeds, ReturnType<typeof signerFromSeed>>;
const keyring = keyringOf(
  Object.fromEntries(Object.entries(signers).map(([name, { publicKey }]) => [name, publicKey])),
);
const atMs = 1_760_000_000_000;

test('what was written verifies, with and without its anchored head', () => {
  const { entries, head } = chainOf('ap1', 5);
  assert.deepEqual(verifyChain('ap1', entries, { keyring, anchors: [head] }), {
    holds: true,
    writer: 'ap1',
    length: 5,
    head: head.head,
  });
  for (const entry of entries) Schema.parse(entry);
  LedgerHead.parse(head);
  assert(isHeadSigned(head, keyring));
  assert(!isHeadSigned({ ...head, length: 4 }, keyring));
});

test('a writer that was restarted continues its chain', () => {
  const writer = writerOf('ap1');
  const first = writer.append(note(0), atMs);
  const again = new LedgerWriter({ ...partsOf('ap1'), state: writer.state });
  const second = again.append(note(1), atMs);
  assert.equal(verifyChain('ap1', [first, second], { keyring }).holds, true);
});

test('a chain taken back after a failed transaction continues without a gap', () => {
  const writer = writerOf('ap1');
  const kept = writer.append(note(0), atMs);
  const { state } = writer;
  writer.append(note(1), atMs);
  writer.restore(state);
  const next = writer.append(note(2), atMs);
  assert.equal(verifyChain('ap1', [kept, next], { keyring }).holds, true);
});

test('any change of any member of any entry is found at that entry', () => {
  const { entries } = chainOf('ap1', 6);
  const member = fc.constantFrom(...Object.keys(entries[0] as object));
  fc.assert(
    fc.property(fc.nat(5), member, fc.string(), fc.nat(), (at, name, text, number) => {
      const changed = structuredClone(entries) as unknown as Record<string, unknown>[];
      const entry = changed[at] as Record<string, unknown>;
      if (name === 'body') entry.body = { ...(entry.body as object), [text]: number };
      else entry[name] = typeof entry[name] === 'number' ? number : text;
      fc.pre(JSON.stringify(changed) !== JSON.stringify(entries));
      const verdict = verifyChain('ap1', changed, { keyring });
      assert.equal(!verdict.holds && verdict.index, at, name);
    }),
    { numRuns: 200 },
  );
});

test('a removed, doubled or swapped entry is found where it happened', () => {
  const { entries, head } = chainOf('ap1', 8);
  const anchors = [head];
  fc.assert(
    fc.property(fc.nat(7), fc.nat(7), (a, b) => {
      const removed = entries.toSpliced(a, 1);
      assert.equal(firstBad(removed, anchors), a);
      const doubled = entries.toSpliced(a, 0, entries[a] as LedgerEntry);
      assert.equal(firstBad(doubled, anchors), a + 1);
      if (a === b) return;
      const swapped = [...entries];
      [swapped[a], swapped[b]] = [entries[b] as LedgerEntry, entries[a] as LedgerEntry];
      assert.equal(firstBad(swapped, anchors), Math.min(a, b));
    }),
  );
});

test('a cut end is found against an anchored head, and only then', () => {
  const { entries, head } = chainOf('ap1', 8);
  for (let length = 0; length < 8; length++) {
    const cut = entries.slice(0, length);
    assert.equal(firstBad(cut, [head]), length);
    assert.equal(firstBad(cut, []), undefined);
  }
});

test('a whole new history signed with the right key is found against an anchored head', () => {
  const { head } = chainOf('ap1', 4);
  const writer = writerOf('ap1');
  const rewritten = Array.from({ length: 6 }, (_, index) => writer.append(note(index + 50), atMs));
  assert.equal(firstBad(rewritten, []), undefined);
  assert.equal(firstBad(rewritten, [head]), 3);
});

test('a chain signed with another key, or that holds what is no entry, is broken', () => {
  const strange = new LedgerWriter({ ...partsOf('ap1'), signer: signers.ap2 });
  assert.equal(firstBad([strange.append(note(0), atMs)], []), 0);
  const { entries } = chainOf('ap1', 2);
  assert.equal(firstBad([...entries, 'not json', null], []), 2);
});

test('heads in the hub’s chain anchor the chains of the edges', () => {
  const edge = chainOf('ap1', 5);
  const hub = writerOf('cloud');
  const { writer, length, head } = edge.head;
  const heads = { heads: [{ writer, length, head }] };
  const noted = hub.append(
    { kind: 'heads', subject: 'hq/cloud/auditor', reason: '', body: heads },
    atMs,
  );
  const chains = (entries: LedgerEntry[]) =>
    new Map([
      ['ap1', entries],
      ['cloud', [noted]],
    ]);

  const whole = verifyLedger(chains(edge.entries), { keyring });
  assert.deepEqual(
    whole.map((one) => one.holds),
    [true, true],
  );
  const [cut] = verifyLedger(chains(edge.entries.slice(0, 4)), { keyring });
  assert.equal(cut?.holds === false && cut.index, 4);
  const [gone] = verifyLedger(new Map([['cloud', [noted]]]), { keyring });
  assert.equal(gone?.holds === false && gone.index, 0);
});

test('an edge cannot make another edge’s chain look broken', () => {
  const liar = writerOf('ap2');
  const heads = { heads: [{ writer: 'ap1', length: 99, head: 'a'.repeat(64) }] };
  const lie = liar.append({ kind: 'heads', subject: 'hq/ap2/node', reason: '', body: heads }, atMs);
  const verdicts = verifyLedger(
    new Map([
      ['ap1', chainOf('ap1', 3).entries],
      ['ap2', [lie]],
    ]),
    {
      keyring,
    },
  );
  assert(verdicts.every(({ holds }) => holds));
});

test('entries name nobody: MAC addresses, network names and clients become pseudonyms', () => {
  const writer = writerOf('ap1');
  const entry = writer.append(
    {
      kind: 'decision',
      subject: 'hq/ap1/radio-0',
      reason: 'The neighbour AA:BB:CC:DD:EE:0F is loud.',
      body: {
        evidence: [{ bssid: 'aa-bb-cc-dd-ee-0f', ssid: 'Casa Rossi', rssiDbm: -48 }],
        client: 'Anna’s phone',
        'aa:bb:cc:dd:ee:0f': 1,
      },
    },
    atMs,
  );
  const text = JSON.stringify(entry);
  assert.doesNotMatch(text, /aa[:-]bb|Rossi|Anna/i);
  assert.match(entry.reason, /^The neighbour p-[0-9a-f]{20} is loud\.$/);
  assert.equal(entry.subject, 'hq/ap1/radio-0');
  assert.match(text, /"rssiDbm":-48/);
});

test('a name keeps its pseudonym until the key is erased, and the chain holds after that', () => {
  const pseudonyms = new Pseudonyms(new Uint8Array(32).fill(9));
  const writer = new LedgerWriter({ ...partsOf('ap1'), pseudonyms });
  const before = pseudonyms.of('aa:bb:cc:dd:ee:ff');
  assert.equal(pseudonyms.of('AA:BB:CC:DD:EE:FF'), before);
  assert.notEqual(new Pseudonyms(new Uint8Array(32).fill(8)).of('aa:bb:cc:dd:ee:ff'), before);
  const first = writer.append(note(0), atMs);
  pseudonyms.erase();
  assert.notEqual(pseudonyms.of('aa:bb:cc:dd:ee:ff'), before);
  const second = writer.append(note(1), atMs);
  assert.equal(verifyChain('ap1', [first, second], { keyring }).holds, true);
});

test('the tail takes entries in any order and any number of times, and finds a forged one', () => {
  const { entries, head } = chainOf('ap1', 6);
  fc.assert(
    fc.property(fc.shuffledSubarray([...entries, ...entries], { minLength: 12 }), (arriving) => {
      const tail = new LedgerTail(keyring);
      for (const entry of arriving) tail.take(entry);
      assert.deepEqual(tail.chains(), [{ writer: 'ap1', length: 6, head: head.head, fault: null }]);
      assert.deepEqual(
        tail.entries('ap1', 2).map(({ index }) => index),
        [5, 4],
      );
    }),
    { numRuns: 30 },
  );
  const tail = new LedgerTail(keyring);
  for (const entry of entries.slice(0, 3)) tail.take(entry);
  tail.take({ ...(entries[1] as LedgerEntry), reason: 'It never happened.' });
  assert.match(tail.chains()[0]?.fault ?? '', /entry 1 came twice and differs/);
});

test('an entry that somebody else published in a writer’s name changes nothing in the tail', () => {
  const { entries } = chainOf('ap1', 2);
  const tail = new LedgerTail(keyring);
  tail.take(entries[0] as LedgerEntry, 'ap1');
  tail.take({ ...(entries[1] as LedgerEntry), reason: 'Forged.' }, 'ap2');
  tail.take(entries[1] as LedgerEntry, 'ap1');
  assert.deepEqual(
    tail.chains().map(({ length, fault }) => [length, fault]),
    [[2, null]],
  );
});

test('a chain that has not begun has a head of zeros', () => {
  const head = writerOf('ap1').head(atMs);
  assert.deepEqual([head.length, head.head], [0, '0'.repeat(64)]);
  assert.equal(emptyChain.head, head.head);
  assert.equal(firstBad([], [head]), undefined);
});

function partsOf(writer: keyof typeof seeds) {
  return {
    writer,
    signer: signers[writer],
    pseudonyms: new Pseudonyms(new Uint8Array(32).fill(7)),
  };
}

function writerOf(writer: keyof typeof seeds): LedgerWriter {
  return new LedgerWriter(partsOf(writer));
}

function chainOf(name: keyof typeof seeds, length: number) {
  const writer = writerOf(name);
  const entries = Array.from({ length }, (_, index) => writer.append(note(index), atMs + index));
  return { entries, head: writer.head(atMs) };
}

function note(index: number) {
  return {
    kind: 'decision',
    subject: 'hq/ap1/radio-0',
    reason: `Reason ${index}.`,
    body: { index },
  } as const;
}

function firstBad(entries: readonly unknown[], anchors: readonly Anchor[]): number | undefined {
  const verdict = verifyChain('ap1', entries, { keyring, anchors });
  return verdict.holds ? undefined : verdict.index;
}
