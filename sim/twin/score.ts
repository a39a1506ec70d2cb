/** After the fact: what a decision was worth, beside having stayed. */

import { InputError } from '#protocols/errors.ts';
import { utility } from '#protocols/fare.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { ToolInput, ToolOutput } from '#protocols/tool.ts';
import type { Interval, Setting, scoreDecision as tool } from '#protocols/tools/twin.ts';
import { type EvaluateLimits, evaluatePlans } from './evaluate.ts';

export type ScoreRequest = ToolInput<typeof tool>;
export type ScoreResult = ToolOutput<typeof tool>;

export function scoreDecision(request: ScoreRequest, limits: EvaluateLimits): ScoreResult {
  const { before, after, settings, ...how } = request;
  const told = evaluatePlans(
    { reports: before, candidates: [{ id: 'told', settings }], ...how },
    limits,
  );
  const stayed = evaluatePlans(
    {
      reports: after,
      candidates: [{ id: 'stayed', settings: asBefore(before, settings) }],
      ...how,
    },
    limits,
  );
  return {
    expected: told.outlooks[0]!.gain,
    measured: measuredGain(before, after),
    counterfactual: turnedRound(stayed.outlooks[0]!.gain),
  };
}

/** How the radios that were told something were set before. */
function asBefore(before: readonly RadioReport[], settings: readonly Setting[]): Setting[] {
  return settings.map(({ radio }) => {
    const { channel, eirpDbm } = before.find(({ id }) => id === radio)!;
    if (channel === null) {
      throw new InputError(
        `decision: radio '${radio}' had no channel before, so it could not have stayed: leave it out`,
      );
    }
    return { radio, channel, eirpDbm };
  });
}

/** Of the clients that were there on both sides. */
function measuredGain(before: readonly RadioReport[], after: readonly RadioReport[]): number {
  const clients = (reports: readonly RadioReport[]) => reports.flatMap((report) => report.clients);
  const [then, now] = [clients(before), clients(after)];
  const ids = new Set(now.map(({ id }) => id));
  const stayed = then.filter(({ id }) => ids.has(id));
  if (stayed.length === 0) return 0;
  const there = new Set(stayed.map(({ id }) => id));
  return utility(now.filter(({ id }) => there.has(id))) / utility(stayed) - 1;
}

/** From what A gains over B to what B gains over A. */
function turnedRound({ mean, low, high }: Interval): Interval {
  const turned = (gain: number) => 1 / (1 + gain) - 1;
  return { mean: turned(mean), low: turned(high), high: turned(low) };
}
