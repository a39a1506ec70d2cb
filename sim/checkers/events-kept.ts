import { parseSubject } from '#protocols/subjects.ts';
import { type Breach, type Checker, seconds } from './checker.ts';

/** How long a link must have stood before what was stored at its node must be at the hub. */
const CAUGHT_UP_US = 60_000_000;

export const eventsKept: Checker = {
  name: 'events-kept',
  text: 'An event whose storing was acknowledged reaches the hub, once, however often links and processes failed meanwhile.',
  start({ nowUs, isReachable, onHubEvent }) {
    const stored = new Map<string, { readonly tUs: number; readonly subject: string }>();
    const arrived = new Set<string>();
    let checked = 0;
    const broken: Breach[] = [];

    onHubEvent((subject, data) => {
      const id = idOf(subject, data);
      checked += 1;
      if (arrived.has(id)) {
        broken.push({ tUs: nowUs(), address: subject, what: `event ${id} reached the hub twice` });
      }
      arrived.add(id);
      stored.delete(id);
    });
    return {
      onBus: {
        appended(_client, subject, _id, data) {
          if (parseSubject(subject)?.kind !== 'event') return;
          const id = idOf(subject, data);
          if (!arrived.has(id)) stored.set(id, { tUs: nowUs(), subject });
        },
      },
      finish() {
        for (const [id, { tUs, subject }] of stored) {
          const isLate = nowUs() - tUs > CAUGHT_UP_US;
          const node = parseSubject(subject)?.node ?? '';
          if (!isLate || !isReachable(node, CAUGHT_UP_US)) continue;
          checked += 1;
          broken.push({
            tUs,
            address: subject,
            what: `event ${id} was acknowledged and never reached the hub, ${seconds(nowUs() - tUs)} later`,
          });
        }
        return { checked, broken };
      },
    };
  },
};

/** The id that heads an event, `{"id":"…"`; without one, its bytes. */
function idOf(subject: string, data: Uint8Array): string {
  const head = Buffer.from(data.buffer, data.byteOffset, Math.min(200, data.length)).toString();
  return /"id":"([^"]+)"/.exec(head)?.[1] ?? `${subject} ${Buffer.from(data).toString('base64')}`;
}
