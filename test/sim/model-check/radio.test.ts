import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyStateMachine, createMachine } from 'xstate';
import { radioMachine } from '#machines/radio.ts';
import { explore } from '#sim/model-check/explore.ts';
import { radioModel } from '#sim/model-check/models/radio.ts';

test('no way leads a radio onto a channel that is closed or not listened to, killed at any point', () => {
  const { findings, isComplete } = explore(radioModel());

  assert.deepEqual(findings, []);
  assert(isComplete);
});

test('a radio that forgets the silence is found, by the shortest way there', () => {
  const hasty = radioMachine.provide({ guards: { owesSilence: () => false } });

  const { findings } = explore(radioModel(hasty), { stopsAtBroken: true });

  const [found] = findings;
  assert.equal(found?.kind, 'broken');
  assert.equal(found?.text, 'It sends on 5-52-20-52, where it has not kept the silence owed.');
  assert.deepEqual(
    found?.path.map((step) => step.replace(/ \{.*\}| "?.*…/, '').replace(/.* → /, '→ ')),
    ['begins in opening', '→ choosing', '→ tuning'],
  );
});

test('a silence that counts while nobody listens is found only since the process may be killed', () => {
  const careless = changed({ meta: { timers: { ...timers, clearWait: 'original' } } });

  const { findings } = explore(radioModel(careless), { stopsAtBroken: true });

  assert(
    findings.some(
      ({ kind, path }) => kind === 'broken' && path.some((step) => /is killed/.test(step)),
    ),
  );
});

test('a closure that ends early by a clock nobody can trust is found', () => {
  const trusting = changed({ meta: { timers: { ...timers, nonOccupancy: 'original' } } });

  const { findings } = explore(radioModel(trusting), { stopsAtBroken: true });

  assert(
    findings.some(
      ({ text, path }) =>
        /which radar has closed/.test(text) && path.some((step) => /cannot be trusted/.test(step)),
    ),
  );
});

const timers = (radioMachine.config.meta as { timers: Record<string, string> }).timers;

/** The chart of a radio with a part of it replaced. */
function changed(part: object): typeof radioMachine {
  const { config, implementations } = radioMachine as AnyStateMachine;
  // What XState cannot check here is what these tests are about.
  return createMachine({ ...config, ...part } as never, implementations as never) as never;
}
