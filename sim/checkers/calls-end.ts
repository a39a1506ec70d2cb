import { callerOf, durableKey, readDurableCall, readDurableEnd } from '../durable-call.ts';
import { type Breach, type Checker, field, seconds } from './checker.ts';

/** What a bus may take beyond the time a caller gave it. */
const LIVE_GRACE_US = 1_000_000;

/**
 * What may pass between a durable call's deadline and its end: the skew up to which clocks are
 * trusted (60 s), and a restart of the caller.
 */
const DURABLE_GRACE_US = 180_000_000;

interface Open {
  readonly address: string;
  readonly client: string;
  readonly what: string;
  readonly dueUs: number;
}

export const callsEnd: Checker = {
  name: 'calls-end',
  text: 'Every call is answered, or ends at its deadline; a durable one also when nodes and links failed on the way.',
  start({ nowUs }) {
    const open = new Map<string, Open>();
    let count = 0;
    let checked = 0;
    const broken: Breach[] = [];

    return {
      onBus: {
        asked(client, subject, timeoutMs) {
          count += 1;
          const key = `live ${count}`;
          open.set(key, {
            address: subject,
            client,
            what: `request of ${client} to ${subject}`,
            dueUs: nowUs() + timeoutMs * 1_000 + LIVE_GRACE_US,
          });
          return () => {
            const asked = open.get(key);
            if (asked === undefined) return;
            open.delete(key);
            checked += 1;
            if (nowUs() <= asked.dueUs) return;
            broken.push({
              tUs: nowUs(),
              address: asked.address,
              what: `${asked.what} ended ${seconds(nowUs() - asked.dueUs)} late`,
            });
          };
        },
        appended(client, subject, _id, data) {
          const ended = readDurableEnd(subject, data);
          if (ended !== undefined) end(ended.key);
          const call = readDurableCall(subject, data);
          if (call === undefined) return;
          open.set(call.key, {
            address: call.address,
            client,
            what: `durable call ${call.tool} with key ${call.key}`,
            dueUs: nowUs() + call.allowedMs * 1_000 + DURABLE_GRACE_US,
          });
        },
      },
      onRecord({ address, type, payload }) {
        if (type === 'message' && field(payload, 'type') === 'call.returned') {
          end(durableKey(callerOf(address), String(field(payload, 'callId'))));
        } else if (type === 'fault' && field(payload, 'kind') === 'crash') {
          // Whoever waited is gone; what was durable is asked again by what its store knows.
          const node = field(payload, 'node');
          for (const [key, { client }] of open) {
            if (key.startsWith('live ') && client === node) open.delete(key);
          }
        }
      },
      finish() {
        for (const { address, what, dueUs } of open.values()) {
          if (dueUs > nowUs()) continue;
          checked += 1;
          broken.push({ tUs: dueUs, address, what: `${what} was never answered` });
        }
        return { checked, broken };
      },
    };

    function end(key: string): void {
      if (open.delete(key)) checked += 1;
    }
  },
};
