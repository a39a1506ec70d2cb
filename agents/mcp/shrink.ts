/** Results that are too large to travel: stored, and a link in their place. */
import { type Outcome, refuse } from '#protocols/errors.ts';
import { metaKey } from '#protocols/mcp.ts';
import type { Payload } from '#protocols/tools/edge-node.ts';
import type { Bus } from '../bus/bus.ts';
import { resultOf, resultOfRefusal } from './envelope.ts';
import { isOversized, storePayload } from './payloads.ts';
import { stateOfOutcome, type TaskState } from './task-event.ts';

/** The state of a task that has ended so. */
export function shrinkOutcome(
  bus: Bus,
  outcome: Outcome<unknown>,
  done: (state: TaskState) => void,
): void {
  if (!outcome.ok) done(stateOfOutcome(outcome));
  else shrinkResult(bus, outcome.value, (resultJson) => done({ status: 'completed', resultJson }));
}

/** The text of a call's result. Calls back at once when nothing has to be stored. */
export function shrinkResult(
  bus: Bus,
  value: unknown,
  done: (resultJson: string) => void,
  brief = false,
): void {
  const json = jsonOf(value);
  if (!isOversized(json)) {
    done(resultOf(json, brief));
    return;
  }
  storePayload(bus, json, (stored) => {
    done(
      stored.ok
        ? resultOfPayload(stored.value)
        : resultOfRefusal(refuse('unavailable', stored.error, 1_000)),
    );
  });
}

/** Texts of values whose handler froze them, all the way down, to tell them again as they are. */
const texts = new WeakMap<object, string>();

function jsonOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) {
    return JSON.stringify(value) ?? 'null';
  }
  let text = texts.get(value);
  if (text === undefined) {
    text = JSON.stringify(value);
    texts.set(value, text);
  }
  return text;
}

function resultOfPayload(payload: Payload): string {
  const { uri, sha256, bytes } = payload;
  return JSON.stringify({
    resultType: 'complete',
    content: [
      { type: 'resource_link', uri, name: sha256, mimeType: 'application/json', size: bytes },
    ],
    _meta: { [metaKey.payload]: payload },
  });
}
