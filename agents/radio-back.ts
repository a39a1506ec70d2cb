/**
 * The way back from a change that was not confirmed: each step is held against the rules as they
 * are now, under the node's own verdict. Less power comes before the channel and more after it, so
 * that no step is louder than either end.
 */
import type { BackInput, BackStep } from '#machines/radio-words.ts';
import { type Channel, sameChannel } from '#protocols/channels.ts';
import type { PortContext, PortWork } from './body.ts';
import type { Gate } from './gate.ts';

export interface GoingBack {
  readonly gate: Gate;
  /** The name under which the node acts. */
  readonly node: string;
  /** Silence owed before the use of a channel. */
  readonly clearMs: (channel: Channel) => number;
}

export function goBackPort(parts: GoingBack): PortWork<BackInput, BackStep> {
  return {
    kind: 'work',
    run(input, context, done) {
      const { legal, to, reason } = input;
      const isThere = legal.channel !== null && sameChannel(legal.channel, to.channel);
      const isAsLoud = legal.eirpDbm === to.eirpDbm;
      const isPowerFirst = !isAsLoud && (isThere || to.eirpDbm < legal.eirpDbm);
      if (isThere && isAsLoud) {
        done({ ok: true, value: { isThere: true } });
        return undefined;
      }
      const [tool, given] = isPowerFirst
        ? (['radio_set_power', { eirpDbm: to.eirpDbm }] as const)
        : (['radio_set_channel', to.channel] as const);
      const verdict = judged(tool, given, input, context, parts);
      if (!verdict.ok) {
        done({ ok: false, error: { code: verdict.error.code, message: verdict.error.hint } });
        return undefined;
      }
      const { verdictId } = verdict.value;
      const step: BackStep = isPowerFirst
        ? { eirpDbm: to.eirpDbm, verdictId, callId: null, confirming: null }
        : {
            move: {
              to: to.channel,
              clearMs: parts.clearMs(to.channel),
              cause: 'back',
              reason,
              callId: null,
              verdictId,
              confirming: null,
            },
          };
      done({ ok: true, value: step });
      return undefined;
    },
  };
}

function judged(
  tool: string,
  given: unknown,
  { legal }: BackInput,
  { address, clock, key }: PortContext,
  { gate, node }: GoingBack,
) {
  return gate.judgeLocally({
    target: address,
    tool,
    arguments: given,
    caller: node,
    idempotencyKey: key,
    nowMs: Math.floor(clock.now() / 1_000),
    state: legal,
  });
}
