import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subjectOf } from '#protocols/subjects.ts';
import { unconfirmedGoesBack } from '#sim/checkers/unconfirmed-goes-back.ts';
import { bytes, channel, radio, type Story, watched } from './watched.ts';

const confirming = { key: 'k', confirmWithinMs: 60_000, mayLose: 0 };
const moveTo = (to: object, more: object = { confirming }) => ({
  type: 'move.requested',
  move: { to, callId: 'coordinator/k', ...more },
});

test('on trial: confirmed, gone back, or kept by the rules is fine', () => {
  const stories: ((story: Story) => void)[] = [
    (story) => story.at(50).record('message', { type: 'confirm.requested', key: 'k' }),
    (story) => story.at(70).sends(channel.plain),
    // A long silence on the way back.
    (story) => story.at(70).listens(channel.radar).at(670).sends(channel.radar),
    (story) => {
      const data = bytes({ id: 'x', data: { key: 'k', outcome: 'stayed', reason: '' } });
      story.at(70).bus.appended('ap1', subjectOf('event', radio, 'trial.ended'), 'x', data);
    },
  ];
  for (const tell of stories) {
    const found = watched(unconfirmedGoesBack, (story) => {
      tell(onTrial(story));
      story.at(2_000).record('message', { type: 'load.measured' });
    });
    assert.deepEqual(found, { checked: 1, broken: [] });
  }
});

test('on trial: a radio that stays without a word is caught, and so is one that never speaks again', () => {
  const spoke = watched(unconfirmedGoesBack, (story) => {
    onTrial(story).at(120).record('message', { type: 'load.measured' });
  });
  const silent = watched(unconfirmedGoesBack, (story) => onTrial(story).at(120));
  const other = watched(unconfirmedGoesBack, (story) => {
    onTrial(story).at(50).record('message', { type: 'confirm.requested', key: 'another' }).at(120);
  });
  for (const { broken } of [spoke, silent, other]) {
    assert.match(broken[0]!.what, /still on .* though nobody confirmed k: .* 60\.000 s after/);
  }
});

test('on trial: a node that was dead when the time was over goes back when it is up again', () => {
  const story = (untilS: number) =>
    watched(unconfirmedGoesBack, (told) => {
      onTrial(told).at(600).record('fault', { kind: 'start', node: 'ap1' });
      told.at(untilS).sends(channel.plain);
    });
  assert.deepEqual(story(610), { checked: 1, broken: [] });
  const late = watched(unconfirmedGoesBack, (told) => {
    onTrial(told).at(600).record('fault', { kind: 'start', node: 'ap1' }).at(700);
  });
  assert.equal(late.broken.length, 1);
});

test('on trial: a change that need not be confirmed stays', () => {
  const found = watched(unconfirmedGoesBack, (story) => {
    story.at(0).sends(channel.plain).at(1).record('message', moveTo(channel.radar, {}));
    story.at(2).sends(channel.radar).at(2_000);
  });
  assert.deepEqual(found, { checked: 0, broken: [] });
});

/** It was told to move at 1 s, and has come at 10 s. */
function onTrial(story: Story): Story {
  story.at(0).sends(channel.plain).at(1).record('message', moveTo(channel.radar));
  return story.at(10).sends(channel.radar);
}
