import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '#bench/fuzz/segments.ts';

test('twenty thousand damaged segments give only blocks that were written, and skip the rest', async () => {
  const read = await run(7, 20_000);
  assert(read > 5_000 && read < 20_000);
});
