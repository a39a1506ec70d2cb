import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { keyringOf } from '#agents/keys/ed25519.ts';
import { makeOrLoadKeys } from '#agents/keys/key-files.ts';
import { type Door, openDoor } from '#agents/mcp/door.ts';
import { createGate } from '#agents/regulation/gate.ts';
import { writeUpState } from '#cli/live/state.ts';
import type { NodeId, SiteId } from '#protocols/ids.ts';
import { permissionsOf } from '#protocols/permissions.ts';
import { type Brokers, startBrokers } from '../agents/bus/brokers.ts';
import { systemClock } from '../agents/mcp/system-clock.ts';
import { NODE, SITE, tinyHost } from '../agents/mcp/tiny-host.ts';

const dir = mkdtempSync(join(tmpdir(), 'airguard-tools-'));
const keys = makeOrLoadKeys(join(dir, 'keys'), ['operator', NODE]);
const nkeyOf = (name: string) => keys.get(name)!.natsPublicKey;
const host = tinyHost();
let brokers: Brokers;
let door: Door;
/** What the broker refused the node. */
const turnedDown: string[] = [];

/** A fleet of one node: its clients have the permissions that are generated for them, and no more. */
before(async () => {
  const filter = `airguard.${SITE}.cmd.${NODE}.>`;
  const operator = permissionsOf({ kind: 'operator', site: SITE });
  const node = permissionsOf({ kind: 'node', site: SITE, node: NODE });
  brokers = await startBrokers({
    nodes: [NODE],
    users: {
      hub: [{ nkey: nkeyOf('operator'), permissions: withoutNull(operator) }],
      [NODE]: [{ nkey: nkeyOf(NODE), permissions: withoutNull(node) }],
    },
    consumers: { [NODE]: [{ stream: 'COMMANDS', durable: NODE, filter }] },
  });
  const nkeySeed = keys.get(NODE)!.natsSeed;
  const bus = await brokers.connect(NODE, NODE, { nkeySeed });
  bus.onStatus((status) => {
    if (status.type === 'not_permitted') turnedDown.push(status.message);
  });
  const publicKeys = [...keys].map(([name, { signer }]) => [name, signer.publicKey] as const);
  const keyring = keyringOf(Object.fromEntries(publicKeys));
  const gate = createGate({ keyring, selfSigner: keys.get(NODE)!.signer });
  host.base = null;
  door = openDoor({ host, bus, gate, clock: systemClock(), clockTrusted: () => true });
  writeUpState(dir, {
    version: 1,
    site: SITE as SiteId,
    scenario: 'office',
    keysDir: join(dir, 'keys'),
    ledgerDir: join(dir, 'ledger'),
    startedAt: '2026-01-01T00:00:00Z',
    pid: process.pid,
    hub: { natsUrl: brokers.hub.url, leafPort: 1, pid: process.pid },
    nodes: [
      {
        node: NODE as NodeId,
        natsUrl: brokers.leaves.get(NODE)!.url,
        linkPort: 1,
        brokerPid: process.pid,
        pid: process.pid,
      },
    ],
    cloudPid: null,
    airPid: null,
  });
  // Interest in a subject takes a moment from a leaf to the hub.
  for (let tries = 0; tries < 20; tries += 1) {
    if ((await airguard('list', 'ap12/radio-0')).code === 0) break;
  }
});

after(async () => {
  door?.close();
  await brokers?.stop();
  rmSync(dir, { recursive: true, force: true });
});

function withoutNull({ allowResponses, ...rest }: ReturnType<typeof permissionsOf>) {
  return allowResponses === null ? rest : { ...rest, allowResponses };
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function airguard(...args: readonly string[]): Promise<Ended> {
  return run([...args, '--dir', dir]);
}

function run(args: readonly string[], stdin = ''): Promise<Ended> {
  const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
  const child = spawn(process.execPath, [main, 'tools', ...args]);
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    out.stdout += data;
  });
  child.stderr.on('data', (data) => {
    out.stderr += data;
  });
  child.stdin.end(stdin);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...out })));
}

test('lists the actors that answer, and names the nodes that do not', async () => {
  const { code, stdout, stderr } = await airguard('list');

  assert.equal(code, 0);
  assert.match(stdout, /^hq\/ap12\/radio-0 +radio +radio_get_state /);
  assert.match(stderr, /^hq\/cloud does not answer\n$/);
});

test('lists the tools of an actor with their effects', async () => {
  const { code, stdout } = await airguard('list', 'ap12/radio-0', '--json');

  assert.equal(code, 0);
  const { tools } = JSON.parse(stdout);
  assert.equal(tools.length, 5);
  assert.equal(tools[0]._meta['airguard/effect'], 'observe');
});

test('calls a tool that observes', async () => {
  const { code, stdout } = await airguard('call', 'ap12/radio-0', 'radio_get_state', '--json');

  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).value.doing, 'serving');
});

test('calls a tool that administers, with an approval of the operator', async () => {
  const input = '{"pinned": true, "reason": "Measuring here."}';

  const { code, stdout, stderr } = await airguard(
    'call',
    'ap12/radio-0',
    'radio_pin',
    '--input',
    input,
  );

  assert.equal(stderr, '');
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), { pinned: true });
});

test('tells how a call stands, from its receiver or as it was noted', async () => {
  const input = '{"pinned": false, "reason": "Done."}';
  const args = ['call', 'ap12/radio-0', 'radio_pin', '--input', input, '--json'];
  const { callId } = JSON.parse((await airguard(...args)).stdout);

  const there = await airguard('task', 'ap12/radio-0', callId, '--json');
  const away = await airguard('task', 'ap99/radio-0', callId, '--json');

  assert.equal(JSON.parse(there.stdout).status, 'completed');
  assert.deepEqual(JSON.parse(there.stdout).result.structuredContent, { pinned: false });
  assert.equal(JSON.parse(away.stdout).target, 'hq/ap12/radio-0');
});

test('takes the arguments from stdin', async () => {
  const args = ['call', 'ap12/radio-0', 'radio_get_state', '--input', '-', '--dir', dir];

  assert.equal((await run(args, '{}')).code, 0);
});

test('reads a result that is too large for a message', async () => {
  const channel = { band: '5', primaryMhz: 5200, centerMhz: 5200, widthMhz: 20 };
  const neighbours = Array.from({ length: 6_000 }, (_, index) => ({
    id: `neighbour-${index}`,
    channel,
    rssiDbm: -60.25,
    load: null,
    managed: false,
  }));
  const { meet } = host;
  host.meet = () => ({ ok: true, value: { neighbours } });
  const { code, stdout } = await airguard('call', 'ap12/radio-0', 'radio_list_neighbours');
  host.meet = meet;

  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).neighbours.length, 6_000);
});

test('a door needs no more than the permissions of its node', () => {
  // The bus tries to make its consumer, and takes the one that is there when it may not.
  const unexpected = turnedDown.filter((text) => !text.includes('CONSUMER.DURABLE.CREATE'));

  assert.deepEqual(unexpected, []);
});

const mistakes: readonly (readonly [what: string, args: string[], code: number, line: RegExp])[] = [
  [
    'malformed JSON',
    ['call', 'ap12/radio-0', 'radio_set_power', '--input', '{"eirp'],
    2,
    /^airguard: --input: expected JSON, but /,
  ],
  [
    'arguments that do not fit',
    ['call', 'ap12/radio-0', 'radio_set_power', '--input', '{"eirpDbm": "loud"}'],
    2,
    /^airguard: --input: expected the arguments of radio_set_power, but .*number/,
  ],
  [
    'a tool that nobody has',
    ['call', 'ap12/radio-0', 'radio_get_stat'],
    2,
    /^airguard: unknown tool 'radio_get_stat' \(did you mean 'radio_get_state'\?\)/,
  ],
  [
    'no address',
    ['call', 'radio-0', 'radio_get_state'],
    2,
    /^airguard: the address 'radio-0': expected /,
  ],
  [
    'another site',
    ['call', 'x/ap12/radio-0', 'radio_get_state'],
    2,
    /expected one of the site 'hq'/,
  ],
  ['a node that is not there', ['call', 'ap99/radio-0', 'radio_get_state'], 6, /not_reachable/],
  ['an actor that is not there', ['call', 'ap12/radio-9', 'radio_get_state'], 6, /not_reachable/],
  [
    'an auditor that is not there',
    ['call', 'ap12/radio-0', 'radio_set_power', '--input', '{"eirpDbm": 14}'],
    6,
    /not_reachable/,
  ],
  [
    'a broker that is not there',
    ['list', '--nats', 'nats://127.0.0.1:9', '--site', 'hq'],
    6,
    /^airguard: no broker at nats:\/\/127\.0\.0\.1:9: expected /,
  ],
];

for (const [what, args, code, line] of mistakes) {
  test(`tells ${what} in one line, with its exit code`, async () => {
    const ended = await airguard(...args);

    assert.match(ended.stderr, line);
    assert.equal(ended.stderr.trimEnd().split('\n').length, 1);
    assert.equal(ended.stdout, '');
    assert.equal(ended.code, code);
  });
}
