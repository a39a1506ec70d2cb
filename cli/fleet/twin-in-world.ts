/** The twin of a world: it reckons where it stands, and its answer comes after the time that takes. */
import type { PortDone } from '#agents/body.ts';
import type { TwinParts } from '#agents/twin.ts';
import { answerQuestion, answerTakesUs } from '#sim/twin/answer.ts';

export const twinInWorld: TwinParts = {
  reckon: {
    kind: 'work',
    run(question, { address, clock, key }, done: PortDone<unknown>) {
      const dueUs = clock.monotonic() + answerTakesUs(question);
      const timer = clock.schedule(dueUs, () => done(answerQuestion(question)), {
        target: address,
        source: key,
        seq: 0,
      });
      return () => timer.cancel();
    },
  },
};
