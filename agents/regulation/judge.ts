/** Holds a call against the rules. The auditor, every edge and the world's checkers ask this. */
import type { RadioLegalState } from '#protocols/events/radio.ts';
import * as tools from '#protocols/tools/radio.ts';
import { limitsOfChannel } from './limits-of-channel.ts';
import { operatorRules } from './operator-rules/index.ts';
import { type Regdb, shippedRegdb } from './regdb.ts';
import { rules } from './rules/index.ts';
import type { Asked, Question, Rule } from './rules/rule.ts';

export interface Broken {
  readonly rule: Rule;
  readonly reason: string;
}

/** What breaks, in the order of the rules; empty when the call keeps them all. */
export function brokenRules(asked: Asked, regdb: Regdb = shippedRegdb()): Broken[] {
  const question = questionOf(asked, regdb);
  const broken: Broken[] = [];
  for (const rule of rulesFor(asked)) {
    const held = rule.holds(question);
    if (held !== true) broken.push({ rule, reason: held });
  }
  return broken;
}

/** The first rule that breaks. */
export function firstBroken(asked: Asked, regdb: Regdb): Broken | undefined {
  const question = questionOf(asked, regdb);
  for (const rule of rulesFor(asked)) {
    const held = rule.holds(question);
    if (held !== true) return { rule, reason: held };
  }
  return undefined;
}

/** The law first, then the operator. */
const lawAndOperator: readonly Rule[] = [...rules, ...operatorRules];

function rulesFor({ operator }: Asked): readonly Rule[] {
  return operator === undefined ? rules : lawAndOperator;
}

/** What breaks when a radio sends as its state says it does. For whoever watches the air. */
export function brokenByState(
  state: RadioLegalState,
  nowMs: number,
  regdb: Regdb = shippedRegdb(),
): Broken[] {
  if (state.channel === null || state.silent) return [];
  const { channel } = state;
  return brokenRules(
    { tool: tools.setChannel.name, arguments: channel, state, nowMs, caller: '' },
    regdb,
  );
}

/** One line for a person: what breaks, which rule says so, and where that stands. */
export function describeBroken({ rule, reason }: Broken): string {
  return `${reason} (rule ${rule.id}: ${rule.source})`;
}

export function questionOf(asked: Asked, regdb: Regdb): Question {
  const domain = regdb.domains.get(asked.state.country);
  const effect = effectOf(asked);
  const transmission = effect?.transmission ?? null;
  const channel = transmission?.channel ?? null;
  return {
    ...asked,
    domain,
    transmission,
    understood: effect !== undefined,
    limits: channel === null || domain === undefined ? null : limitsOfChannel(channel, domain),
  };
}

/** What a call would make the radio send; undefined where nobody knows. */
function effectOf({
  tool,
  arguments: input,
  state,
}: Asked): Pick<Question, 'transmission'> | undefined {
  switch (tool) {
    case tools.setChannel.name: {
      const { success, data } = tools.setChannel.input.safeParse(input);
      if (!success) return undefined;
      const { confirmWithinMs: _within, mayLose: _loss, ...channel } = data;
      return { transmission: { channel, eirpDbm: state.eirpDbm } };
    }
    case tools.setPower.name: {
      const { success, data } = tools.setPower.input.safeParse(input);
      return success
        ? { transmission: { channel: state.channel, eirpDbm: data.eirpDbm } }
        : undefined;
    }
    case tools.scanSpectrum.name:
      return tools.scanSpectrum.input.safeParse(input).success ? { transmission: null } : undefined;
    default:
      return undefined;
  }
}
