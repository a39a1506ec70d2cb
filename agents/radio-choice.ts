/**
 * Where a radio goes by itself: at the start, after radar, and when it is alone and something
 * foreign fills its channel. It prefers what needs no silence first, then what its bandit believes
 * in, and takes only what its own gate lets through, with a local verdict.
 */
import type { ChooseInput, Move } from '#machines/radio-words.ts';
import {
  type Channel,
  describeChannel,
  overlapMhz,
  sameChannel,
  span,
} from '#protocols/channels.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import { drawArm, priorArm } from './bandits/beta-arm.ts';
import type { PortContext, PortWork } from './body.ts';
import type { Gate } from './gate.ts';
import { isForPlans } from './plan-channels.ts';
import type { LegalChannel } from './regulation/legal-channels.ts';

export interface Choosing {
  readonly gate: Gate;
  /** The name under which the node acts. */
  readonly node: string;
  readonly legalChannels: (state: RadioLegalState) => readonly LegalChannel[];
}

/** Belief in a channel of which only the neighbours' use is known. */
const priorWeight = 4;
/** Share of the air that a neighbour takes when it does not say. */
const assumedLoad = 0.2;

export function choosePort({ gate, node, legalChannels }: Choosing): PortWork<ChooseInput, Move> {
  return {
    kind: 'work',
    run(input, context, done) {
      const candidates = inOrder(input, legalChannels(input.legal), context);
      for (const { channel, clearMs } of candidates) {
        const verdict = gate.judgeLocally({
          target: context.address,
          tool: 'radio_set_channel',
          arguments: channel,
          caller: node,
          idempotencyKey: context.key,
          nowMs: Math.floor(context.clock.now() / 1_000),
          state: input.legal,
        });
        if (!verdict.ok) continue;
        const { verdictId } = verdict.value;
        const reason = reasonOf(input, channel);
        const move = {
          to: channel,
          clearMs,
          cause: input.cause,
          reason,
          callId: null,
          verdictId,
          confirming: null,
        };
        done({ ok: true, value: move });
        return undefined;
      }
      const message = `none of ${candidates.length} channels may be used now`;
      done({ ok: false, error: { code: 'nothing_legal', message } });
      return undefined;
    },
  };
}

/** The channels of the radio's band and width, best first; narrower ones when none is left. */
function inOrder(
  input: ChooseInput,
  legal: readonly LegalChannel[],
  { random }: PortContext,
): readonly LegalChannel[] {
  const like = input.wish ?? input.from;
  const free = legal.filter(
    (candidate) =>
      (isForPlans(candidate) || isWish(input, candidate.channel)) &&
      !isFilled(input, candidate.channel) &&
      !isHere(input, candidate.channel),
  );
  const ranked = free
    .filter(({ channel }) => like === null || channel.band === like.band)
    .map((candidate) => ({
      candidate,
      isWish: isWish(input, candidate.channel),
      narrowing: Math.abs(candidate.channel.widthMhz - (like?.widthMhz ?? 20)),
      draw: drawArm(priorArm(expected(input, candidate.channel), priorWeight), random),
    }))
    .sort(
      (a, b) =>
        Number(b.isWish) - Number(a.isWish) ||
        a.narrowing - b.narrowing ||
        a.candidate.clearMs - b.candidate.clearMs ||
        b.draw - a.draw,
    );
  return ranked.map(({ candidate }) => candidate);
}

function isWish({ wish }: ChooseInput, channel: Channel): boolean {
  return wish !== null && sameChannel(channel, wish);
}

function isFilled({ interferers }: ChooseInput, channel: Channel): boolean {
  return interferers.some((finding) => overlapMhz(finding, span(channel)) > 0);
}

/** A radio that must leave does not choose where it is. */
function isHere({ cause, from }: ChooseInput, channel: Channel): boolean {
  return cause === 'alone' && from !== null && sameChannel(from, channel);
}

function expected({ neighbours }: ChooseInput, channel: Channel): number {
  let free = 1;
  for (const neighbour of neighbours) {
    if (overlapMhz(span(neighbour.channel), span(channel)) > 0)
      free -= neighbour.load ?? assumedLoad;
  }
  return Math.max(0.05, free);
}

function reasonOf({ cause, from, interferers }: ChooseInput, to: Channel): string {
  switch (cause) {
    case 'start':
      return `The radio starts on ${describeChannel(to)}.`;
    case 'radar':
      return `Radar was heard${from === null ? '' : ` on ${describeChannel(from)}`}; ${describeChannel(to)} is legal now.`;
    case 'alone': {
      const what = interferers[0]?.looksLike ?? 'something';
      return `The cloud is away and ${what} fills the channel; ${describeChannel(to)} is free of it.`;
    }
  }
}
