/** What is wrong with how a node is set up is told in one line, with what to do. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { freePort } from '#agents/bus/broker.ts';
import { makeSiteKeys } from '#cli/live/keys.ts';
import { airguard } from '../../live/fleet-process.ts';

suite('a node with wrong input', () => {
  const dir = mkdtempSync(join(tmpdir(), 'airguard-wrong-'));
  const taken = createServer();
  let takenPort = 0;
  let nobodysPort = 0;
  before(async () => {
    makeSiteKeys(dir, ['ap1']);
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    takenPort = (taken.address() as { port: number }).port;
    nobodysPort = await freePort();
  });
  after(() => {
    taken.close();
    rmSync(dir, { recursive: true });
  });

  const sound = {
    site: 'hq',
    node: 'ap1',
    country: 'DE',
    dir,
    broker: { url: 'nats://127.0.0.1:1' },
    radios: [{ id: 'radio-0', driver: 'sim:radio', channel: { number: 36 } }],
  };
  const write = (name: string, text: string) => {
    const file = join(dir, name);
    writeFileSync(file, text);
    return file;
  };
  const edge = (config: object) => ['edge', '--config', write('edge.json', JSON.stringify(config))];

  const cases: Readonly<Record<string, () => readonly [args: string[], message: RegExp]>> = {
    'a file that is not there': () => [
      ['edge', '--config', join(dir, 'gone.yaml')],
      /gone\.yaml: expected a file that can be read: ENOENT/,
    ],
    'a file that is no YAML': () => [
      ['edge', '--config', write('bad.yaml', 'radios: [')],
      /bad\.yaml: expected YAML or JSON: .* at line 1/,
    ],
    'a word that nothing reads': () => [edge({ ...sound, recoder: null }), /"recoder"/],
    'a country without rules': () => [
      edge({ ...sound, country: 'QQ' }),
      /at country: expected a country of the regulatory database.*'QQ'/,
    ],
    'a port that somebody has': () => [
      edge({ ...sound, broker: { hub: '127.0.0.1:1', port: takenPort } }),
      /port \d+ at 127\.0\.0\.1: expected a free one for the node's own broker, came one that is taken; `ss -ltnp/,
    ],
    'no broker where one is to be': () => [
      edge({ ...sound, broker: { url: `nats://127.0.0.1:${nobodysPort}` } }),
      /no broker at nats:.*: expected one that knows the key of 'ap1', but: connection refused/,
    ],
    'a folder without its keys': () => [
      edge({ ...sound, dir: join(dir, 'empty') }),
      /expected the directory .*keys/,
    ],
    'a hub whose port somebody has': () => [
      ['hub', '--scenario', 'office', '--dir', dir, '--port', String(takenPort)],
      /expected a free one for the hub's clients/,
    ],
  };
  for (const [what, make] of Object.entries(cases)) {
    test(`is told of ${what} in one line`, () => {
      const [args, message] = make();
      const { code, stdout, stderr } = airguard(...args);
      assert(code === 2 || code === 6, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    });
  }
});
