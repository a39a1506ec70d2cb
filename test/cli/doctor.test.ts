/** The doctor as a person and a program call it, on folders that look like machines. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'airguard-doctor-cli-'));
after(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): string {
  const at = join(folder, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, text);
  return at;
}

function doctor(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(join(root, 'airguard'), ['doctor', ...args], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
}

const device = 'machine/sys/class/ieee80211/phy0/device';
write(`${device}/uevent`, 'DRIVER=ath11k_pci\n');
write(`${device}/vendor`, '0x17cb\n');
write(`${device}/device`, '0x1103\n');

test('the cause is told by name, with what to do, and the exit code says that there is a fault', () => {
  const { status, stdout } = doctor('--root', 'machine', '--nats', 'nats://127.0.0.1:1');
  assert.equal(status, 3);
  assert.match(stdout, /^✔ node /m);
  assert.match(stdout, /^✖ ath11k:phy0 +phy0 is a WCN6855 \(sold as QCNFA765\)/m);
  assert.match(
    stdout,
    /\nDo this:\n(.*\n)* {2}# broker\n {2}\$\(setup\/node setup\/nats-server\.mjs\) -js -a 127\.0\.0\.1 -p 1\n/,
  );
  for (const line of stdout.split('\nDo this:')[0]!.split('\n')) assert(line.length <= 80, line);
});

test('a program gets one document', () => {
  const { status, stdout } = doctor('--root', 'machine', '--nats', 'nats://127.0.0.1:1', '--json');
  assert.equal(status, 3);
  const { faults, findings } = JSON.parse(stdout);
  assert.equal(faults, findings.filter((one: { result: string }) => one.result === 'fault').length);
  const radio = findings.find((one: { about: string }) => one.about === 'ath11k:phy0');
  assert.deepEqual(Object.keys(radio), ['about', 'result', 'reason', 'mend']);
});

test('the configuration of the node says what is looked at', () => {
  const config = write(
    'node.yaml',
    [
      'site: hq',
      'node: ap1',
      'country: DE',
      'dir: /var/lib/airguard',
      'broker: { url: "nats://127.0.0.1:1" }',
      'radios:',
      '  - { id: radio-0, driver: "ath10k:phy3", interface: wlan0, channel: { number: 36 } }',
      '  - { id: radio-1, driver: "sim:radio", channel: { number: 1 } }',
      'recorder: { budget: 8GB }',
    ].join('\n'),
  );
  const { findings } = JSON.parse(doctor('--config', config, '--json', '--root', '/').stdout);
  const about = (name: string) =>
    findings.filter((one: { about: string }) => one.about === name)[0]?.reason ?? '';
  assert.match(about('ath10k:phy3'), /no radio phy3/);
  assert(!findings.some((one: { about: string }) => one.about.startsWith('sim:')));
  assert.match(about('disk'), /\/var\/lib\/airguard\/ap1\/recordings/);
});

test('what cannot be understood is refused in one line', () => {
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['--budget', 'much'], /--budget: expected a size such as 500MB or 20GB, came 'much'/],
    [
      ['--config', 'gone.yaml'],
      /configuration gone\.yaml: expected a file that can be read: ENOENT/,
    ],
    [['--config', write('bad.yaml', 'nats: [')], /bad\.yaml: expected YAML/],
    [['--config', write('wrong.yaml', 'nats: 4')], /wrong\.yaml: at .*expected/],
    [['phy0'], /doctor/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = doctor(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
  }
});
