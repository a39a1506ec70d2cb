/** One radio behind its door, a caller at the hub, and the modelled network between them. */
import type { Bus, BusMessage } from '#agents/bus/bus.ts';
import { createMemoryNetwork, type MemoryNetwork } from '#agents/bus/memory.ts';
import type { Gate } from '#agents/gate.ts';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { createCaller, type RemoteCaller } from '#agents/mcp/caller.ts';
import { type Door, openDoor } from '#agents/mcp/door.ts';
import { createRandom } from '#agents/random/philox.ts';
import { approve } from '#agents/regulation/approvals.ts';
import { createGate } from '#agents/regulation/gate.ts';
import { shippedRegdb } from '#agents/regulation/regdb.ts';
import { judge } from '#agents/regulation/verdicts.ts';
import type { Outcome } from '#protocols/errors.ts';
import { metaKey, protocolVersion } from '#protocols/mcp.ts';
import { callSubject } from '#protocols/subjects.ts';
import type { Approval, Verdict } from '#protocols/verdict.ts';
import { TestClock } from '../bus/test-clock.ts';
import { NODE, RADIO, SITE, type TinyHost, tinyHost } from './tiny-host.ts';

export interface McpWorld {
  readonly clock: TestClock;
  readonly network: MemoryNetwork;
  readonly host: TinyHost;
  readonly gate: Gate;
  door: Door;
  /** At the hub. */
  readonly cloud: Bus;
  readonly node: Bus;
  readonly caller: RemoteCaller;
  readonly taskEvents: Record<string, unknown>[];
  isClockTrusted: boolean;
  nowMs(): number;
  verdict(key: string, tool: string, input: unknown, caller?: string): Verdict;
  approval(tool: string, input: unknown, key: string): Approval;
  /** Calls as the coordinator would; the outcomes come into the list. */
  call(request: Partial<Parameters<RemoteCaller['call']>[1]>, as?: string): Called;
  /** Sends bytes as they are to a live subject; what came back, parsed. */
  ask(subject: string, data: Uint8Array | object): Record<string, unknown>[];
  reopen(): void;
}

export interface Called {
  readonly outcomes: Outcome<unknown>[];
  readonly progress: { progress: number; message?: string }[];
  revoke(): void;
}

const seedOf = (fill: number) => new Uint8Array(32).fill(fill);

export function startWorld(): McpWorld {
  const clock = new TestClock();
  const random = createRandom('mcp');
  const network = createMemoryNetwork({ clock, random, site: SITE });
  const cloud = network.connect({ client: 'cloud', domain: 'hub' });
  const node = network.connect({ client: NODE, domain: NODE });
  const auditor = signerFromSeed('auditor', seedOf(1));
  const operator = signerFromSeed('operator', seedOf(2));
  const own = signerFromSeed(NODE, seedOf(3));
  const keyring = keyringOf({
    auditor: auditor.publicKey,
    operator: operator.publicKey,
    [NODE]: own.publicKey,
  });
  const gate = createGate({ keyring, selfSigner: own });
  const host = tinyHost();
  const taskEvents: Record<string, unknown>[] = [];
  cloud.subscribe(`airguard.${SITE}.task.>`, ({ data }) => {
    taskEvents.push(JSON.parse(Buffer.from(data).toString()).params);
  });
  const doorway = { host, bus: node, gate, clock, clockTrusted: () => world.isClockTrusted };
  const nowMs = () => Math.floor(clock.now() / 1_000);
  const world: McpWorld = {
    clock,
    network,
    host,
    gate,
    door: openDoor(doorway),
    cloud,
    node,
    caller: createCaller({ bus: cloud, clock, random: random.fork('caller'), site: SITE }),
    taskEvents,
    isClockTrusted: true,
    nowMs,
    verdict: (key, tool, input, caller = 'coordinator') => {
      const call = { target: RADIO, tool, arguments: input, caller, idempotencyKey: key };
      const judged = judge(
        { ...call, nowMs: nowMs(), state: host.legal },
        { signer: auditor, regdb: shippedRegdb() },
      );
      if (!judged.ok) throw new Error(judged.error.hint);
      return judged.value;
    },
    approval: (tool, input, key) =>
      approve(
        {
          approvalId: key,
          approver: 'operator',
          target: RADIO,
          tool,
          arguments: input,
          baseVersion: host.base,
          nowMs: nowMs(),
        },
        operator,
      ),
    call: (request, as = 'coordinator') => {
      const outcomes: Outcome<unknown>[] = [];
      const progress: Called['progress'] = [];
      const { revoke } = world.caller.call(
        { actor: RADIO, caller: as },
        {
          callId: 'k-1',
          target: RADIO,
          tool: 'radio_get_state',
          arguments: {},
          timeoutMs: 30_000,
          ...request,
        },
        (outcome) => outcomes.push(outcome),
        (told) => progress.push(told),
      );
      return { outcomes, progress, revoke };
    },
    ask: (subject, data) => {
      const answers: Record<string, unknown>[] = [];
      const bytes = data instanceof Uint8Array ? data : Buffer.from(JSON.stringify(data));
      const take = (message: BusMessage) =>
        answers.push(JSON.parse(Buffer.from(message.data).toString()));
      cloud.request(
        subject,
        bytes,
        { timeoutMs: 1_000 },
        (outcome) => outcome.ok && take(outcome.value),
      );
      clock.advance(2_000);
      return answers;
    },
    reopen: () => {
      world.door.close();
      world.door = openDoor(doorway);
    },
  };
  clock.advance(1_000);
  return world;
}

/** A request of tools/call as it travels, to be bent by a test. */
export function requestOf(
  world: McpWorld,
  tool: string,
  input: unknown,
  meta: Record<string, unknown> = {},
) {
  return {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name: tool,
      arguments: input,
      _meta: {
        [metaKey.protocolVersion]: protocolVersion,
        [metaKey.issuedAt]: world.nowMs(),
        [metaKey.deadline]: world.nowMs() + 30_000,
        ...meta,
      },
    },
  };
}

let appended = 0;

/** Puts a command into the stream, as any client with the right to would, and lets it arrive. */
export function command(
  world: McpWorld,
  request: object,
  { tool, caller = 'coordinator' }: { tool: string; caller?: string },
): void {
  appended += 1;
  const subject = callSubject('durable', RADIO, tool, caller);
  const data = Buffer.from(JSON.stringify(request));
  world.cloud.append(subject, data, { id: `raw-${appended}` }, () => {});
  world.clock.advance(3_000);
}
