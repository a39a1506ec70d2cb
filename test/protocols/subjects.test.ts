import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { address } from '#protocols/ids.ts';
import * as subjects from '#protocols/subjects.ts';

const { callSubject, everySubject, parseCallSubject, parseSubject, subjectMatches } = subjects;

const token = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,10}[a-z0-9])?$/);
const tool = fc.stringMatching(/^[a-z]{1,6}_[a-z]{1,6}$/);
const anyAddress = fc.tuple(token, token, token).map((parts) => address(...parts));

test('a call subject says lane, address, tool and caller, and parses back', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('live' as const, 'durable' as const),
      anyAddress,
      tool,
      token,
      (lane, to, name, caller) => {
        const parsed = parseCallSubject(callSubject(lane, to, name, caller));
        assert(parsed !== undefined);
        const [site, node, actor] = to.split('/');
        assert.deepEqual(parsed, { lane, site, node, actor, address: to, tool: name, caller });
      },
    ),
  );
  assert.equal(
    callSubject('durable', address('hq', 'ap12', 'radio-0'), 'radio_set_channel', 'coordinator'),
    'airguard.hq.cmd.ap12.radio-0.radio_set_channel.coordinator',
  );
});

test('any subject of the grammar parses back, and the builders keep to it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...subjects.kinds),
      anyAddress,
      fc.array(tool),
      (kind, to, name) => {
        const subject = subjects.subjectOf(kind, to, ...name);
        const [site, node, actor] = to.split('/') as [string, string, string];
        assert.deepEqual(parseSubject(subject), { site, kind, node, actor, name });
        if (name.length === 0) return;
        for (const place of [{ site }, { site, node }, { site, node, actor }, { site, actor }]) {
          assert(subjectMatches(everySubject(kind, place), subject));
        }
        assert(!subjectMatches(everySubject(kind, { site: `${site}x` }), subject));
      },
    ),
  );
  const radio = address('hq', 'ap12', 'radio-0');
  assert.equal(
    subjects.eventSubject(radio, 'radar.detected'),
    'airguard.hq.event.ap12.radio-0.radar.detected',
  );
  assert.equal(
    subjects.eventSubject(radio, 'survey.measured', 'metric'),
    'airguard.hq.metric.ap12.radio-0.survey.measured',
  );
  assert.equal(
    subjects.controlSubject(radio, 'cancel', 'operator'),
    'airguard.hq.control.ap12.radio-0.cancel.operator',
  );
  assert.equal(subjects.replyPrefix('hq', 'ap12'), 'airguard.hq.reply.ap12');
});

test('what is not of the grammar does not parse', () => {
  for (const subject of [
    '',
    'airguard',
    'airguard.hq.call.ap1',
    'airguard..call.ap1.radio-0',
    'airguard.hq.nonsense.ap1.radio-0',
    'other.hq.call.ap1.radio-0.tool.caller',
    'airguard.hq.call.ap1.radio-0..caller',
  ]) {
    assert.equal(parseSubject(subject), undefined);
  }
  for (const subject of [
    'airguard.hq.call.ap1.radio-0.tool',
    'airguard.hq.call.ap1.radio-0.tool.extra.caller',
    'airguard.hq.event.ap1.radio-0.radar.detected',
  ]) {
    assert.equal(parseCallSubject(subject), undefined);
  }
});

test('any text becomes one token and comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoded = subjects.encodeToken(text);
      assert.match(encoded, /^[A-Za-z0-9_%-]+$/);
      assert.equal(subjects.decodeToken(encoded), text.toWellFormed());
    }),
  );
  assert.equal(
    subjects.taskSubject(address('hq', 'ap1', 'radio-0'), 'a.b>*'),
    'airguard.hq.task.ap1.radio-0.a%2Eb%3E%2A',
  );
  for (const token of ['%zz', '%61', 'a.b', '%ff']) {
    assert.equal(subjects.decodeToken(token), undefined);
  }
});

test('every stored kind is in exactly one stream', () => {
  const stored = Object.values(subjects.streams).flat();
  assert.equal(new Set(stored).size, stored.length);
  assert.equal(subjects.streamOf('task'), 'EVENTS');
  assert.equal(subjects.streamOf('call'), undefined);
  assert.deepEqual(subjects.streamSubjects('EVENTS', { site: 'hq', node: 'ap1' }), [
    'airguard.hq.event.ap1.>',
    'airguard.hq.task.ap1.>',
  ]);
});

test('patterns match as NATS matches them', () => {
  const cases: [string, string, boolean][] = [
    ['>', 'a', true],
    ['>', 'a.b', true],
    ['a.>', 'a', false],
    ['a.>', 'a.b.c', true],
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', false],
    ['a.*.c', 'a.b.c', true],
    ['*.*', 'a.b', true],
    ['a', 'a', true],
    ['a', 'ab', false],
    ['ab', 'a', false],
    ['a.b', 'a', false],
    ['a*', 'ab', false],
    ['a.*', 'a.', false],
    ['a.>', 'a.', false],
    ['', '', false],
  ];
  for (const [pattern, subject, matches] of cases) {
    assert.equal(subjectMatches(pattern, subject), matches, `${pattern} ${subject}`);
  }
});

test('a pattern made from a subject matches it, and not one with another fixed token', () => {
  const parts = fc.array(fc.tuple(token, fc.boolean()), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(parts, fc.nat(), (drawn, which) => {
      const pattern = drawn.map(([text, isAny]) => (isAny ? '*' : text)).join('.');
      const subject = drawn.map(([text]) => text);
      assert(subjectMatches(pattern, subject.join('.')));
      const at = which % subject.length;
      subject[at] = `${subject[at]}x`;
      assert.equal(subjectMatches(pattern, subject.join('.')), drawn[at]?.[1]);
    }),
  );
});
