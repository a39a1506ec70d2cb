import assert from 'node:assert/strict';
import { test } from 'node:test';
import { populate } from '#cli/fleet/in-world.ts';
import { type Checker, field } from '#sim/checkers/checker.ts';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import { parseScenario } from '#sim/scenario.ts';
import { runWorld } from '#sim/world.ts';

const minuteUs = 60_000_000;
const hourMs = 3_600_000;

test('a channel closed by radar opens after thirty minutes, a restart in between included', async () => {
  const opened = await openedAfterMinutes([{ kind: 'crash', when: { at: '7m' }, lasts: '20s' }]);

  assert(Math.abs(opened - 30) < 0.01, `${opened}`);
});

test('no clock that is set makes it open sooner', async () => {
  const jumps = [
    { kind: 'jump', when: { at: '6m' }, byMs: hourMs },
    // While the process is dead, and seen by nobody.
    { kind: 'jump', when: { at: '430s' }, byMs: hourMs },
    { kind: 'jump', when: { at: '430s' }, byMs: -hourMs },
    { kind: 'jump', when: { at: '430s' }, byMs: 5_000 },
  ];
  for (const jump of jumps) {
    const crash = { kind: 'crash', when: { at: '7m' }, lasts: '20s' };
    const opened = await openedAfterMinutes([jump, crash]);

    assert(opened >= 30, `${opened} minutes with ${JSON.stringify(jump)}`);
  }
});

/** Minutes from the radar to the end of the closure, as the radio's chart takes it. */
async function openedAfterMinutes(faults: readonly object[]): Promise<number> {
  const scenario = parseScenario(
    {
      name: 'mast',
      about: '',
      site: 'mast',
      country: 'DE',
      startsAt: '2026-06-15T08:00:00+02:00',
      nodes: [
        {
          id: 'n0',
          at: { x: 0, y: 0 },
          radios: [{ id: 'radio-0', channel: { number: 100, widthMhz: 40 } }],
        },
      ],
      faults: [{ kind: 'radar', when: { at: '5m' } }, ...faults],
    },
    'mast',
  );
  let closedUs = 0;
  let openedUs = 0;
  const watch: Checker = {
    name: 'closure',
    text: 'Watches.',
    start: () => ({
      onRecord({ tUs, payload }) {
        if (field(payload, 'type') === 'radar.detected') closedUs ||= tUs;
        if (field(payload, 'type') === 'closure.ended') openedUs ||= tUs;
      },
      finish: () => ({ checked: 1, broken: [] }),
    }),
  };
  await runWorld({
    scenario,
    seed: 1,
    durationUs: 45 * minuteUs,
    ...populate({ seed: 1, passivateAfterMs: null, strategy: 'static' }),
    limits: limitsOf('DE'),
    checkers: [watch],
  });
  assert(closedUs > 0 && openedUs > 0);
  return (openedUs - closedUs) / minuteUs;
}
