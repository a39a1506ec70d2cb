import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildScene, changesOf, parseScene } from '#sim/air/scene.ts';
import { emptyAir, on, second } from './scenes.ts';

test('a scene is built as it is written', () => {
  const air = emptyAir();
  buildScene(parseScene(office, 'test'), air);

  assert.deepEqual(
    air.observe('ap1/radio-0', 'neighbours', second).map(({ id, managed }) => [id, managed]),
    [
      ['ap2/radio-0', true],
      ['cafe', false],
    ],
  );
  assert.equal(air.load('cafe').stations, 1);
});

test('a client goes to the strongest radio, and at one place to the one with the fewest', () => {
  const clients = changesOf(parseScene(office, 'test')).filter(({ kind }) => kind === 'client');
  assert.deepEqual(
    clients.map((client) => client.kind === 'client' && [client.id, client.radio]),
    [
      ['cafe-client', 'cafe'],
      ['near-1', 'ap1/radio-0'],
      ['near-2', 'ap1/radio-1'],
      ['far', 'ap2/radio-0'],
      ['told', 'ap1/radio-0'],
    ],
  );
});

test('what is wrong with a scene is said in one line', () => {
  const wrong = (change: object) => () => parseScene({ ...office, ...change }, 'x.json');
  assert.throws(wrong({ version: 2 }), /^InputError: scene x.json: at version: /);
  assert.throws(wrong({ radios: [{ id: 'r' }] }), /scene x.json: at radios.0.at: /);
  assert.throws(
    wrong({ radios: [...office.radios, office.radios[0]] }),
    /expected each id once, came 'ap1\/radio-0' twice/,
  );
  assert.throws(
    wrong({ clients: [{ id: 'c', at: { x: 0, y: 0 }, radio: 'r9' }] }),
    /client 'c': expected one of the radios, came 'r9'/,
  );
});

const office = {
  version: 1,
  radios: [
    { id: 'ap1/radio-0', at: { x: 0, y: 0 }, channel: on(2412) },
    { id: 'ap1/radio-1', at: { x: 0, y: 0 }, channel: on(5180) },
    { id: 'ap2/radio-0', at: { x: 20, y: 0 }, channel: on(2437) },
  ],
  unmanaged: [{ id: 'cafe', at: { x: 10, y: 10 }, channel: on(2412), offeredMbps: 5 }],
  clients: [
    { id: 'near-1', at: { x: 3, y: 0 } },
    { id: 'near-2', at: { x: 0, y: 3 } },
    { id: 'far', at: { x: 18, y: 1 } },
    { id: 'told', at: { x: 18, y: 2 }, radio: 'ap1/radio-0' },
  ],
};
