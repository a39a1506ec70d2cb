/** What every bus keeps, told once and run over each implementation. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Bus, BusDone, BusMessage, BusStatus, StreamMessage } from '#agents/bus/bus.ts';
import { hubConformance } from './conformance-hub.ts';
import { bytes, outcomes, text } from './outcomes.ts';

/** A site `hq` with a hub and the leaves `ap1` and `ap2`. */
export interface BusWorld {
  connect(client: string, domain: string): Promise<Bus>;
  /** Lets time pass until `isMet`; fails with `what` when that takes longer than ten seconds. */
  until(isMet: () => boolean, what: string): Promise<void>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  setLink(node: string, state: 'up' | 'down'): void;
  stop(): Promise<void>;
}

export function conformance(name: string, start: () => Promise<BusWorld>): void {
  suite(name, { concurrency: false }, () => {
    let world: BusWorld;
    let hub: Bus;
    let ap1: Bus;
    let ap2: Bus;

    before(async () => {
      world = await start();
      hub = await world.connect('cloud', 'hub');
      ap1 = await world.connect('ap1', 'ap1');
      ap2 = await world.connect('ap2', 'ap2');
    });
    after(() => world.stop());

    const { value, failure } = outcomes((isMet, what) => world.until(isMet, what));
    /** A new subscription is known everywhere only after a while. */
    const settle = () => world.pass(250);
    const ask =
      (bus: Bus, subject: string, timeoutMs = 2_000) =>
      (done: BusDone<BusMessage>) => {
        bus.request(subject, bytes('?'), { timeoutMs }, done);
      };
    const append =
      (bus: Bus, subject: string, text: string, id: string) =>
      (done: Parameters<Bus['append']>[3]) =>
        bus.append(subject, bytes(text), { id }, done);

    test('a message reaches every subscription that takes its subject, at leaf and hub', async () => {
      const got: string[] = [];
      const other = await world.connect('operator', 'hub');
      const subscriptions = [
        hub.subscribe('airguard.hq.log.*.radio-0.>', ({ data }) => got.push(`hub ${text(data)}`)),
        ap1.subscribe('airguard.hq.log.ap1.>', ({ data }) => got.push(`ap1 ${text(data)}`)),
        other.subscribe('airguard.hq.log.>', ({ data }) => got.push(`other ${text(data)}`)),
        ap2.subscribe('airguard.hq.log.ap2.>', ({ data }) => got.push(`no ${text(data)}`)),
      ];
      await settle();

      ap1.publish('airguard.hq.log.ap1.radio-0.line.written', bytes('hello'));
      await world.until(() => got.length >= 3, 'three subscriptions get it');
      for (const subscription of subscriptions) subscription.close();
      await settle();
      ap1.publish('airguard.hq.log.ap1.radio-0.line.written', bytes('again'));
      await settle();

      assert.deepEqual(got.sort(), ['ap1 hello', 'hub hello', 'other hello']);
    });

    test('headers travel, and a plain message wants no reply', async () => {
      const got: BusMessage[] = [];
      const subscription = hub.subscribe('airguard.hq.inspect.>', (message) => got.push(message));
      await settle();
      ap1.publish('airguard.hq.inspect.ap1.a.b', bytes('x'), { Traceparent: '00-ab', Note: 'ä' });
      await world.until(() => got.length > 0, 'it arrives');
      subscription.close();
      assert.deepEqual({ ...got[0]!.headers }, { Traceparent: '00-ab', Note: 'ä' });
      assert.equal(got[0]!.wantsReply, false);
      got[0]!.respond(bytes('nobody asked'));
    });

    test('a burst of messages of any size arrives whole and in order', async () => {
      const sizes = [
        0,
        1,
        199,
        16_384,
        70_000,
        3,
        40_000,
        40_000,
        900_000,
        ...Array(300).fill(117),
      ];
      const payloadOf = (index: number) => new Uint8Array(sizes[index]!).fill(index);
      const got: BusMessage[] = [];
      const other = await world.connect('operator', 'hub');
      other.subscribe('airguard.hq.log.hub.burst.>', (message) => got.push(message));
      await settle();

      for (const [index] of sizes.entries()) {
        const headers = { part: `${index} – Übermaß` };
        hub.publish('airguard.hq.log.hub.burst.one.sent', payloadOf(index), headers);
      }
      await world.until(() => got.length >= sizes.length, 'the whole burst arrives');
      for (const [index, { data, headers }] of got.entries()) {
        assert.equal(headers.part, `${index} – Übermaß`);
        assert.ok(Buffer.from(payloadOf(index)).equals(data), `message ${index} is whole`);
      }
    });

    test('one member of a queue group gets each message', async () => {
      let count = 0;
      const other = await world.connect('cloud', 'hub');
      const members = [hub, other].map((bus) =>
        bus.subscribe('airguard.hq.call.cloud.>', () => (count += 1), { queue: 'cloud' }),
      );
      await settle();
      for (let sent = 0; sent < 20; sent += 1) {
        ap1.publish('airguard.hq.call.cloud.auditor.auditor_check.ap1', bytes(`${sent}`));
      }
      await world.until(() => count >= 20, 'twenty are taken');
      await settle();
      for (const member of members) member.close();
      assert.equal(count, 20);
    });

    test('a request is answered across the link, after interim answers', async () => {
      const interim: string[] = [];
      const served = ap1.subscribe('airguard.hq.call.ap1.>', (message) => {
        assert.equal(message.wantsReply, true);
        message.respond(bytes('10 %'), { Progress: '1' });
        message.respond(bytes('90 %'), { Progress: '1' });
        message.respond(bytes(`done ${text(message.data)}`));
      });
      await settle();
      const answer = await value<BusMessage>((done) =>
        hub.request(
          'airguard.hq.call.ap1.radio-0.radio_get_state.coordinator',
          bytes('it'),
          {
            timeoutMs: 2_000,
            isInterim: ({ headers }) => headers.Progress === '1',
            onInterim: ({ data }) => interim.push(text(data)),
          },
          done,
        ),
      );
      served.close();
      assert.deepEqual(interim, ['10 %', '90 %']);
      assert.equal(text(answer.data), 'done it');
    });

    test('a request nobody serves fails at once, one nobody answers fails in time', async () => {
      const silent = hub.subscribe('airguard.hq.call.cloud.silent.>', () => {});
      await settle();
      const nobody = ask(ap1, 'airguard.hq.call.cloud.nobody.auditor_check.ap1', 60_000);
      assert.equal(await failure(nobody), 'no_responders');
      const late = ask(ap1, 'airguard.hq.call.cloud.silent.auditor_check.ap1', 200);
      assert.equal(await failure(late), 'timed_out');
      let called = false;
      ap1
        .request(
          'airguard.hq.call.cloud.silent.auditor_check.ap1',
          bytes(''),
          { timeoutMs: 50 },
          () => {
            called = true;
          },
        )
        .cancel();
      await world.pass(200);
      silent.close();
      assert.equal(called, false);
    });

    test('an append is acknowledged, stored once per id, and comes to the hub in order', async () => {
      const seen: string[] = [];
      const consumer = hub.consume(
        { stream: 'EVENTS', durable: 'order', filter: 'airguard.hq.event.ap1.>' },
        (message) => {
          seen.push(text(message.data));
          message.ack();
        },
      );
      const subject = 'airguard.hq.event.ap1.radio-0.radar.detected';
      const first = await value(append(ap1, subject, '0', 'order#0'));
      const again = await value(append(ap1, subject, '0', 'order#0'));
      assert.equal(first.stream, 'EVENTS');
      assert.deepEqual([first.duplicate, again.duplicate], [false, true]);
      assert.equal(again.seq, first.seq);

      let acknowledged = 0;
      for (let index = 1; index < 200; index += 1) {
        ap1.append(subject, bytes(`${index}`), { id: `order#${index}` }, ({ ok }) => {
          if (ok) acknowledged += 1;
        });
      }
      await world.until(() => acknowledged === 199 && seen.length >= 200, 'all are at the hub');
      await settle();
      consumer.close();
      assert.deepEqual(
        seen,
        Array.from({ length: 200 }, (_, index) => `${index}`),
      );
    });

    test('a domain stores only what its own node tells', async () => {
      const foreign = append(ap1, 'airguard.hq.event.ap2.radio-0.radar.detected', 'x', 'forged#1');
      assert.equal(await failure(foreign), 'no_responders');
      const huge = (done: BusDone<unknown>) =>
        ap1.append(
          'airguard.hq.event.ap1.radio-0.radar.detected',
          new Uint8Array(1024 * 1024 + 1),
          { id: 'huge#1' },
          done,
        );
      assert.equal(await failure(huge), 'limit');
    });

    test('a command reaches its own node, and no other', async () => {
      const got: string[] = [];
      const consumers = [ap1, ap2].map((bus) =>
        bus.consume(
          { stream: 'COMMANDS', durable: 'own', filter: `airguard.hq.cmd.${bus.client}.>` },
          (message) => {
            got.push(`${bus.client} ${text(message.data)}`);
            message.ack();
          },
        ),
      );
      const to = (node: string) => `airguard.hq.cmd.${node}.radio-0.radio_set_channel.coordinator`;
      await value(append(hub, to('ap1'), 'one', 'own#1'));
      await value(append(hub, to('ap2'), 'two', 'own#2'));
      await world.until(() => got.length >= 2, 'both arrive');
      await settle();
      for (const consumer of consumers) consumer.close();
      assert.deepEqual(got.sort(), ['ap1 one', 'ap2 two']);
    });

    test('an unacknowledged message comes again; nak, working and term say when', async () => {
      const subject = 'airguard.hq.event.ap2.radio-0.channel.changed';
      const filter = 'airguard.hq.event.ap2.>';
      const got: [text: string, deliveries: number][] = [];
      const consumer = ap2.consume(
        { stream: 'EVENTS', durable: 'again', filter, ackWaitMs: 1_000 },
        (message) => {
          got.push([text(message.data), message.deliveries]);
          handle(message);
        },
      );
      const handle = (message: StreamMessage) => {
        if (message.deliveries > 1) return message.ack();
        const what = text(message.data);
        if (what === 'nak') message.nak(300);
        if (what === 'term') message.term('cannot be read');
        if (what === 'ack') message.ack();
      };
      for (const what of ['silent', 'nak', 'term', 'ack']) {
        await value(append(ap2, subject, what, `again#${what}`));
      }
      await world.until(() => got.length >= 6, 'two come again');
      await world.pass(1_500);
      consumer.close();
      assert.deepEqual(
        got.sort(([one], [other]) => (one < other ? -1 : 1)),
        [
          ['ack', 1],
          ['nak', 1],
          ['nak', 2],
          ['silent', 1],
          ['silent', 2],
          ['term', 1],
        ],
      );
    });

    test('no more are in flight than asked for, and the position outlives the process', async () => {
      const subject = 'airguard.hq.ledger.ap1.auditor.entry.written';
      const options = {
        stream: 'LEDGER',
        durable: 'place',
        filter: 'airguard.hq.ledger.ap1.>',
        maxInFlight: 3,
        ackWaitMs: 20_000,
      };
      for (let index = 0; index < 8; index += 1) {
        await value(append(ap1, subject, `${index}`, `place#${index}`));
      }
      const held: StreamMessage[] = [];
      const first = ap1.consume(options, (message) => held.push(message));
      await world.until(() => held.length >= 3, 'three arrive');
      await settle();
      assert.deepEqual(
        held.map(({ data }) => text(data)),
        ['0', '1', '2'],
      );
      for (const message of held) message.ack();
      await world.until(() => held.length >= 6, 'room is used');
      for (const message of held) message.ack();
      await world.until(() => held.length >= 8, 'the rest arrives');
      for (const message of held) message.ack();
      await settle();
      first.close();

      const later: string[] = [];
      const second = ap1.consume(options, (message) => {
        later.push(text(message.data));
        message.ack();
      });
      await value(append(ap1, subject, 'next', 'place#next'));
      await world.until(() => later.length > 0, 'the next arrives');
      await settle();
      second.close();
      assert.deepEqual(later, ['next']);
    });

    hubConformance({
      buses: () => ({ hub, ap1 }),
      until: (isMet, what) => world.until(isMet, what),
    });

    test('a leaf cut off stores and serves itself, and catches up when it is back', async () => {
      const states: string[] = [];
      const events: string[] = [];
      const commands: string[] = [];
      const status = ap1.onStatus(({ type }: BusStatus) => states.push(type));
      const served = ap1.subscribe('airguard.hq.call.ap1.>', (message) =>
        message.respond(bytes('!')),
      );
      const consumers = [
        hub.consume(
          { stream: 'EVENTS', durable: 'cut', filter: 'airguard.hq.event.ap1.edge-node.>' },
          (message) => {
            events.push(text(message.data));
            message.ack();
          },
        ),
        ap1.consume(
          { stream: 'COMMANDS', durable: 'cut', filter: 'airguard.hq.cmd.ap1.edge-node.>' },
          (message) => {
            commands.push(text(message.data));
            message.ack();
          },
        ),
      ];
      world.setLink('ap1', 'down');
      await world.until(() => states.includes('link.lost'), 'the cut is noticed');

      const event = 'airguard.hq.event.ap1.edge-node.health.changed';
      for (let index = 0; index < 20; index += 1) {
        await value(append(ap1, event, `e${index}`, `cut#e${index}`));
      }
      for (let index = 0; index < 5; index += 1) {
        const command = 'airguard.hq.cmd.ap1.edge-node.node_configure.operator';
        await value(append(hub, command, `c${index}`, `cut#c${index}`));
      }
      assert.equal(text((await value(ask(ap1, 'airguard.hq.call.ap1.a.b.ap1'))).data), '!');
      assert.equal(await failure(ask(hub, 'airguard.hq.call.ap1.a.b.auditor')), 'no_responders');
      const away = (done: BusDone<unknown>) =>
        ap1.keyValue('REGISTRY').put('ap1.away', bytes('1'), done);
      assert.equal(await failure(away), 'disconnected');
      assert.deepEqual([events, commands], [[], []]);

      world.setLink('ap1', 'up');
      await world.until(() => events.length >= 20 && commands.length >= 5, 'both sides catch up');
      await world.until(() => states.includes('link.restored'), 'the link is back');
      await settle();
      for (const consumer of consumers) consumer.close();
      served.close();
      status.close();
      assert.deepEqual(
        events,
        Array.from({ length: 20 }, (_, index) => `e${index}`),
      );
      assert.deepEqual(
        commands,
        Array.from({ length: 5 }, (_, index) => `c${index}`),
      );
    });

    test('draining finishes what is under way; afterwards everything fails as closed', async () => {
      const leaving = await world.connect('ap2', 'ap2');
      let acknowledged = 0;
      let isDone = false;
      for (let index = 0; index < 100; index += 1) {
        const subject = 'airguard.hq.event.ap2.edge-node.health.changed';
        leaving.append(subject, bytes('x'), { id: `drain#${index}` }, ({ ok }) => {
          if (ok) acknowledged += 1;
        });
      }
      leaving.drain(() => {
        isDone = true;
      });
      await world.until(() => isDone, 'it drains');
      assert.equal(acknowledged, 100);
      assert.equal(await failure(ask(leaving, 'airguard.hq.call.cloud.x.y.ap2')), 'closed');
      const late = append(leaving, 'airguard.hq.event.ap2.a.b.c', 'x', 'late');
      assert.equal(await failure(late), 'closed');
    });
  });
}
