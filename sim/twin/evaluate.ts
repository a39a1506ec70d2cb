/**
 * The twin: plans are tried out in airs that fit what was measured, each plan in the same airs as
 * staying, so that what differs between them is the plan. Nothing here depends on anything but
 * the request.
 */
import { createRandom } from '#agents/random/philox.ts';
import type { Air } from '#protocols/air.ts';
import { InputError } from '#protocols/errors.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { ToolInput, ToolOutput } from '#protocols/tool.ts';
import type { Candidate, evaluate, Setting } from '#protocols/tools/twin.ts';
import { createFluidAir } from '../air/fluid-air.ts';
import { sceneFromMeasurements } from '../air/measured-scene.ts';
import { Gathered } from './outlook.ts';
import { faresIn } from './site-fares.ts';

export type EvaluateRequest = ToolInput<typeof evaluate>;
export type EvaluateResult = ToolOutput<typeof evaluate>;

export interface EvaluateLimits {
  /** Of one request, as `costOf` counts. */
  readonly maxCost: number;
}

/** A request that asks for more than it may. */
export class TooMuch extends InputError {}

/** Throws an `InputError` for reports or plans that do not fit each other, `TooMuch` for too much of them. */
export function evaluatePlans(
  request: EvaluateRequest,
  { maxCost }: EvaluateLimits,
): EvaluateResult {
  const { reports, candidates, draws, confidence, seed } = request;
  checkCandidates(reports, candidates);
  const cost = costOf(request);
  if (cost > maxCost) {
    throw new TooMuch(
      `expected at most ${maxCost} links and stations to reckon, came ${cost}: ask for fewer draws or plans at once`,
    );
  }
  const scene = sceneFromMeasurements(reports);
  const random = createRandom(seed).fork('twin');
  const who = { ours: reports.map(({ id }) => id), foreign: [...scene.airtimes.keys()] };
  const before = new Map(reports.map((report) => [report.id, tuningOf(report)]));
  const gathered = () => new Gathered(who.ours.length, who.foreign.length);
  const stay = gathered();
  const plans = candidates.map((candidate) => ({ candidate, gathered: gathered() }));
  const { fidelity, error } = createFluidAir({ random }).describe();
  for (let draw = 0; draw < draws; draw += 1) {
    const drawn = createFluidAir({ random: random.fork('air') });
    for (const change of scene.draw(random.fork(`draw/${draw}`))) drawn.apply(change);
    stay.note(faresIn(drawn, who));
    for (const plan of plans) {
      const { settings } = plan.candidate;
      for (const setting of settings) drawn.apply(told(setting));
      plan.gathered.note(faresIn(drawn, who));
      for (const { radio } of settings) drawn.apply(before.get(radio)!);
    }
  }
  const radios = reports.map(({ id, clients }) => ({ id, clients: clients.length }));
  const beside = { stay, radios, confidence };
  return {
    fidelity,
    error,
    draws,
    stay: stay.outlook('stay', beside),
    outlooks: plans.map((plan) => plan.gathered.outlook(plan.candidate.id, beside)),
  };
}

/** What has to be reckoned: every link of each draw, and every station by plan and draw. */
export function costOf({
  reports,
  candidates,
  draws,
}: Pick<EvaluateRequest, 'reports' | 'draws'> & {
  readonly candidates: { readonly length: number };
}): number {
  const foreign = new Set(
    reports.flatMap(({ neighbours }) => neighbours.flatMap((one) => (one.managed ? [] : [one.id]))),
  );
  const radios = reports.length + foreign.size;
  const clients = reports.reduce((count, report) => count + report.clients.length, 0);
  const links = radios * (radios / 2 + clients);
  return Math.ceil(draws * (links + (radios + clients) * (1 + candidates.length)));
}

function told({ radio, channel, eirpDbm }: Setting): Parameters<Air['apply']>[0] {
  return { kind: 'radio', id: radio, channel, eirpDbm, silent: false };
}

function tuningOf({ id, channel, eirpDbm, silent }: RadioReport): Parameters<Air['apply']>[0] {
  return { kind: 'radio', id, channel, eirpDbm, silent: channel !== null && silent };
}

function checkCandidates(reports: readonly RadioReport[], candidates: readonly Candidate[]): void {
  const known = new Set(reports.map(({ id }) => id));
  const ids = new Set<string>();
  for (const { id, settings } of candidates) {
    if (ids.has(id)) {
      throw new InputError(`plans: expected each id once, came '${id}' twice`);
    }
    ids.add(id);
    const told = new Set<string>();
    for (const { radio } of settings) {
      if (!known.has(radio)) {
        throw new InputError(
          `plan '${id}': expected radios that were reported, came '${radio}': add its report`,
        );
      }
      if (told.has(radio)) {
        throw new InputError(`plan '${id}': expected one setting a radio, '${radio}' has two`);
      }
      told.add(radio);
    }
  }
}
