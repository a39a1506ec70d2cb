import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { Sha256 } from '../units.ts';
import { Verdict } from '../verdict.ts';

export const check = defineTool({
  name: 'auditor_check',
  description:
    'Holds a call that would touch the air against the rules, and signs a verdict for it when all hold.',
  effect: 'observe',
  input: z.strictObject({
    target: z.string().describe('Address of the radio'),
    tool: z.string(),
    arguments: z.unknown(),
    /** The idempotency key of the call the verdict is for. */
    idempotencyKey: z.string(),
    onBehalfOf: z.string().optional().describe('Only for `operator`: the caller that will call'),
  }),
  output: z.strictObject({ verdict: Verdict }),
  refusals: {
    rule_broken: 'A rule forbids the call; the hint names it and its clause.',
    unknown_radio: 'The auditor has not heard of this radio yet.',
  },
});

export const explainRule = defineTool({
  name: 'auditor_explain_rule',
  description: 'Tells what a rule says, where it comes from and whether its text was confirmed.',
  effect: 'observe',
  input: z.strictObject({ rule: z.string().optional().describe('All rules when left out') }),
  output: z.strictObject({
    ruleSetHash: Sha256,
    regdbHash: Sha256,
    rules: z.array(
      z.strictObject({
        id: z.string(),
        source: z.string(),
        text: z.string(),
        confirmed: z.boolean(),
      }),
    ),
  }),
  refusals: { unknown_rule: 'There is no such rule. Leave `rule` out to see them all.' },
});

export const LedgerSummary = z.strictObject({
  writer: z.string(),
  length: z.number().int().min(0),
  head: z.string(),
});

export const getLedger = defineTool({
  name: 'auditor_get_ledger',
  description: 'Lists ledger entries of one writer, newest first, and the heads of all chains.',
  effect: 'observe',
  input: z.strictObject({
    writer: z.string().optional().describe('A node or cloud process; the auditor’s own by default'),
    limit: z.number().int().min(1).max(500).default(20),
  }),
  output: z.strictObject({ heads: z.array(LedgerSummary), entries: z.array(z.unknown()) }),
});

export const report = defineTool({
  name: 'auditor_report',
  description: 'Counts verdicts given and refused, by rule, and says whether each chain holds.',
  effect: 'observe',
  input: z.strictObject({}),
  output: z.strictObject({
    verdicts: z.number().int(),
    refused: z.record(z.string(), z.number().int()),
    chains: z.array(LedgerSummary.extend({ holds: z.boolean() })),
  }),
});

export const auditorTools = [check, explainRule, getLedger, report] as const;
