import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeTaskEvent } from '#agents/mcp/task-event.ts';
import { span } from '#protocols/channels.ts';
import { address } from '#protocols/ids.ts';
import { metaKey } from '#protocols/mcp.ts';
import { subjectOf, taskSubject } from '#protocols/subjects.ts';
import { actuationOnce } from '#sim/checkers/actuation-once.ts';
import { callsEnd } from '#sim/checkers/calls-end.ts';
import { eventsKept } from '#sim/checkers/events-kept.ts';
import { checkers } from '#sim/checkers/index.ts';
import { oneLeaseHolder } from '#sim/checkers/one-lease-holder.ts';
import { planNotWorse } from '#sim/checkers/plan-not-worse.ts';
import { verdictBeforeActuation } from '#sim/checkers/verdict-before-actuation.ts';
import { bytes, channel, radio, type Story, watched } from './watched.ts';

const coordinator = address('hq', 'cloud', 'coordinator');

test('actuation once: one call and one change for one key', () => {
  const asked = { type: 'move.requested', move: { callId: 'c1' } };
  const found = watched(actuationOnce, (story) => {
    story.record('message', asked).record('actuation', { key: 'k1' }).listens(null);
    story.sends(channel.plain).record('actuation', { key: 'k2' }).sends(channel.radar);
  });

  assert.deepEqual(found, { checked: 3, broken: [] });
});

test('actuation once: a call that is run twice, and a key that changes the radio twice', () => {
  const asked = { type: 'power.requested', callId: 'c1', eirpDbm: 10 };
  const twice = watched(actuationOnce, (story) => {
    story.record('message', asked).at(5).record('message', asked);
  });
  const again = watched(actuationOnce, (story) => {
    story.record('actuation', { key: 'k1' }).sends(channel.plain).listens(null);
    story.record('actuation', { key: 'k1' }).sends(channel.plain);
  });

  assert.match(twice.broken[0]!.what, /carries out call c1 again/);
  assert.match(again.broken[0]!.what, /key k1 changes the radio/);
});

test('verdict: behind every change of what is sent, none behind silence', () => {
  const good = watched(verdictBeforeActuation, (story) => {
    story.record('actuation', { key: 'k', input: { verdictId: 'v' } }).sends(channel.plain);
    story.record('actuation', { key: 'l', input: null }).listens(null);
  });
  const bad = watched(verdictBeforeActuation, (story) => {
    story.record('actuation', { key: 'k', input: { verdictId: '' } }).sends(channel.plain);
  });

  assert.deepEqual(good, { checked: 1, broken: [] });
  assert.equal(bad.broken.length, 1);
});

test('calls: answered by a task event or by what the caller was told', () => {
  const found = watched(callsEnd, (story) => {
    command(story, 'c1');
    command(story, 'c2');
    const times = { createdMs: 0, nowMs: 0, deadlineMs: 0 };
    const done = { status: 'completed', resultJson: '{"resultType":"complete"}' } as const;
    const task = encodeTaskEvent('c1', 'coordinator', done, times);
    story.at(5).bus.appended('ap1', taskSubject(radio, 'c1'), 't1', task);
    story.record('message', { type: 'call.returned', callId: 'c2' }, coordinator).at(9_999);
  });

  assert.deepEqual(found, { checked: 2, broken: [] });
});

test('calls: one that never ends is caught, one that may still end is not', () => {
  const lost = watched(callsEnd, (story) => {
    command(story, 'c1');
    story.at(9_999);
  });
  const waiting = watched(callsEnd, (story) => {
    command(story, 'c1');
    story.at(59);
  });
  const late = watched(callsEnd, (story) => {
    const ended = story.bus.asked('ap1', subjectOf('call', coordinator, 'a_b', 'ap1'), 1_000);
    story.at(9);
    ended({ ok: false, error: { code: 'timed_out' } });
  });

  assert.match(lost.broken[0]!.what, /was never answered/);
  assert.deepEqual(waiting, { checked: 0, broken: [] });
  assert.match(late.broken[0]!.what, /7\.000 s late/);
});

test('leases: renewed, released and run out are fine; a second holder is not', () => {
  const lease = (holder: string) => bytes({ holder, grantedMs: 0, expiresMs: 30_000 });
  const good = watched(oneLeaseHolder, ({ at, bus }) => {
    bus.leased('cloud', 'coordinator', lease('a'));
    at(10);
    bus.leased('cloud', 'coordinator', lease('a'));
    at(41);
    bus.leased('cloud', 'coordinator', lease('b'));
    bus.leased('cloud', 'coordinator', null);
    bus.leased('cloud', 'coordinator', lease('c'));
  });
  const bad = watched(oneLeaseHolder, ({ at, bus }) => {
    bus.leased('cloud', 'coordinator', lease('a'));
    at(20);
    bus.leased('cloud', 'coordinator', lease('b'));
  });

  assert.deepEqual(good, { checked: 5, broken: [] });
  assert.match(bad.broken[0]!.what, /while a holds it/);
});

test('events: stored ones arrive, once', () => {
  const subject = subjectOf('event', radio, 'radar.detected');
  const event = bytes({ id: 'e1' });
  const stored = ({ at, bus }: Story) => {
    at(1);
    bus.appended('ap1', subject, 'e1', event);
  };
  const good = watched(eventsKept, (story) => {
    stored(story);
    story.at(2).hub(subject, event).at(99);
  });
  const lost = watched(eventsKept, (story) => {
    stored(story);
    story.at(99);
  });
  const cutOff = watched(
    eventsKept,
    (story) => {
      stored(story);
      story.at(99);
    },
    { reachable: false },
  );
  const doubled = watched(eventsKept, (story) => {
    story.hub(subject, event).hub(subject, event);
  });

  assert.deepEqual(good, { checked: 1, broken: [] });
  assert.match(lost.broken[0]!.what, /e1 was acknowledged and never reached the hub/);
  assert.deepEqual(cutOff, { checked: 0, broken: [] });
  assert.match(doubled.broken[0]!.what, /reached the hub twice/);
});

test('plans: a confirmed change that made things worse is caught', () => {
  const moved = (before: number, after: number, filled = false) =>
    watched(planNotWorse, (story) => {
      const survey = (on: typeof channel.plain, throughputMbps: number) =>
        story.record('message', {
          type: 'survey.measured',
          channel: on,
          clients: [{ id: 'c', offeredMbps: 10, throughputMbps }],
        });
      for (let t = 1; t < 6; t += 1) story.at(t) && survey(channel.plain, before);
      if (filled) {
        const { lowMhz, highMhz } = span(channel.plain);
        const findings = [{ lowMhz, highMhz }];
        story.record('message', { type: 'spectrum.judged', findings });
      }
      story.at(6).sends(channel.radar);
      for (let t = 7; t < 12; t += 1) story.at(t) && survey(channel.radar, after);
      const change = { radio, from: channel.plain, to: channel.radar };
      const data = bytes({ id: 'x', data: { change } });
      story.bus.appended('cloud', subjectOf('event', coordinator, 'change.confirmed'), 'x', data);
    });

  assert.deepEqual(moved(5, 9), { checked: 1, broken: [] });
  assert.deepEqual(moved(9, 8.9), { checked: 1, broken: [] });
  assert.match(moved(9, 5).broken[0]!.what, /40\.0 % less/);
  // Driven out, it has nothing to be held against.
  assert.deepEqual(moved(9, 5, true).broken, []);
});

test('each checker is listed once and says what it holds', () => {
  assert.equal(new Set(checkers.map(({ name }) => name)).size, checkers.length);
  for (const { text } of checkers) assert.match(text, /\.$/);
});

/** A durable call to the radio, good for a minute. */
function command({ bus }: Story, key: string): void {
  const meta = {
    [metaKey.idempotencyKey]: key,
    [metaKey.issuedAt]: 1_000,
    [metaKey.deadline]: 61_000,
  };
  const data = bytes({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { _meta: meta } });
  const subject = subjectOf('cmd', radio, 'radio_set_channel', 'coordinator');
  bus.appended('cloud', subject, `coordinator/${key}`, data);
}
