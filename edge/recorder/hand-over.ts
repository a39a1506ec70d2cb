/**
 * Hands a range of recorded time over to the hub: whole sweeps of one radio, one after another, as an
 * object that bears their SHA-256 as its name. The range is read twice, once for the name and the
 * quota and once for sending, so that it need not fit into memory.
 */
import { createHash } from 'node:crypto';
import type { PortWork } from '#agents/body.ts';
import type { Bus } from '#agents/bus/bus.ts';
import type { CaptureAsked, CaptureFetched, CaptureHanded } from '#machines/edge-node.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { ObjectStoreName } from '#protocols/subjects.ts';
import type { ToolOutput } from '#protocols/tool.ts';
import { fetchCapture } from '#protocols/tools/edge-node.ts';
import type { Recorder } from './recorder.ts';
import type { Chunk } from './recording.ts';
import { WholeSweeps } from './whole-sweeps.ts';

export const CAPTURES = 'CAPTURES' satisfies ObjectStoreName;

/** A quarter of what the hub's store holds. */
export const CAPTURE_QUOTA_BYTES = 256 * 1024 * 1024;
const DAY_MS = 24 * 3_600_000;

type Code = keyof typeof fetchCapture.refusals;
type Asked = CaptureAsked & { readonly handed: readonly CaptureHanded[] };

export interface HandOverOptions {
  /** Undefined on a node that records nothing. */
  readonly recorder: Recorder | undefined;
  readonly bus: Bus;
  /** Of all captures that the node hands over within a day. */
  readonly quotaBytes?: number;
}

/** Fills `handOver` of the node's chart. */
export function handOverPort({
  recorder,
  bus,
  quotaBytes = CAPTURE_QUOTA_BYTES,
}: HandOverOptions): PortWork<Asked, CaptureFetched> {
  return {
    kind: 'work',
    run(asked, { clock, first }, done) {
      let isWanted = true;
      const nowMs = Math.floor(clock.now() / US_PER_MS);
      const handed = asked.handed.filter(({ atMs }) => atMs > nowMs - DAY_MS);
      const answer = (outcome: Outcome<unknown>, also: readonly CaptureHanded[] = []) => {
        if (isWanted) done({ ok: true, value: { outcome, handed: [...handed, ...also] } });
      };
      // Whoever asked before the restart no longer waits.
      if (!first) answer(refusal('not_stored', 'The node was started again meanwhile.'));
      else if (recorder === undefined) answer(refusal('no_recorder'));
      else {
        const chunks = () => recorder.read(asked);
        const left = quotaBytes - handed.reduce((sum, { bytes }) => sum + bytes, 0);
        measured(chunks, handed, left).then(
          (found) => {
            if (found.sweeps === 0) answer(refusal('no_capture'));
            else if (found.isOver) {
              answer(refusal('quota_exceeded', quotaText(quotaBytes, found.bytes, left)));
            } else if (found.isThere) answer({ ok: true, value: told(found) });
            else {
              store(bus, found, chunks, (problem) => {
                const { sha256, bytes } = found;
                if (problem !== undefined) answer(refusal('not_stored', problem));
                else answer({ ok: true, value: told(found) }, [{ atMs: nowMs, sha256, bytes }]);
              });
            }
          },
          (error: unknown) => answer(refusal('not_stored', String(error))),
        );
      }
      return () => {
        isWanted = false;
      };
    },
  };
}

interface Measured {
  readonly sweeps: number;
  readonly bytes: number;
  readonly skippedBytes: number;
  readonly sha256: string;
  /** More than is left of the quota; counting ended there. */
  readonly isOver: boolean;
  /** It was handed over within the last day. */
  readonly isThere: boolean;
}

async function measured(
  chunks: () => AsyncIterable<Chunk>,
  handed: readonly CaptureHanded[],
  left: number,
): Promise<Measured> {
  const hash = createHash('sha256');
  let bytes = 0;
  const counts = { sweeps: 0, skippedBytes: 0 };
  // What was handed over already is not counted again, so that much may always be looked at.
  const most = handed.reduce((largest, one) => Math.max(largest, one.bytes), left);
  for await (const piece of wholeSweeps(chunks(), counts)) {
    hash.update(piece);
    bytes += piece.length;
    if (bytes > most) break;
  }
  const sha256 = hash.digest('hex');
  const isThere = handed.some((one) => one.sha256 === sha256);
  return { ...counts, bytes, sha256, isThere, isOver: !isThere && bytes > left };
}

/** Calls back with what went wrong, or with nothing. */
function store(
  bus: Bus,
  { sha256, bytes }: Measured,
  chunks: () => AsyncIterable<Chunk>,
  done: (problem: string | undefined) => void,
): void {
  let changed: string | undefined;
  async function* checked(): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    let sent = 0;
    for await (const piece of wholeSweeps(chunks(), { sweeps: 0, skippedBytes: 0 })) {
      hash.update(piece);
      sent += piece.length;
      yield piece;
      // Recording goes on meanwhile; what came since does not belong to it.
      if (sent >= bytes) break;
    }
    // The name says what is in it; when the oldest of it was removed meanwhile, that is another name.
    if (sent === bytes && hash.digest('hex') === sha256) return;
    changed = 'What was recorded of that time changed while it was handed over. Ask again.';
    throw new Error(changed);
  }
  bus.objects(CAPTURES).putStream(sha256, checked(), (stored) => {
    done(changed ?? (stored.ok ? undefined : stored.error.message));
  });
}

/** The whole sweeps of what was recorded, some at a time. */
async function* wholeSweeps(
  chunks: AsyncIterable<Chunk>,
  counts: { sweeps: number; skippedBytes: number },
): AsyncGenerator<Uint8Array> {
  const whole = new WholeSweeps();
  for await (const chunk of chunks) {
    const sweeps = whole.of(chunk);
    counts.sweeps += sweeps.length;
    if (sweeps.length > 0) yield Buffer.concat(sweeps);
  }
  whole.end();
  counts.skippedBytes = whole.skippedBytes;
}

function told({ sweeps, bytes, skippedBytes, sha256 }: Measured): ToolOutput<typeof fetchCapture> {
  const uri = `nats-object://${CAPTURES}/${sha256}`;
  return { sweeps, format: 'ath-tlv', payload: { uri, sha256, bytes }, skippedBytes };
}

function refusal(code: Code, detail?: string): Outcome<never> {
  const hint = fetchCapture.refusals[code];
  return { ok: false, error: { code, hint: detail === undefined ? hint : `${hint} ${detail}` } };
}

function quotaText(quota: number, asked: number, left: number): string {
  return `Quota ${quota} bytes, asked for at least ${asked}, left ${Math.max(0, left)}.`;
}
