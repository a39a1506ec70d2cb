/** Commits without end to the file given, saying which commit is through, until it is killed. */
import { SqliteStore } from '#agents/store/sqlite.ts';
import { actor } from './conformance.ts';

const store = new SqliteStore({ file: process.argv[2] as string, synchronous: 'NORMAL' });
const payload = 'x'.repeat(2_000);
for (let seq = 1; ; seq += 1) {
  store.commit({
    actor: actor({ seq }),
    meta: { seq, payload },
    outbox: [
      { id: `${seq}`, kind: 'append', subject: 's', data: new Uint8Array(500), headers: {} },
    ],
    sent: [`${seq - 1}`],
  });
  process.stdout.write(`${seq}\n`);
}
