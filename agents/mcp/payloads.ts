/**
 * What does not fit in a message: arguments or results over 256 KiB are stored by their hash, and
 * travel as `{uri, sha256, bytes}`. Who fetches one checks size and hash before using it.
 */
import { hash } from 'node:crypto';
import type { Outcome } from '#protocols/errors.ts';
import { inlineLimitBytes } from '#protocols/mcp.ts';
import { Payload } from '#protocols/tools/edge-node.ts';
import type { Bus } from '../bus/bus.ts';
import { bytesOf, parseJson } from './json.ts';

export const PAYLOADS = 'PAYLOADS';

/** More than this is no argument of a call any more. */
export const PAYLOAD_BYTES_MAX = 64 * 1024 * 1024;

const scheme = 'nats-object://';

/** A payload's failure, as a sentence. */
type Done<Value> = (outcome: Outcome<Value, string>) => void;

/** True when a text is too large to travel in a message. Cheap where it is not. */
export function isOversized(json: string): boolean {
  // A character takes at most three bytes of UTF-8.
  if (json.length * 3 <= inlineLimitBytes) return false;
  return Buffer.byteLength(json) > inlineLimitBytes;
}

export function storePayload(bus: Bus, json: string, done: Done<Payload>): void {
  const data = bytesOf(json);
  if (data.length > PAYLOAD_BYTES_MAX) {
    done({ ok: false, error: `expected at most ${PAYLOAD_BYTES_MAX} bytes, came ${data.length}` });
    return;
  }
  const sha256 = hash('sha256', data, 'hex');
  bus.objects(PAYLOADS).put(sha256, data, (stored) => {
    if (!stored.ok)
      done({ ok: false, error: `the payload was not stored: ${stored.error.message}` });
    else
      done({
        ok: true,
        value: { uri: `${scheme}${PAYLOADS}/${sha256}`, sha256, bytes: data.length },
      });
  });
}

/** The JSON that a reference stands for, when it is what the reference says. */
export function fetchPayload(bus: Bus, reference: unknown, done: Done<unknown>): void {
  const parsed = Payload.safeParse(reference);
  if (!parsed.success) {
    done({ ok: false, error: 'expected a payload as {uri, sha256, bytes}' });
    return;
  }
  const { uri, sha256, bytes } = parsed.data;
  if (uri !== `${scheme}${PAYLOADS}/${sha256}`) {
    done({ ok: false, error: `expected the payload's uri to be ${scheme}${PAYLOADS}/<sha256>` });
    return;
  }
  if (bytes > PAYLOAD_BYTES_MAX) {
    done({ ok: false, error: `expected at most ${PAYLOAD_BYTES_MAX} bytes, came ${bytes}` });
    return;
  }
  bus.objects(PAYLOADS).get(sha256, (fetched) => {
    if (!fetched.ok)
      done({ ok: false, error: `the payload was not found: ${fetched.error.message}` });
    else done(verify(fetched.value, sha256, bytes));
  });
}

function verify(data: Uint8Array, sha256: string, bytes: number): Outcome<unknown, string> {
  if (data.length !== bytes || hash('sha256', data, 'hex') !== sha256) {
    return { ok: false, error: 'the payload is not what its hash says' };
  }
  return parseJson(data);
}
