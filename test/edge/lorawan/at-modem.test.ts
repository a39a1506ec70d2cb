/** The modem against a stand-in of the module's command set, and over a real pseudo-terminal. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { RealClock } from '#cli/live/real-clock.ts';
import type { OpenLine } from '#edge/lorawan/at-dialog.ts';
import { AtModem, type AtModemParts } from '#edge/lorawan/at-modem.ts';
import { serialDevice } from '#edge/lorawan/serial-device.ts';
import { US_PER_MS, US_PER_S } from '#protocols/clock.ts';
import type { ModemError, ModemEvent } from '#protocols/lorawan/modem.ts';
import { regionNamed } from '#protocols/lorawan/regions.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { Rui3StandIn } from './rui3-stand-in.ts';

const keys = {
  devEui: 'ac1f09fffe090b61',
  joinEui: '0000000000000001',
  appKey: '2b7e151628aed2a6abf7158809cf4f3c',
};

for (const echoes of [false, true]) {
  test(`opens, joins and sends${echoes ? ' with the echo on' : ''}, one command at a time`, () => {
    const { modem, module, pass, events, asked } = makeModem({ keys });
    module.echoes = echoes;
    const outcomes = asked();
    modem.open((event) => events.push(event), outcomes.push);
    pass(1);
    modem.join(outcomes.push);
    pass(1);
    module.downlinks = ['RX_1:-46:10:UNICAST:10:3000002A'];
    modem.send({ port: 10, payload: Uint8Array.of(0x23, 0xff), dr: 3 }, outcomes.push);
    pass(1);

    assert.deepEqual(outcomes.all, ['ok', 'ok', 'ok']);
    assert.deepEqual(module.hasty, []);
    assert.deepEqual(module.sent, [{ port: 10, payload: Buffer.from('23ff', 'hex'), dr: '3' }]);
    assert.deepEqual(events, [
      { type: 'downlink', port: 10, payload: Buffer.from('3000002a', 'hex') },
    ]);
    const { values } = module;
    assert.deepEqual(
      ['AT+NJM', 'AT+CLASS', 'AT+BAND', 'AT+ADR', 'AT+DCS', 'AT+CFM', 'AT+DEVEUI', 'AT+APPKEY'].map(
        (name) => values.get(name),
      ),
      ['1', 'A', '4', '0', '1', '0', keys.devEui, keys.appKey],
    );
  });
}

test('a module that is joined is not joined again', () => {
  const { modem, module, pass, asked } = makeModem();
  module.values.set('AT+NJS', '1');
  const outcomes = asked();
  modem.open(() => undefined, outcomes.push);
  pass(1);
  modem.join(outcomes.push);
  pass(1);
  assert.deepEqual(outcomes.all, ['ok', 'ok']);
  assert(!module.commands.some((command) => command.startsWith('AT+JOIN')));
});

test('what the module refuses comes back as what it means', () => {
  const refusal = (prepare: (module: Rui3StandIn) => void, bytes = 2) => {
    const { modem, module, pass, asked } = makeModem();
    const outcomes = asked();
    modem.open(() => undefined, outcomes.push);
    pass(1);
    modem.join(outcomes.push);
    pass(1);
    prepare(module);
    modem.send({ port: 10, payload: new Uint8Array(bytes), dr: 0 }, outcomes.push);
    pass(40);
    return outcomes.all[2];
  };
  assert.equal(
    refusal((module) => module.values.set('AT+NJS', '0')),
    'not_joined',
  );
  assert.equal(
    refusal((module) => Object.assign(module, { dutyLimited: true })),
    'duty_limited',
  );
  assert.equal(
    refusal(() => undefined, 52),
    'too_long',
  );
  assert.equal(
    refusal((module) => Object.assign(module, { isMute: true })),
    'gone',
  );
});

test('a network that does not answer, a mute module and one in another mode are told apart', () => {
  const noNetwork = makeModem();
  noNetwork.module.hasNetwork = false;
  const outcomes = noNetwork.asked();
  noNetwork.modem.open(() => undefined, outcomes.push);
  noNetwork.pass(1);
  noNetwork.modem.join(outcomes.push);
  noNetwork.pass(40);
  assert.deepEqual(outcomes.all, ['ok', 'rejected']);
  assert.match(outcomes.messages[0]!, /no network answered/);

  const mute = makeModem();
  mute.module.isMute = true;
  const muted = mute.asked();
  mute.modem.open(() => undefined, muted.push);
  mute.pass(5);
  assert.match(muted.messages[0]!, /at:test: no answer to AT\+NWM; is it a RUI3 module/);

  const p2p = makeModem();
  p2p.module.values.set('AT+NWM', '0');
  const other = p2p.asked();
  p2p.modem.open(() => undefined, other.push);
  p2p.pass(1);
  assert.match(other.messages[0]!, /set it with AT\+NWM=1/);
});

test('no key is ever told: neither where it is wrong nor where the module refuses it', () => {
  const secret = 'not-a-key-but-a-secret';
  assert.throws(
    () => makeModem({ keys: { ...keys, appKey: secret } }),
    (error: Error) => /AppKey: expected 32/.test(error.message) && !error.message.includes(secret),
  );
  const { modem, pass, asked, module } = makeModem({ keys });
  module.hear = (
    (hear) => (text: string) =>
      hear.call(module, text.startsWith('AT+APPKEY') ? 'AT+APPKEY=zz\r\n' : text)
  )(module.hear);
  const outcomes = asked();
  modem.open(() => undefined, outcomes.push);
  pass(2);
  assert.deepEqual(outcomes.messages, ['at:test: AT+APPKEY: AT_PARAM_ERROR']);
});

test('noise on the line is passed over', () => {
  const { modem, module, pass, asked, say, events } = makeModem();
  const outcomes = asked();
  modem.open((event) => events.push(event), outcomes.push);
  pass(1);
  say('\u0000\u00ff+EVT:RX_1:what\r\n+EVT:RX_1:-4:5:UNICAST:10:ABC\r\nOK\r\n\r\n+EVT:');
  say('x'.repeat(10_000));
  say('\r\n');
  modem.join(outcomes.push);
  pass(1);
  assert.deepEqual(outcomes.all, ['ok', 'ok']);
  assert.deepEqual(events, []);
  assert.equal(module.values.get('AT+NJS'), '1');
});

const hasPython = spawnSync('python3', ['-c', 'import pty'], { encoding: 'utf8' }).status === 0;

test('opens, joins and sends over a pseudo-terminal, and says when it is unplugged', {
  skip: hasPython ? false : 'no python3 here to make a pseudo-terminal',
}, async () => {
  const terminal = await openTerminal();
  const module = new Rui3StandIn(
    (text) => terminal.write(text),
    (task) => setTimeout(task, 5),
  );
  terminal.onText((text) => module.hear(text));
  module.echoes = true;
  const clock = new RealClock();
  const modem = new AtModem({
    clock,
    address: `at:${terminal.path}`,
    openLine: serialDevice(terminal.path),
    region: regionNamed('EU868'),
    dr: 0,
    keys,
  });
  const events: ModemEvent[] = [];
  const ok = (act: (done: (outcome: { ok: boolean }) => void) => void) =>
    new Promise<boolean>((resolve) => act(({ ok: isOk }) => resolve(isOk)));
  assert(await ok((done) => modem.open((event) => events.push(event), done)));
  assert(await ok((done) => modem.join(done)));
  module.downlinks = ['RX_1:-46:10:UNICAST:10:3000002A'];
  assert(
    await ok((done) => modem.send({ port: 10, payload: new Uint8Array(51).fill(7), dr: 0 }, done)),
  );
  assert.deepEqual(module.sent[0]?.payload, Buffer.alloc(51, 7));
  assert.deepEqual(module.hasty, []);
  assert.equal(events.length, 1);

  await terminal.close();
  for (let turn = 0; turn < 100 && events.length < 2; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(events[1]?.type, 'gone');
  modem.close();
});

test('a device that is none is refused by its kind', () => {
  assert.throws(
    () =>
      serialDevice('/no/such')(
        () => undefined,
        () => undefined,
      ),
    /ENOENT came/,
  );
  assert.throws(
    () =>
      serialDevice('/dev/null')(
        () => undefined,
        () => undefined,
      ),
    /expected a serial device, came a file of another kind/,
  );
});

/** A modem at DR0 of EU868 before a stand-in that answers after 10 ms. */
function makeModem(changes: Partial<AtModemParts> = {}) {
  const clock = new VirtualClock();
  const events: ModemEvent[] = [];
  let say = (_text: string): void => undefined;
  const module: Rui3StandIn = new Rui3StandIn(
    (text) => say(text),
    (task) => clock.schedule(clock.monotonic() + 10 * US_PER_MS, task),
  );
  const openLine: OpenLine = (onText) => {
    say = onText;
    return { write: (text) => module.hear(text), close: () => undefined };
  };
  const modem = new AtModem({
    clock,
    address: 'at:test',
    openLine,
    region: regionNamed('EU868'),
    dr: 0,
    ...changes,
  });
  return {
    modem,
    module,
    events,
    say: (text: string) => say(text),
    pass(seconds: number): void {
      const untilUs = clock.monotonic() + seconds * US_PER_S;
      clock.schedule(untilUs, () => undefined);
      while (clock.monotonic() < untilUs) clock.step();
    },
    asked() {
      const all: string[] = [];
      const messages: string[] = [];
      const push = (outcome: { ok: true } | { ok: false; error: ModemError }) => {
        all.push(outcome.ok ? 'ok' : outcome.error.code);
        if (!outcome.ok) messages.push(outcome.error.message);
      };
      return { all, messages, push };
    },
  };
}

/** A pseudo-terminal whose other end is this process, by way of Python. */
async function openTerminal() {
  const relay = `
import os, pty, select, sys, tty
master, slave = pty.openpty()
tty.setraw(master)
os.write(1, os.ttyname(slave).encode() + b'\\n')
while True:
    ready, _, _ = select.select([0, master], [], [])
    if 0 in ready:
        data = os.read(0, 4096)
        if not data: break
        os.write(master, data)
    if master in ready:
        os.write(1, os.read(master, 4096))
`;
  const child = spawn('python3', ['-c', relay], { stdio: ['pipe', 'pipe', 'inherit'] });
  const path = await new Promise<string>((resolve) => {
    let text = '';
    const take = (chunk: Buffer) => {
      text += chunk;
      if (!text.endsWith('\n')) return;
      child.stdout.off('data', take);
      resolve(text.trim());
    };
    child.stdout.on('data', take);
  });
  return {
    path,
    write: (text: string) => void child.stdin.write(text),
    onText: (take: (text: string) => void) =>
      void child.stdout.on('data', (chunk) => take(String(chunk))),
    close: () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null) resolve();
        child.once('exit', () => resolve());
        child.stdin.end();
      }),
  };
}
