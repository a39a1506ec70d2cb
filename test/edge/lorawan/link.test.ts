/** A link before a modem that a test answers for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { anAlert } from '#cli/lorawan/field.ts';
import { LoraLink, type LoraLinkParts } from '#edge/lorawan/link.ts';
import type { NodeMessage } from '#edge/lorawan/outbox.ts';
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import { dataFrameUs } from '#protocols/lorawan/airtime.ts';
import { decodeMessage, encodeMessage } from '#protocols/lorawan/codec.ts';
import type { LoraModem, ModemDone, ModemError, ModemEvent } from '#protocols/lorawan/modem.ts';
import { rateOf, regionNamed } from '#protocols/lorawan/regions.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { mostInAnHour } from '#sim/lorawan/fullest-hour.ts';

const alert = (record: number): NodeMessage => ({ is: 'alert', record, at: 1, ...anAlert });
const acknowledgement = (record: number): NodeMessage => ({
  is: 'acknowledgement',
  record,
  configuration: 1,
  outcome: 'applied',
  reason: null,
});

test('an alert overtakes what waits, a message under way is not broken off', () => {
  const { link, modem, pass, sent } = makeLink();
  link.open();
  modem.answer();
  pass(11);
  modem.answer();
  link.send(acknowledgement(1));
  pass(10);
  link.send(acknowledgement(2));
  link.send(alert(3));
  pass(10);
  assert.deepEqual(sent(), [1]);
  modem.answer();
  modem.answer();
  modem.answer();
  assert.deepEqual(sent(), [1, 3, 2]);
});

test('an alert is repeated until its receipt, and a receipt of another ends nothing', () => {
  const { link, modem, pass, sent } = makeLink();
  link.open();
  modem.answerAll();
  pass(11);
  link.send(alert(7));
  pass(100);
  assert.deepEqual(sent(), [7, 7]);
  modem.hear(encodeMessage({ is: 'receipt', record: 8 }));
  pass(200);
  assert.deepEqual(sent(), [7, 7, 7]);
  modem.hear(encodeMessage({ is: 'receipt', record: 7 }));
  pass(3_600);
  assert.equal(sent().length, 3);
  assert.deepEqual([link.health().received, link.withdraw()], [1, []]);
});

test('what nobody receives is given up in the end, and left to the better link', () => {
  const { link, modem, pass, sent } = makeLink();
  link.open();
  modem.answerAll();
  pass(11);
  link.send(alert(7));
  pass(24 * 3_600);
  assert.equal(sent().length, 8);
  assert.equal(link.health().givenUp, 1);
  assert.deepEqual(
    link.withdraw().map(({ record }) => record),
    [7],
  );
});

test('a modem that is unplugged is opened again, and what waited is sent', () => {
  const { link, modem, pass, sent } = makeLink();
  link.open();
  modem.answerAll();
  pass(11);
  modem.unplug();
  assert.equal(link.health().state, 'gone');
  link.send(alert(7));
  pass(20);
  assert.equal(link.health().state, 'joined');
  assert.deepEqual(sent(), [7]);
});

test('what the modem refuses is tried again as its reason has it', () => {
  for (const [code, withinS] of [
    ['busy', 10],
    ['duty_limited', 10],
    ['not_joined', 10],
    ['too_long', 100],
  ] as const) {
    const { link, modem, pass, sent } = makeLink();
    link.open();
    modem.answerAll();
    pass(11);
    modem.failNext({ code, message: code });
    const before = link.health().airtimeUs;
    link.send(alert(7));
    while (sent().length === 0) pass(0.1);
    assert.equal(link.health().fault, code);
    // What was not on the air is not counted.
    assert.equal(link.health().airtimeUs, before);
    pass(withinS);
    assert.deepEqual(sent(), [7, 7], code);
    assert.equal(modem.joinsAsked, code === 'not_joined' ? 2 : 1);
  }
});

test('a network that does not answer is asked ever less often, within the duty cycle', () => {
  const { link, modem, pass } = makeLink();
  modem.joins = false;
  link.open();
  modem.answerAll();
  pass(11);
  pass(24 * 3_600);
  assert(modem.joinsAsked > 10 && modem.joinsAsked < 40, String(modem.joinsAsked));
});

test('what comes down and is none of the two messages is counted and has no effect', () => {
  const { link, modem, pass, requests } = makeLink();
  link.open();
  modem.answerAll();
  pass(11);
  modem.hear(Uint8Array.of(0xff));
  modem.hear(encodeMessage(alert(1)));
  modem.hear(encodeMessage({ is: 'heartbeat_request', nonce: 1 }), 9);
  assert.deepEqual([link.health().unread, requests.count], [2, 0]);
  modem.hear(encodeMessage({ is: 'heartbeat_request', nonce: 1 }));
  assert.equal(requests.count, 1);
});

test('a node that starts again and again keeps its duty cycle, given what it spent before', () => {
  const clock = new VirtualClock(1_800_000_000 * US_PER_S);
  const sent: { startUs: number; endUs: number }[] = [];
  let spent: LoraLinkParts['spent'] = [];
  for (let start = 0; start < 40; start += 1) {
    const { link, modem, pass } = makeLink(clock, spent, clock.hostClock());
    modem.onSend = (bytes) => {
      const startUs = clock.monotonic();
      sent.push({ startUs, endUs: startUs + dataFrameUs(rateOf(regionNamed('EU868'), 0), bytes) });
    };
    link.open();
    modem.answerAll();
    for (let record = 0; record < 5; record += 1) link.send(alert(start * 5 + record));
    pass(180);
    spent = JSON.parse(JSON.stringify(link.spent()));
    link.close();
  }
  assert(mostInAnHour(sent) <= 36 * US_PER_S);
  assert(mostInAnHour(sent) > 20 * US_PER_S);
});

test('a closed link says nothing more', () => {
  const { link, modem, pass, sent } = makeLink();
  link.open();
  modem.answerAll();
  pass(11);
  link.send(alert(7));
  pass(10);
  link.close();
  pass(7_200);
  assert.deepEqual(sent(), [7]);
});

class HandModem implements LoraModem {
  readonly address = 'hand:';
  readonly sent: Uint8Array[] = [];
  joins = true;
  joinsAsked = 0;
  onSend: (bytes: number) => void = () => undefined;
  #isAnswering = false;
  #onEvent: ((event: ModemEvent) => void) | undefined;
  #open: (() => void)[] = [];
  #failure: ModemError | undefined;

  open(onEvent: (event: ModemEvent) => void, done: ModemDone<null>): void {
    this.#onEvent = onEvent;
    this.#later(() => done({ ok: true, value: null }));
  }
  join(done: ModemDone<null>): void {
    this.joinsAsked += 1;
    this.#later(() =>
      done(
        this.joins
          ? { ok: true, value: null }
          : { ok: false, error: { code: 'rejected', message: 'no answer' } },
      ),
    );
  }
  send({ payload }: { payload: Uint8Array }, done: ModemDone<null>): void {
    this.sent.push(payload);
    this.onSend(payload.length);
    const error = this.#failure;
    this.#failure = undefined;
    this.#later(() => done(error === undefined ? { ok: true, value: null } : { ok: false, error }));
  }
  close(): void {
    this.#onEvent = undefined;
  }

  /** Answers what was asked first. */
  answer(): void {
    this.#open.shift()?.();
  }
  /** From now on everything at once. */
  answerAll(): void {
    this.#isAnswering = true;
    while (this.#open.length > 0) this.answer();
  }
  failNext(error: ModemError): void {
    this.#failure = error;
  }
  hear(payload: Uint8Array, port = 10): void {
    this.#onEvent?.({ type: 'downlink', port, payload });
  }
  unplug(): void {
    this.#onEvent?.({ type: 'gone', message: 'unplugged' });
  }
  #later(task: () => void): void {
    if (this.#isAnswering) task();
    else this.#open.push(task);
  }
}

/** A closed link at DR0 of EU868. */
function makeLink(
  world = new VirtualClock(),
  spent: LoraLinkParts['spent'] = [],
  clock: Clock = world,
) {
  const modem = new HandModem();
  const requests = { count: 0 };
  const link = new LoraLink({
    clock,
    random: createRandom(1),
    modem,
    region: regionNamed('EU868'),
    dr: 0,
    spent,
    onRequest: () => {
      requests.count += 1;
    },
  });
  return {
    link,
    modem,
    requests,
    pass(seconds: number): void {
      const untilUs = world.monotonic() + seconds * US_PER_S;
      world.schedule(untilUs, () => undefined, { target: '~', source: '~', seq: 0 });
      while (world.monotonic() < untilUs) world.step();
    },
    /** Records of what was sent. */
    sent: () =>
      modem.sent.map((payload) => {
        const outcome = decodeMessage(payload);
        assert(outcome.ok && 'record' in outcome.value);
        return outcome.value.record;
      }),
  };
}
