import assert from 'node:assert/strict';
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { encodeCanonicalCbor } from '#protocols/canonical-cbor.ts';
import { address } from '#protocols/ids.ts';
import type { TraceRecord } from '#protocols/trace.ts';
import { Trace } from '#sim/trace/trace.ts';
import { describeDifference, firstDifference } from '#sim/trace/trace-diff.ts';
import { createTraceFile, readTraceFile } from '#sim/trace/trace-file.ts';

const one = address('hq', 'ap1', 'radio-0');
const two = address('hq', 'ap1', 'radio-1');

test('a head is the hash of the head before and the record in canonical CBOR', () => {
  const trace = new Trace(() => 7);
  const records: TraceRecord[] = [];
  trace.listen((record) => records.push(record));

  trace.chain(one).record('message', { type: 'a', n: 1.5 }, 'serving', '00');
  trace.chain(one).record('timer', null, { clearing: 'listening' }, '00');

  let head: Uint8Array = new Uint8Array(32);
  for (const record of records) {
    const bytes = Buffer.concat([head, encodeCanonicalCbor(record)]);
    head = new Uint8Array(crypto.createHash('sha256').update(bytes).digest());
  }
  const all = crypto.createHash('sha256').update(encodeCanonicalCbor([[one, head]]));
  assert.equal(trace.traceHash(), all.digest('hex'));
});

test('the trace hash does not depend on how the actors interleave', () => {
  const forward = new Trace(() => 0);
  const backward = new Trace(() => 0);

  for (const [trace, order] of [
    [forward, [one, two]],
    [backward, [two, one]],
  ] as const) {
    for (const actor of order) trace.chain(actor).record('message', { type: 'a' }, 'x', '00');
  }

  assert.equal(forward.traceHash(), backward.traceHash());
});

test('a file holds the records, and a difference is named by actor, count and field', () => {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'airguard-trace-'));
  try {
    const files = [36, 40].map((number) => writeTrace(path.join(folder, `${number}`), number));

    const [a, b] = files.map(readTraceFile);
    const difference = firstDifference(a!.records, b!.records);

    assert.equal(a!.header.seed, 3);
    assert.equal(
      describeDifference(difference!),
      'record 1 of hq/ap1/radio-0 at 5000000.000000 s (message): payload.channel.number is 36 in the first, 40 in the second',
    );
    assert.equal(
      firstDifference(readTraceFile(files[0]!).records, readTraceFile(files[0]!).records),
      undefined,
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('a record that only one trace has is a difference', () => {
  const record = { tUs: 1, address: one, seq: 0, type: 'message', payload: 1, stateValue: 'a' };
  const difference = firstDifference([record as TraceRecord], []);

  assert.match(describeDifference(difference!), /only in the first/);
});

test('a file that is no trace, or is cut short, is refused in one line', () => {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'airguard-trace-'));
  try {
    const whole = writeTrace(path.join(folder, 'whole'), 1);
    const cut = path.join(folder, 'cut');
    fs.writeFileSync(cut, fs.readFileSync(whole).subarray(0, -3));
    const other = path.join(folder, 'other');
    fs.writeFileSync(other, 'hello, this is no trace at all');

    assert.throws(() => [...readTraceFile(cut).records], /cut short at byte/);
    assert.throws(() => readTraceFile(other), { name: 'InputError' });
    assert.throws(() => readTraceFile(path.join(folder, 'gone')), /ENOENT/);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

/** A trace of three records; one holds that channel number. */
function writeTrace(file: string, number: number): string {
  const out = createTraceFile(file, { scenario: 'office', seed: 3 });
  const trace = new Trace(() => 5_000_000_000_000, out);
  trace.chain(one).record('message', { type: 'a' }, 'x', '00');
  trace.chain(one).record('message', { channel: { number } }, 'x', '00');
  trace.chain(two).record('call', { tool: 'radio_get_state' }, 'x', '00');
  out.close();
  return file;
}
