/** A node as it is set up on site, as a process: its own broker, no hub, and recordings for radios. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '#agents/bus/broker.ts';
import { makeSiteKeys } from '#cli/live/keys.ts';
import { airguard } from './fleet-process.ts';

const root = join(import.meta.dirname, '..', '..');
const camera = join(root, 'test/fixtures/fft-eval/ar9550_40mhz_analog_camera_ch1.dump');

test('a node alone on recorded bytes listens, records, and ends cleanly', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'airguard-edge-'));
  try {
    makeSiteKeys(dir, ['ap1']);
    const file = join(dir, 'edge.json');
    const [port, away] = [await freePort(), await freePort()];
    const config = {
      site: 'hq',
      node: 'ap1',
      country: 'DE',
      dir,
      broker: { hub: `127.0.0.1:${away}`, port },
      radios: [
        { id: 'radio-0', driver: `capture:${camera}?loop`, channel: { number: 1, band: '2.4' } },
      ],
    };
    writeFileSync(file, JSON.stringify(config));
    const edge = spawn(process.execPath, [join(root, 'cli/main.ts'), 'edge', '--config', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(edge, 'exit');
    let said = '';
    edge.stderr.on('data', (data) => {
      said += data;
    });
    for (let tries = 0; !said.includes('1 radios') && tries < 200; tries += 1) await pause(100);
    assert.match(said, /radio-0: capture:.*; it sends nothing/);
    await pause(3_000);
    assert.equal(edge.exitCode, null, said);
    edge.kill('SIGINT');
    const [code] = await ended;
    assert.equal(code, 130, said);

    const { code: listed, stdout } = airguard(
      'recorder',
      'list',
      join(dir, 'ap1/recordings'),
      '--json',
    );
    assert.equal(listed, 0);
    const recorded = JSON.stringify(JSON.parse(stdout));
    assert.match(recorded, /radio-0/);
    const replay = airguard(
      'recorder',
      'replay',
      join(dir, 'ap1/recordings'),
      '--radio',
      'radio-0',
      '--speed',
      'max',
      '--json',
    );
    assert.equal(replay.code, 0, replay.stderr);
    assert.match(replay.stdout, /analogue video/);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
