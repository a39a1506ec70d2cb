/** Answers what a twin is asked, and says how long a machine would take over it. */
import type { TwinAnswer } from '#agents/twin.ts';
import type { TwinQuestion } from '#machines/twin.ts';
import { InputError } from '#protocols/errors.ts';
import { evaluate, scoreDecision as scoreTool } from '#protocols/tools/twin.ts';
import { costOf, type EvaluateRequest, evaluatePlans, TooMuch } from './evaluate.ts';
import { type ScoreRequest, scoreDecision } from './score.ts';

/** Of one question: about a minute of one core, at what follows. */
const COST_MAX = 8_000_000;

/** A link or a station, in the middle of what `airguard bench decide` measured. */
const US_EACH = 8;
/** To read the question and to answer it. */
const US_AT_LEAST = 50_000;

const limits = { maxCost: COST_MAX };

interface Reckoner {
  answer(input: unknown): unknown;
  cost(input: unknown): number;
}

/** The door has parsed the arguments by the schema of their tool. */
const reckoners: Readonly<Record<string, Reckoner>> = {
  [evaluate.name]: {
    answer: (input) => evaluatePlans(input as EvaluateRequest, limits),
    cost: (input) => costOf(input as EvaluateRequest),
  },
  [scoreTool.name]: {
    answer: (input) => scoreDecision(input as ScoreRequest, limits),
    cost(input) {
      const { before, after, draws } = input as ScoreRequest;
      return [before, after].reduce(
        (sum, reports) => sum + costOf({ reports, candidates: { length: 1 }, draws }),
        0,
      );
    },
  },
};

export function answerQuestion({ tool, arguments: input }: TwinQuestion): TwinAnswer {
  const reckoner = reckoners[tool];
  if (reckoner === undefined) throw new Error(`the twin serves no tool '${tool}'`);
  try {
    return { ok: true, value: reckoner.answer(input) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const code = error instanceof TooMuch ? 'too_much' : 'bad_reports';
    return { ok: false, error: { code, message: error.message } };
  }
}

/** Modelled: what a question costs one core of today, in whole microseconds. */
export function answerTakesUs({ tool, arguments: input }: TwinQuestion): number {
  const cost = Math.min(COST_MAX, reckoners[tool]?.cost(input) ?? 0);
  return US_AT_LEAST + cost * US_EACH;
}
