import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Contention, MEMBERS_MAX } from '#cloud/coordinator/model/contention.ts';

const EXCHANGE_US = 2_000;
/** Trims end after some rounds; where three want nearly everything, what is left for a fourth is still a little off then. */
const NEARLY = 0.75;

test('who tries less than it could has what it wants', () => {
  const share = fc.double({ min: 0.05, max: 0.95, noNaN: true });
  const hears = fc.boolean();
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 4 }).chain((count) =>
        fc.record({
          targets: fc.array(share, { minLength: count, maxLength: count }),
          links: fc.array(hears, { minLength: count ** 2, maxLength: count ** 2 }),
        }),
      ),
      ({ targets, links }) => {
        const contention = asked(targets, (a, b) => links[a * targets.length + b]!);
        if (contention.effort === 1) return;
        assert(
          contention.share >= NEARLY * targets[0]!,
          `wants ${targets[0]}, got ${contention.share} with ${contention.effort}`,
        );
      },
    ),
  );
});

test('who hears two that do not hear each other gets what they leave', () => {
  const targets = [0.56, 0.57, 0.54];
  const { share } = asked(targets, (a, b) => a === 0 || b === 0);
  assert(share <= 1 - 0.57 && share > (1 - 0.57) * (1 - 0.54), `${share}`);
});

/** The first of some radios; who hears whom goes both ways. */
function asked(targets: readonly number[], hear: (a: number, b: number) => boolean): Contention {
  const contention = new Contention();
  contention.members = targets.length;
  for (const [a, target] of targets.entries()) {
    contention.target[a] = target;
    contention.exchangeUs[a] = EXCHANGE_US;
    for (let b = 0; b < targets.length; b += 1) {
      const isHeard = a !== b && hear(Math.min(a, b), Math.max(a, b));
      contention.burdens[a * MEMBERS_MAX + b] = isHeard ? 10 : 0;
    }
  }
  contention.solve(false);
  return contention;
}
