import { isRecord, parseJson } from '#agents/mcp/json.ts';
import { type Breach, type Checker, field, seconds } from './checker.ts';

interface Held {
  readonly holder: string;
  /** By the world's clock. */
  readonly untilUs: number;
}

export const oneLeaseHolder: Checker = {
  name: 'one-lease-holder',
  text: 'While a lease runs, nobody else is given it: one coordinator a site, and one at a time.',
  start({ nowUs }) {
    const held = new Map<string, Held>();
    let checked = 0;
    const broken: Breach[] = [];

    return {
      onBus: {
        leased(client, key, value) {
          const lease = value === null ? undefined : read(value);
          const now = held.get(key);
          checked += 1;
          if (lease === undefined) {
            held.delete(key);
            return;
          }
          if (now !== undefined && nowUs() < now.untilUs && now.holder !== lease.holder) {
            broken.push({
              tUs: nowUs(),
              address: key,
              what: `lease given to ${lease.holder} (${client}) while ${now.holder} holds it for another ${seconds(now.untilUs - nowUs())}: expected one holder`,
            });
          }
          held.set(key, { holder: lease.holder, untilUs: nowUs() + lease.forMs * 1_000 });
        },
      },
      finish: () => ({ checked, broken }),
    };
  },
};

/** A lease is written as `{holder, grantedMs, expiresMs}` by its holder's clock. */
function read(value: Uint8Array): { holder: string; forMs: number } | undefined {
  const parsed = parseJson(value);
  if (!parsed.ok || !isRecord(parsed.value)) return undefined;
  const holder = field(parsed.value, 'holder');
  const grantedMs = field(parsed.value, 'grantedMs');
  const expiresMs = field(parsed.value, 'expiresMs');
  if (typeof holder !== 'string') return undefined;
  const isTimed = typeof grantedMs === 'number' && typeof expiresMs === 'number';
  return { holder, forMs: isTimed ? Math.max(0, expiresMs - grantedMs) : 0 };
}
