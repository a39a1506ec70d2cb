/** `<dir>/up.json`: what runs and where, for other commands. It is there as long as `up` runs. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import { NodeId, SiteId } from '#protocols/ids.ts';

export const upStateVersion = 1;

const Pid = z.number().int().positive();
const Port = z.number().int().min(1).max(65_535);
const Url = z.string().regex(/^nats:\/\/[^\s]+:\d+$/);

export const UpState = z.strictObject({
  version: z.literal(upStateVersion),
  site: SiteId,
  scenario: z.string(),
  /** Absolute. */
  keysDir: z.string(),
  ledgerDir: z.string(),
  startedAt: z.iso.datetime(),
  pid: Pid,
  /** Null while it is down and about to be started again. */
  hub: z.strictObject({ natsUrl: Url, leafPort: Port, pid: Pid.nullable() }),
  nodes: z.array(
    z.strictObject({
      node: NodeId,
      natsUrl: Url,
      linkPort: Port,
      brokerPid: Pid.nullable(),
      pid: Pid.nullable(),
    }),
  ),
  cloudPid: Pid.nullable(),
  airPid: Pid.nullable(),
});
export type UpState = z.infer<typeof UpState>;

export function upStateFile(dir: string): string {
  return join(dir, 'up.json');
}

/** Whole or not at all: whoever reads meanwhile sees the one before. */
export function writeUpState(dir: string, state: UpState): void {
  const path = upStateFile(dir);
  const desk = `${path}.${process.pid}`;
  fs.writeFileSync(desk, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  fs.renameSync(desk, path);
}

export function removeUpState(dir: string): void {
  fs.rmSync(upStateFile(dir), { force: true });
}

/** The fleet that runs on this directory; undefined when none does. */
export function readUpState(dir: string): UpState | undefined {
  const path = upStateFile(dir);
  let text: string;
  try {
    text = fs.readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const parsed = UpState.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(
      `${path}: expected what \`airguard up\` writes, but ${issue?.path.join('.') || 'the whole'}: ${issue?.message}; delete it if nothing runs`,
    );
  }
  return isAlive(parsed.data.pid) ? parsed.data : undefined;
}

/** The fleet that must be running, or one line that says how to start it. */
export function expectUpState(dir: string): UpState {
  const state = readUpState(dir);
  if (state !== undefined) return state;
  throw new InputError(
    `nothing runs on ${dir}: expected a fleet started with \`airguard up\`; start one, or name its directory with --dir`,
    'notReachable',
  );
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
