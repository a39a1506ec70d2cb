/** The coordinator's mind: what it notes of each event, and what fills its ports. */
import type { Heard, Place, Port, PortContext, PortWork } from '#agents/body.ts';
import type { CoordinatorNotes } from '#agents/coordinator.ts';
import type { LegalChannel } from '#agents/regulation/legal-channels.ts';
import {
  applyId,
  type Looked,
  type PlanInput,
  type PlanMade,
  type Proposed,
  type Search,
} from '#machines/coordinator-words.ts';
import { sha256OfJson } from '#protocols/canonical-json.ts';
import type { EventData } from '#protocols/event.ts';
import type { Change } from '#protocols/events/coordinator.ts';
import type {
  channelChanged,
  neighboursMeasured,
  RadioLegalState,
} from '#protocols/events/radio.ts';
import type { SitePolicy } from '#protocols/site-policy.ts';
import type { Approval, Signer } from '#protocols/verdict.ts';
import { approveByRule } from './autonomy.ts';
import { learnFrom } from './explore/explore.ts';
import { measureChange } from './measure.ts';
import * as picture from './picture.ts';
import { makePlan } from './plan.ts';
import { SEARCH_STRATEGY } from './search/decider.ts';
import { beginSearch, scoreQuestion, weighSearch } from './searching.ts';
import { findStrategy } from './strategies/index.ts';

export interface MindParts {
  readonly signer: Signer;
  readonly policy: SitePolicy;
  readonly legalChannels: (state: RadioLegalState) => readonly LegalChannel[];
}

/** The chart also reacts to these; everything else is only noted. */
export const coordinatorNotes: CoordinatorNotes = {
  reactsTo: ['channel.changed', 'interferer.detected', 'trial.ended'],
  notes: {
    'state.changed': noting(picture.noteState),
    'survey.measured': noting(picture.noteSurvey),
    'neighbours.measured': noting<EventData<typeof neighboursMeasured>>(
      (memory, source, { neighbours }) => picture.noteNeighbours(memory, source, neighbours),
    ),
    'interferer.detected': noting(picture.noteFilled),
    'interferer.gone': noting(picture.noteGone),
    'channel.changed': noting<EventData<typeof channelChanged>>((memory, source, { cause }, atMs) =>
      picture.noteMoved(memory, source, atMs, cause === 'call'),
    ),
  },
};

export function coordinatorPorts({
  signer,
  legalChannels,
  policy,
}: MindParts): Record<string, Port> {
  const plan: PortWork<PlanInput, PlanMade> = {
    kind: 'work',
    run(input, context, done) {
      const { strategy: name, baseVersion, radios } = input;
      const atMs = nowMs(context);
      if (name === SEARCH_STRATEGY) {
        const made = beginSearch({ policy, legalChannels }, input, context, idFrom(context));
        done({ ok: true, value: made });
        return undefined;
      }
      const strategy = findStrategy(name);
      if (strategy === undefined) {
        done({ ok: false, error: { code: 'unknown_strategy', message: `no strategy '${name}'` } });
        return undefined;
      }
      const made = makePlan({
        picture: new picture.Picture(context.memory, atMs),
        strategy,
        random: context.random.fork('plan'),
        baseVersion,
        planId: idFrom(context),
        radios,
        legalChannels,
      });
      const proposed = made === null ? null : { plan: made, planHash: sha256OfJson(made) };
      done({ ok: true, value: { atMs, proposed } });
      return undefined;
    },
  };
  const weigh: PortWork<{ search: Search; baseVersion: number }, PlanMade> = {
    kind: 'work',
    run(input, context, done) {
      done({ ok: true, value: weighSearch({ policy, legalChannels }, input, context) });
      return undefined;
    },
  };
  const approve: PortWork<Proposed, Approval> = {
    kind: 'work',
    run(proposed, context, done) {
      const approvalId = applyId(proposed.plan.planId);
      const target = context.address;
      const consent = approveByRule({
        proposed,
        policy,
        target,
        approvalId,
        signer,
        nowMs: nowMs(context),
      });
      if (consent.ok) done(consent);
      else done({ ok: false, error: { code: 'left_to_a_person', message: consent.error } });
      return undefined;
    },
  };
  const measure: PortWork<{ planId: string; changes: readonly Change[] }, Looked> = {
    kind: 'work',
    run({ planId, changes }, context, done) {
      const now = new picture.Picture(context.memory, nowMs(context));
      learnFrom(context.memory, now, planId, changes);
      const measured = changes.map((change) => measureChange(now, change));
      const question = scoreQuestion({ policy, legalChannels }, planId, changes, context);
      done({ ok: true, value: { measured, question } });
      return undefined;
    },
  };
  return { plan, weigh, approve, measure };
}

function noting<Data>(
  note: (memory: Place['memory'], source: string, data: Data, atMs: number) => void,
) {
  // What is heard has been parsed by the schema of its event, which is what `note` takes. Its time is
  // when it came: the clocks of different nodes cannot be held against each other.
  return ({ source, data }: Heard, place: Place) =>
    note(place.memory, source, data as Data, nowMs(place));
}

function nowMs({ clock }: Place): number {
  return Math.floor(clock.now() / 1_000);
}

function idFrom({ random }: PortContext): string {
  return `plan-${Buffer.from(random.fork('id').bytes(6)).toString('hex')}`;
}
