/**
 * Where a radio goes by itself: at the start, after radar, and when it is alone and something
 * foreign fills its channel, or its clients fare badly. It prefers what needs no silence first, then
 * what its neighbours leave free, alone what its bandit chooses, and takes only what its own gate lets
 * through, with a local verdict.
 */
import { FILLED_DUTY, meanServed } from '#machines/radio-alone.ts';
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
import { wishAlone } from './radio-alone.ts';
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
      const legal = legalChannels(input.legal);
      const wish = input.cause === 'alone' ? wishAlone(input, openTo(input, legal), context) : null;
      if (wish === null && input.cause === 'alone' && !isLeaving(input)) {
        const message = 'nothing better is known than where it is';
        done({ ok: false, error: { code: 'stays', message } });
        return undefined;
      }
      const rest = inOrder(input, legal, context);
      const candidates = wish === null ? rest : [wish.to, ...rest];
      for (const candidate of candidates) {
        const { channel, clearMs } = candidate;
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
        const reason = reasonOf(input, channel, candidate === wish?.to ? wish.why : undefined);
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
  const ranked = openTo(input, legal)
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

/** Where nothing foreign is, and where it is not. */
function openTo(input: ChooseInput, legal: readonly LegalChannel[]): readonly LegalChannel[] {
  return legal.filter(
    (candidate) =>
      (isForPlans(candidate) || isWish(input, candidate.channel)) &&
      !isFilled(input, candidate.channel) &&
      !isHere(input, candidate.channel),
  );
}

/** It is where something foreign is: it goes anywhere rather than stay. */
function isLeaving({ from, interferers }: Pick<ChooseInput, 'from' | 'interferers'>): boolean {
  return (
    from !== null &&
    interferers.some(
      (finding) => finding.duty >= FILLED_DUTY && overlapMhz(finding, span(from)) > 0,
    )
  );
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

function reasonOf(
  { cause, from, interferers, served }: ChooseInput,
  to: Channel,
  known: string | undefined,
): string {
  switch (cause) {
    case 'start':
      return `The radio starts on ${describeChannel(to)}.`;
    case 'radar':
      return `Radar was heard${from === null ? '' : ` on ${describeChannel(from)}`}; ${describeChannel(to)} is legal now.`;
    case 'alone': {
      const share = Math.round(100 * (meanServed(served) ?? 0));
      const why = isLeaving({ from, interferers })
        ? `${interferers[0]?.looksLike} fills the channel`
        : `clients get ${share} % of what they ask`;
      return `The cloud is away and ${why}; the radio tries ${describeChannel(to)}${known === undefined ? '' : ` (${known})`}.`;
    }
  }
}
