import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { createRandom } from '#agents/random/philox.ts';
import { memorySource, Segment } from '#edge/recorder/segment.ts';
import { always, gather, joined, makeRig } from './rig.ts';
import { sweeps } from './sweeps.ts';

interface Told {
  readonly blocks: Buffer[];
  readonly skippedBytes: number;
  readonly isIndexed: boolean;
}

test('a segment cut off at any byte still gives every block that was whole', async (t) => {
  const { file, blocks, begin, ends } = await smallSegment(t);
  for (let length = 0; length <= file.length; length += 1) {
    const told = readAll(file.subarray(0, length));
    const whole = ends.filter((end) => end <= length).length;
    assert.equal(told.blocks.length, whole, `cut at ${length}`);
    told.blocks.forEach((block, index) => {
      assert(block.equals(blocks[index]!));
    });
    assert.equal(told.isIndexed, length === file.length);
    const known = length < begin ? 0 : (ends[whole - 1] ?? begin);
    assert.equal(told.skippedBytes, told.isIndexed ? 0 : length - known, `cut at ${length}`);
  }
});

test('a wrong byte costs at most the block it stands in, and that is counted', async (t) => {
  const { file, blocks, begin, ends } = await smallSegment(t);
  const random = createRandom(9);
  for (let at = 0; at < file.length; at += 1) {
    const wrong = Buffer.from(file);
    wrong[at] = (wrong[at]! + 1 + random.below(255)) & 255;
    const told = readAll(wrong);
    const hit = ends.findIndex((end, index) => at < end && at >= (ends[index - 1] ?? begin));
    const expected = blocks.filter((_, index) => index !== hit);
    assert.equal(told.blocks.length, expected.length, `byte ${at}`);
    told.blocks.forEach((block, index) => {
      assert(block.equals(expected[index]!));
    });
    assert(told.skippedBytes > 0, `byte ${at}`);
  }
});

test('a damaged block is not joined over, and its neighbours stay whole', async (t) => {
  const { folder, open } = makeRig(t);
  const recorder = open({ codec: 'stored' });
  recorder.append('radio-0', sweeps(createRandom(2), 500), 1_000_000);
  await recorder.close();
  const [name] = readdirSync(folder);
  const path = join(folder, name!);
  const bytes = readFileSync(path);
  bytes[100_000] = bytes[100_000]! ^ 255;
  writeFileSync(path, bytes);
  const chunks = await gather(recorder.read({ radio: 'radio-0', ...always }));
  const broken = chunks.filter(({ joins }) => !joins);
  assert.deepEqual([broken.length, broken[0]], [2, chunks[0]]);
  // Blocks are cut between two sweeps of 534 bytes.
  const lost = 500 * 534 - joined(chunks).length;
  assert(lost > 60_000 && lost <= 65_536 && lost % 534 === 0, `${lost} bytes lost`);
});

test('a segment of another version is left alone', async (t) => {
  const { file } = await smallSegment(t);
  const other = Buffer.from(file);
  other.writeUInt16BE(2, 8);
  const length = other.readUInt16BE(10);
  other.writeUInt32BE(crc32(other.subarray(0, length - 4)), length - 4);
  const segment = new Segment(memorySource(other));
  assert.deepEqual(segment.header, { kind: 'unknown-version', version: 2 });
  assert.deepEqual(segment.places, []);
  assert(segment.skippedBytes > 0);
});

/** Some blocks of a few sweeps each, packed in different ways by what they hold. */
async function smallSegment(t: TestContext) {
  const { folder, clock, open } = makeRig(t);
  const recorder = open();
  const blocks: Buffer[] = [];
  const random = createRandom(7);
  for (let second = 0; second < 5; second += 1) {
    const noise = second % 2 === 0 ? sweeps(random, 3, 64) : Buffer.from(random.bytes(300));
    recorder.append('radio-0', noise, second * 1_000_000);
    blocks.push(Buffer.from(noise));
    clock.run((second + 1) * 1_000_000);
  }
  await recorder.close();
  const [name] = readdirSync(folder);
  const file = readFileSync(join(folder, name!));
  const { places } = new Segment(memorySource(file));
  return { file, blocks, begin: places[0]!.at, ends: places.map(({ at, bytes }) => at + bytes) };
}

function readAll(data: Uint8Array): Told {
  const segment = new Segment(memorySource(data));
  const blocks: Buffer[] = [];
  for (const place of segment.places) {
    const block = segment.open(place);
    if (block !== undefined) blocks.push(Buffer.concat(block.reads.map(({ bytes }) => bytes)));
  }
  return { blocks, skippedBytes: segment.skippedBytes, isIndexed: segment.isIndexed };
}
