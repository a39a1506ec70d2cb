/** A site that loses its cloud: its radios go on deciding, each by itself, and tell of it when they are back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scenario } from '#sim/scenario.ts';
import { assertHeld, run } from './swarm.ts';

const place = (x: number, y: number) => ({ x, y, z: 2.5 });
const channel = { band: '5', number: 36, widthMhz: 20 };
const OFFERED_MBPS = 70;
const radio = { id: 'radio-0', channel, maxWidthMhz: 20 };
/** Three access points of ours on one channel, which carries half of what is asked, and all links cut. */
const crowded = Scenario.parse({
  name: 'crowded',
  about: 'Three radios on one channel, without a cloud from the first minute on.',
  site: 'hq',
  country: 'DE',
  startsAt: '2026-10-05T14:00:00+02:00',
  duration: '20m',
  nodes: [0, 1, 2].map((n) => ({ id: `ap${n}`, at: place(6 * n, 0), radios: [radio] })),
  clients: [0, 1, 2].flatMap((n) =>
    [1, 2].map((each) => ({
      id: `phone-${n}-${each}`,
      at: place(6 * n + each, 2),
      radio: `ap${n}/radio-0`,
      offeredMbps: OFFERED_MBPS,
    })),
  ),
  settings: { replan: '1h' },
  faults: [0, 1, 2].map((n) => ({
    kind: 'cut',
    when: { at: '30s' },
    node: `ap${n}`,
    lasts: '15m',
  })),
});

test('radios without a cloud part ways by themselves, with the reason, and their clients are served', async () => {
  const document = await run('crowded', 1, { loaded: crowded, durationUs: crowded.duration });
  assertHeld(document);
  const alone = document.changes.filter(({ cause }) => cause === 'alone');
  assert(alone.length >= 1, 'nobody moved');
  assert(alone.length <= 12, `${alone.length} moves of three radios in a quarter of an hour`);
  assert(alone.every(({ atSeconds }) => atSeconds > 30 && atSeconds < 930));
  assert.match(alone[0]!.reason, /cloud is away and clients get \d+ % of what they ask/);
  // They settle, each on a channel of its own, where they carry all that is asked.
  assert(alone.at(-1)!.atSeconds < 600, `the last moves at ${alone.at(-1)!.atSeconds} s`);
  const last = new Map(document.changes.map(({ radio, to }) => [radio, to]));
  assert.equal(new Set(last.values()).size, 3, [...last.values()].join(', '));
  assert(document.kpi.utilityMbpsAfter > 0.95 * OFFERED_MBPS, `${document.kpi.utilityMbpsAfter}`);
});
