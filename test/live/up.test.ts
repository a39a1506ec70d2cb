import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { airguard, isTaken, portsOf, survivors, UpProcess } from './fleet-process.ts';

test('up office runs, answers from outside, moves a radio by a verdict, and Ctrl-C ends everything', async () => {
  const up = new UpProcess('office', '--seed', '1', '--pace', '200');
  try {
    const state = await up.started();

    const got = up.call('hq/ap1/radio-1', 'radio_get_state');
    assert.equal(got.code, 0, got.stderr);
    assert.equal(JSON.parse(got.stdout).value.legal.channel.primaryMhz, 5180);

    // The camera of the recording fills the channel of ap1/radio-0.
    const moved = () =>
      up.ledger('ap1').find(({ reason }) => reason.startsWith('Asked by coordinator'));
    await up.until(() => moved() !== undefined, 'move of ap1/radio-0', 45_000);
    assert(up.ledger('cloud').some(({ kind }) => kind === 'verdict'));
    // It decided by the recording's bytes and by what the nodes measured, over their links.
    const decided = () => up.ledger('cloud').find(({ kind }) => kind === 'decision');
    await up.until(() => decided() !== undefined, 'decision in the ledger of the cloud');
    const decision = JSON.stringify(decided());
    assert.match(decision, /analogue video/);
    assert.match(decision, /survey: [^"]*, [1-9]\d* reports/);
    const last = up.orders().findLast(({ radio, channel }) => radio === 'ap1/radio-0' && channel);
    assert.notEqual(last?.channel?.primaryMhz, 2412);

    // A person's call takes the same way.
    const asked = up.call('hq/ap2/radio-0', 'radio_set_power', { eirpDbm: 12 });
    assert.equal(asked.code, 0, asked.stderr);
    const refused = up.call('hq/ap2/radio-0', 'radio_set_power', { eirpDbm: 29 });
    assert.equal(refused.code, 5, refused.stderr);

    for (const file of readdirSync(state.keysDir)) {
      if (file === 'trust.json') continue;
      assert.equal(statSync(join(state.keysDir, file)).mode & 0o777, 0o600, file);
    }
    const second = airguard('up', 'office', '--dir', up.dir);
    assert.equal(second.code, 6);
    assert.match(second.stderr, /office runs on .* already/);

    const before = up.state();
    assert.equal(await up.end('SIGINT'), 130);
    assert.deepEqual(survivors(before), []);
    for (const port of portsOf(before)) assert.equal(await isTaken(port), false, String(port));
    const verified = airguard('ledger', 'verify', '--dir', join(up.dir, 'ledger'));
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  } finally {
    await up.remove();
  }
});

test('a supervisor that is killed leaves nothing behind', async () => {
  const up = new UpProcess('radar', '--duration', '60s');
  try {
    const state = await up.started();
    await up.end('SIGKILL');
    for (let waitedMs = 0; waitedMs < 6_000 && survivors(state).length > 0; waitedMs += 100) {
      await pause(100);
    }
    assert.deepEqual(survivors(state), []);
  } finally {
    await up.remove();
  }
});

test('bad input to live commands gets one clear line and its exit code', () => {
  const cases: [string[], number, RegExp][] = [
    [['up', 'ofice'], 2, /unknown scenario 'ofice' \(did you mean 'office'\?\)/],
    [['up', 'office', '--pace', '0'], 2, /--pace: expected a number from 1 on, came '0'/],
    [['edge', '--node', 'ap9', '--nats', 'nats://127.0.0.1:1'], 2, /unknown node 'ap9'/],
    [['edge', '--node', 'ap1'], 2, /expected either --nats URL or --hub HOST:PORT, came neither/],
    [['cloud'], 2, /expected --nats URL/],
    [['air'], 2, /expected --leaves/],
    [
      ['tools', 'call', 'ap1/radio-0', 'radio_get_state', '--dir', '/nowhere'],
      6,
      /nothing runs on/,
    ],
  ];
  for (const [args, code, message] of cases) {
    const answer = airguard(...args);
    assert.equal(answer.code, code, `${args.join(' ')}: ${answer.stderr}`);
    assert.match(answer.stderr, message);
    assert.equal(answer.stderr.trim().split('\n').length, 1, answer.stderr);
  }
});
