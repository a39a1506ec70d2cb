/**
 * A node as a process on a small disk of its own that fills up and is freed: a tmpfs in a mount namespace,
 * for which one has to be let mount. Where nobody may, `test/agents/store/enduring.test.ts`,
 * `test/edge/recorder/disk.test.ts` and `test/edge/uplink/full-disk.test.ts` hold its parts to the same.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startRealSite } from '../edge/uplink/real-site.ts';
import { airguard } from '../live/fleet-process.ts';

const root = join(import.meta.dirname, '..', '..');
const carrier = join(root, 'test/fixtures/fft-eval/ath10k_20mhz.dump');
/** What a node needs of the site's keys, where a broker runs beside it. */
const own = ['ap1.seed', 'ap1.nkey', 'pseudonym.key', 'trust.json'];
const roomy = 'size=24m';

interface Health {
  readonly stages: readonly { readonly stage: string; readonly state: string }[];
}

test('on a full disk a node goes on with what needs none, says so, and is whole again when freed', async (t) => {
  const asRoot = process.getuid?.() === 0 ? '' : '--map-root-user';
  /** In a mount namespace of its own, so that nothing is left of it. */
  const inside = (script: string) => ['-c', `exec unshare --mount ${asRoot} sh -c '${script}'`];
  const small = mkdtempSync(join(tmpdir(), 'airguard-small-'));
  const may = spawnSync('sh', inside(`mount -t tmpfs none ${small}`));
  if (may.status !== 0) {
    rmSync(small, { recursive: true });
    t.skip(`nobody may mount here: ${may.stderr ?? may.error}`);
    return;
  }
  const site = await startRealSite();
  let edge: ChildProcess | undefined;
  try {
    const keys = join(site.dir, 'handed-over');
    mkdirSync(keys, { mode: 0o700 });
    for (const name of own) copyFileSync(join(site.dir, 'keys', name), join(keys, name));
    const config = join(site.dir, 'edge.json');
    const driver = `capture:${carrier}?loop`;
    writeFileSync(
      config,
      JSON.stringify({
        site: 'hq',
        node: 'ap1',
        country: 'DE',
        dir: small,
        broker: { url: site.leafUrl },
        radios: [{ id: 'radio-0', driver, channel: { number: 36 }, antennaGainDbi: 3 }],
        survey: '2s',
        // It is about the disk: a busy machine must not cost a stage.
        detector: { vectors: false },
        limits: { memoryMb: 4_000, cpuPercent: 800 },
      }),
    );
    const steps = [
      `mount -t tmpfs -o ${roomy} none ${small}`,
      `cp -rp ${keys} ${small}/keys`,
      `exec ${process.execPath} ${join(root, 'cli/main.ts')} edge --config ${config}`,
    ];
    edge = spawn('sh', inside(steps.join(' && ')), { cwd: root });
    let said = '';
    edge.stderr?.on('data', (data) => {
      said += data;
    });
    const ballast = `/proc/${edge.pid}/root${small}/ballast`;
    const tool = (actor: string, name: string) => {
      const { stdout } = airguard(
        ...['tools', 'call', `ap1/${actor}`, name, '--nats', site.hubUrl],
        ...['--site', 'hq', '--dir', site.dir],
      );
      return stdout === '' ? undefined : JSON.parse(stdout);
    };
    const stages = async (expected: Readonly<Record<string, string>>, what: string) => {
      let seen = {};
      for (let tries = 0; tries < 25; tries += 1) {
        const health = tool('node', 'node_get_health') as Health | undefined;
        seen = Object.fromEntries((health?.stages ?? []).map(({ stage, state }) => [stage, state]));
        const isMet = Object.entries(expected).every(
          ([stage, state]) => (seen as Record<string, string>)[stage] === state,
        );
        if (isMet) return;
        await pause(1_000);
      }
      assert.fail(`${what}: ${JSON.stringify(seen)}; it said:\n${said}`);
    };
    const running = { recorder: 'running', uplink: 'running', classes: 'running' };
    await stages(running, 'all runs');

    assert.throws(() => writeFileSync(ballast, Buffer.alloc(64 * 1024 * 1024)), /ENOSPC/);
    await stages(
      { recorder: 'degraded', uplink: 'degraded', store: 'degraded', classes: 'running' },
      'what needs the disk says so',
    );
    const radio = tool('radio-0', 'radio_get_state') as { doing: string; legal: object };
    assert.equal(radio.doing, 'serving', 'the radio goes on');
    const before = site.arrived.length;
    for (let tries = 0; site.arrived.length === before && tries < 30; tries += 1)
      await pause(1_000);
    assert(site.arrived.length > before, 'what it tells still arrives');

    rmSync(ballast);
    await stages(running, 'all runs again');
    const isWhole = () => said.includes('store: state is on the disk again');
    for (let tries = 0; !isWhole() && tries < 15; tries += 1) await pause(1_000);
    assert(isWhole(), said);
    edge.kill('SIGINT');
    const [code] = await once(edge, 'exit');
    assert.equal(code, 130, said);
  } finally {
    edge?.kill('SIGKILL');
    await site.stop();
    rmSync(small, { recursive: true, force: true });
  }
});
