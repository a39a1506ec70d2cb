import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { address } from '#protocols/ids.ts';
import { type Client, linkPermissionsOf, permissionsOf } from '#protocols/permissions.ts';
import { isGranted } from '#protocols/roles.ts';
import * as subjects from '#protocols/subjects.ts';
import { laneOf } from '#protocols/tool.ts';
import { toolsByRole } from '#protocols/tools/index.ts';

const { callSubject, replyPrefix, subjectMatches } = subjects;
const tools = Object.values(toolsByRole).flat();
const node = { kind: 'node', site: 'hq', node: 'ap1' } as const;
const clients: readonly Client[] = [
  node,
  { kind: 'node', site: 'hq', node: 'ap2' },
  { kind: 'cloud', site: 'hq' },
  { kind: 'cloud-reader', site: 'hq' },
  { kind: 'operator', site: 'hq' },
  { kind: 'telemetry', site: 'hq' },
  { kind: 'air', site: 'hq' },
];

/** The callers that each client may be. */
function callersOf(client: Client): readonly string[] {
  if (client.kind === 'node') return [client.node];
  if (client.kind === 'cloud') return ['coordinator', 'auditor'];
  return client.kind === 'operator' ? ['operator'] : [];
}

const token = fc.constantFrom('ap1', 'ap2', 'cloud', 'radio-0', 'auditor', 'coordinator', 'x');
const anyTool = fc.constantFrom(
  ...tools.map((tool) => tool.name),
  ...subjects.methods.map(subjects.methodToken),
  'no_such_tool',
);
const anyCaller = fc.constantFrom(
  'ap1',
  'ap2',
  'coordinator',
  'auditor',
  'operator',
  'cloud',
  'air',
  'x',
);
/** Callers that a link knows by name. */
const anyNamed = fc.constantFrom('ap1', 'ap2', 'coordinator', 'auditor', 'operator', 'x');
const anyKind = fc.constantFrom(...subjects.kinds);

test('no client publishes a call, a command or a control under the caller of another', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...clients),
      fc.constantFrom('call' as const, 'cmd' as const, 'control' as const),
      token,
      token,
      anyTool,
      anyCaller,
      (client, kind, at, actor, tool, caller) => {
        const subject = `airguard.hq.${kind}.${at}.${actor}.${tool}.${caller}`;
        if (maySay(client, subject)) assert(callersOf(client).includes(caller), subject);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a client may call exactly what its callers are granted, on the lane of the tool', () => {
  const cloudRoles = ['coordinator', 'auditor', 'learner'];
  for (const client of clients) {
    for (const caller of callersOf(client)) {
      for (const tool of tools) {
        const isOnNode = !cloudRoles.includes(tool.name.split('_')[0]!);
        const target = isOnNode ? address('hq', 'ap2', 'radio-0') : address('hq', 'cloud', 'any');
        const may = (lane: 'live' | 'durable') =>
          maySay(client, callSubject(lane, target, tool.name, caller));
        const granted = isGranted(caller, tool.name);
        const lane = laneOf[tool.effect];
        assert.equal(may(lane), granted, `${caller} ${tool.name}`);
        const other = lane === 'live' ? 'durable' : 'live';
        assert.equal(may(other), caller === 'operator', `${caller} ${tool.name} on the other lane`);
      }
    }
  }
});

test('a node tells only in its own name, and commands nobody, itself included', () => {
  fc.assert(
    fc.property(anyKind, token, token, anyTool, anyCaller, (kind, at, actor, tool, caller) => {
      const subject = `airguard.hq.${kind}.${at}.${actor}.${tool}.${caller}`;
      if (!maySay(node, subject)) return;
      const isOwn = at === 'ap1' && !['call', 'cmd', 'control', 'reply'].includes(kind);
      const isCall =
        at === 'cloud' && ['call', 'cmd', 'control'].includes(kind) && caller === 'ap1';
      assert(isOwn || isCall, subject);
    }),
    { numRuns: 2_000 },
  );
});

test('nobody hears what is said to another, or reads a foreign inbox', () => {
  for (const client of clients) {
    const own = client.kind === 'node' ? client.node : client.kind;
    for (const other of ['ap1', 'ap2', 'cloud', 'operator', 'air', 'x']) {
      assert.equal(mayHear(client, `${replyPrefix('hq', other)}.1.2`), other === own);
      for (const kind of ['call', 'cmd', 'control']) {
        const subject = `airguard.hq.${kind}.${other}.actor.verb.operator`;
        const isAnswering = client.kind === 'node' || client.kind === 'cloud';
        assert.equal(mayHear(client, subject), isAnswering && other === own, subject);
      }
    }
  }
});

test('another site is out of reach', () => {
  for (const client of clients) {
    for (const pattern of [
      ...permissionsOf(client).publish.allow,
      ...permissionsOf(client).subscribe.allow,
    ]) {
      if (pattern.startsWith('airguard.')) assert(pattern.startsWith('airguard.hq.'), pattern);
    }
  }
});

test('no client deletes, changes or purges a stream of messages, and no node makes a consumer', () => {
  const streams = Object.keys(subjects.streams);
  for (const client of clients) {
    for (const api of ['$JS.API', '$JS.hub.API', '$JS.ap1.API', '$JS.ap2.API']) {
      for (const stream of streams) {
        for (const verb of [
          'DELETE',
          'UPDATE',
          'CREATE',
          'PURGE',
          'MSG.DELETE',
          'SNAPSHOT',
          'RESTORE',
        ]) {
          assert(!maySay(client, `${api}.STREAM.${verb}.${stream}`));
        }
        for (const verb of ['CREATE', 'DURABLE.CREATE', 'DELETE']) {
          // The auditor reads every chain anew at each start.
          const isTail = stream === 'LEDGER' && verb === 'DURABLE.CREATE' && api === '$JS.API';
          const may = isTail && client.kind === 'cloud-reader';
          assert.equal(maySay(client, `${api}.CONSUMER.${verb}.${stream}.${client.kind}`), may);
          assert(!maySay(client, `${api}.CONSUMER.${verb}.${stream}`));
        }
      }
      if (client.kind !== 'node') continue;
      assert(!maySay(client, `${api}.CONSUMER.CREATE.KV_TASKS.name.filter`));
      assert(!maySay(client, `${api}.STREAM.PURGE.OBJ_PAYLOADS`));
    }
  }
});

test('a node pulls and acknowledges by the durable that bears its name, and by no other', () => {
  for (const [durable, may] of [
    ['ap1', true],
    ['ap2', false],
    ['cloud', false],
  ] as const) {
    assert.equal(maySay(node, `$JS.API.CONSUMER.MSG.NEXT.COMMANDS.${durable}`), may);
    assert.equal(maySay(node, `$JS.ACK.COMMANDS.${durable}.1.2.3.4.5`), may);
    assert.equal(maySay(node, `$JS.ACK.ap1.hash.COMMANDS.${durable}.1.2.3.4.5.t`), may);
  }
  assert(!maySay(node, '$JS.hub.API.CONSUMER.MSG.NEXT.EVENTS.cloud'));
});

test('streams of the whole site are read by clients that answer nobody', () => {
  const busy = ['EVENTS.cloud-coordinator', 'EVENTS.cloud-auditor', 'RECORDS.telemetry'];
  for (const reading of [...busy, 'COMMANDS.cloud', 'LEDGER.any']) {
    const readers = clients.filter((client) =>
      maySay(client, `$JS.API.CONSUMER.MSG.NEXT.${reading}`),
    );
    assert.equal(readers.length, 1, reading);
    const [reader] = readers as [Client];
    assert.equal(permissionsOf(reader).allowResponses, undefined, reading);
    assert(maySay(reader, `$JS.ACK.hub.hash.${reading}.1.2.3.4.5.t`), reading);
    assert.deepEqual(callersOf(reader), []);
  }
});

test('a node writes keys of its own alone', () => {
  assert(maySay(node, '$JS.hub.API.$KV.TASKS.ap1.radio-0'));
  assert(!maySay(node, '$JS.hub.API.$KV.TASKS.ap2.radio-0'));
  assert(!maySay(node, '$KV.TASKS.ap2.radio-0'));
  assert(!maySay(node, '$JS.hub.API.$KV.LEASES.ap1.radio-0'));
});

test('a link passes nothing in the name of another node, no command, and feeds on its own commands', () => {
  const { publish, subscribe } = linkPermissionsOf('hq', 'ap2', ['ap1', 'ap2', 'x']);
  const says = (subject: string) => isAllowed(publish, subject);
  fc.assert(
    fc.property(anyKind, token, token, anyTool, anyNamed, (kind, at, actor, tool, caller) => {
      const subject = `airguard.hq.${kind}.${at}.${actor}.${tool}.${caller}`;
      if (!says(subject) || kind === 'reply') return;
      assert.notEqual(kind, 'cmd');
      assert(at === 'ap2' || (at === 'cloud' && caller === 'ap2'), subject);
    }),
    { numRuns: 2_000 },
  );
  for (const other of ['ap1', 'cloud', 'operator', 'x']) {
    assert(!isAllowed(subscribe, `${replyPrefix('hq', other)}.inbox.1`));
    assert(!isAllowed(subscribe, `airguard.hq.call.${other}.actor.tool.operator`));
  }
  const feed = '$JS.hub.API.CONSUMER.CREATE.COMMANDS';
  assert(says(`${feed}.name.airguard.hq.cmd.ap2.>`));
  assert(!says(`${feed}.name.airguard.hq.cmd.ap1.>`));
  assert(!says(feed));
  for (const verb of ['DELETE', 'PURGE', 'UPDATE', 'MSG.DELETE']) {
    assert(!says(`$JS.hub.API.STREAM.${verb}.EVENTS`));
  }
});

function maySay(client: Client, subject: string): boolean {
  return isAllowed(permissionsOf(client).publish, subject);
}

function mayHear(client: Client, subject: string): boolean {
  return isAllowed(permissionsOf(client).subscribe, subject);
}

function isAllowed(rules: ReturnType<typeof permissionsOf>['publish'], subject: string): boolean {
  const matches = (pattern: string) => subjectMatches(pattern, subject);
  return rules.allow.some(matches) && !rules.deny.some(matches);
}
