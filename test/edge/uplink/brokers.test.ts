import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { draftOf } from '#bench/edge/sample-drafts.ts';
import { Uplink } from '#edge/uplink/uplink.ts';
import { until } from '../../agents/bus/wait.ts';
import { startRealSite } from './real-site.ts';

test('over real brokers records of every type arrive by no more rights than their clients have', async () => {
  const { dir, clock, node: bus, arrived, refused, stop } = await startRealSite();
  const random = createRandom('live');
  const file = join(dir, 'queue.db');
  const uplink = new Uplink({ bus, clock, random, site: 'hq', node: 'ap1', file });
  try {
    for (let number = 0; number < 500; number += 1) uplink.put('radio-0', draftOf(number, random));
    await until(() => arrived.length >= 500, 'all records at the hub');
    assert.equal(arrived.length, 500);
    assert.equal(new Set(arrived.map(({ record }) => record.type)).size, 5);
    assert.deepEqual(refused, []);
    const { waiting } = uplink.health();
    assert.equal(
      Object.values(waiting).reduce((sum, { dropped }) => sum + dropped, 0),
      0,
    );
  } finally {
    uplink.close();
    await stop();
  }
});
