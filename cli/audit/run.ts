import { ConductAudit, type ConductResult } from '#agents/conduct/conduct-audit.ts';
import type { Observed } from '#agents/conduct/observed.ts';
import { observedInEvent } from '#agents/conduct/sources/events.ts';
import { callTool } from '#agents/mcp/caller.ts';
import { InputError } from '#protocols/errors.ts';
import { OPERATOR, type Role } from '#protocols/roles.ts';
import { everySubject } from '#protocols/subjects.ts';
import { getState } from '#protocols/tools/radio.ts';
import type { Arguments, Command, Output } from '../command.ts';
import { table } from '../table.ts';
import { findActors } from '../tools/discover.ts';
import { addressOf, openSession, type Session, sessionOptions } from '../tools/session.ts';
import { partsOf, partsOptions, sourceAt } from './sources.ts';

const SHOWN = 20;

export const run: Command = {
  name: 'run',
  summary:
    'Holds what radios really did against the rules, and names every stretch outside them. Exits 3 when there is one.',
  usage: 'LEDGER|TRACE | --nats URL --duration TIME [--policy FILE]',
  examples: [
    'airguard audit run .airguard/ledger',
    'airguard audit run office.trace --policy policy.yaml --json',
    'airguard audit run --nats nats://127.0.0.1:4222 --site hq --duration 10m',
  ],
  options: {
    ...partsOptions,
    ...sessionOptions,
    live: { about: 'Watches the running fleet of --dir instead of reading a record' },
    duration: { about: 'How long to watch a running fleet', value: 'TIME', default: '60s' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, output, stop) {
    const parts = partsOf(args);
    const audit = new ConductAudit(parts);
    const [path] = args.positionals;
    const isLive = args.flag('live') || args.text('nats') !== undefined;
    if ((path === undefined) !== isLive) {
      throw new InputError(
        `expected a record to read, or --live or --nats to watch a fleet, came ${isLive ? 'both' : 'neither'}`,
      );
    }
    if (path === undefined) await watch(args, audit, output, stop);
    else {
      let count = 0;
      for (const observed of sourceAt(path).observed) {
        audit.see(observed);
        count += 1;
        if (count % 10_000 === 0) output.progress(`${path}: ${count} observations`);
        if (stop.aborted) return 'interrupted';
      }
    }
    const result = audit.finish();
    if (output.json) output.document(documentOf(result));
    else for (const line of linesOf(result)) output.line(line);
    return result.stretches.length === 0 ? 'held' : 'invariantBroke';
  },
};

/** Follows the events of a running fleet, after asking every radio how it is. */
async function watch(
  args: Arguments,
  audit: ConductAudit,
  output: Output,
  stop: AbortSignal,
): Promise<void> {
  const forMs = args.durationMs('duration') ?? 60_000;
  const session = await openSession(args);
  let count = 0;
  const see = (observed: Observed | undefined) => {
    if (observed === undefined) return;
    audit.see(observed);
    count += 1;
    output.progress(`${session.site}: ${count} observations`);
  };
  const following = session.bus.subscribe(
    everySubject('event', { site: session.site }),
    (message) => see(observedInEvent(message.subject, message.data)),
  );
  for (const observed of await askAll(session)) see(observed);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, forMs);
    stop.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  following.close();
  await session.close();
}

/** How every radio is at the beginning. */
async function askAll(session: Session): Promise<Observed[]> {
  const nodes = await findActors(session);
  const radios = nodes
    .flatMap(({ actors }) => actors ?? [])
    .filter(({ role }) => role === ('radio' satisfies Role));
  const states = radios.map(async ({ address: radio }): Promise<Observed[]> => {
    const target = addressOf(radio, session.site);
    const told = await callTool(session.caller, {
      from: { actor: target, caller: OPERATOR },
      callId: `audit-${radio}`,
      target,
      tool: getState,
      input: {},
      timeoutMs: session.timeoutMs,
    });
    if (!told.ok) return [];
    return [{ kind: 'state', atUs: session.clock.now(), radio, state: told.value.legal }];
  });
  return (await Promise.all(states)).flat();
}

function documentOf({ fromUs, untilUs, stretches, ...rest }: ConductResult) {
  return {
    held: stretches.length === 0,
    from: timeText(fromUs),
    until: timeText(untilUs),
    ...rest,
    stretches: stretches.map(({ fromUs: from, toUs, ...stretch }) => ({
      ...stretch,
      from: timeText(from),
      to: toUs === null ? null : timeText(toUs),
      seconds: toUs === null ? null : (toUs - from) / 1e6,
    })),
  };
}

function* linesOf(result: ConductResult): Generator<string> {
  const { fromUs, untilUs, observations, radios, unknown, stretches } = result;
  yield `${radios.length} radios, ${observations} observations from ${timeText(fromUs)} to ${timeText(untilUs)}`;
  if (unknown.length > 0) {
    yield `The country of ${unknown.join(', ')} is not on record: name it with --country, or no law is held against them.`;
  }
  if (stretches.length === 0) {
    yield 'No radio was outside a rule.';
    return;
  }
  yield `${stretches.length} stretches outside a rule:`;
  const rows = stretches
    .slice(0, SHOWN)
    .map(({ rule, who, fromUs: from, toUs, what, clause }) => [
      timeText(from),
      toUs === null ? 'still' : `${((toUs - from) / 1e6).toFixed(1)} s`,
      who,
      rule,
      `${what} (${clause})`,
    ]);
  yield* table([['from', 'for', 'who', 'rule', ''], ...rows], '  ');
  if (stretches.length > SHOWN) yield `  … and ${stretches.length - SHOWN} more; --json lists them`;
}

function timeText(us: number): string {
  return new Date(us / 1_000).toISOString();
}
