import * as z from 'zod';
import { AuditReport } from '../audit-report.ts';
import { Policy } from '../policy.ts';
import { defineTool } from '../tool.ts';
import { EpochMs, Sha256 } from '../units.ts';
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
  description:
    'Reports a span of time: moves, verdicts, refusals, radar with its times, changes a radio, and every stretch outside a rule of the law, of the operator or of agents; and whether each chain of the ledger holds.',
  effect: 'observe',
  input: z.strictObject({
    fromMs: EpochMs.optional().describe('From what is known on when left out'),
    toMs: EpochMs.optional().describe('Until now when left out'),
  }),
  output: z.strictObject({
    verdicts: z.number().int().describe('Given since this auditor was first started'),
    refused: z.record(z.string(), z.number().int()).describe('Since then, by rule'),
    chains: z.array(LedgerSummary.extend({ holds: z.boolean() })),
    report: AuditReport,
  }),
});

export const getPolicy = defineTool({
  name: 'auditor_get_policy',
  description:
    'Tells the operator’s rules that are in force, and the hash that verdicts name them by.',
  effect: 'observe',
  input: z.strictObject({}),
  output: z.strictObject({
    policy: z.unknown().describe('Null where there is none'),
    policyHash: Sha256.nullable(),
    version: z.number().int().min(0).describe('Grows with every change: the base of an approval'),
  }),
});

export const setPolicy = defineTool({
  name: 'auditor_set_policy',
  description: 'Sets the operator’s rules, or lifts them with null. Two people approve it.',
  effect: 'administer',
  input: z.strictObject({ policy: Policy.nullable(), reason: z.string().min(1).max(200) }),
  output: z.strictObject({
    policyHash: Sha256.nullable(),
    version: z.number().int().min(0),
  }),
});

export const listSuspects = defineTool({
  name: 'auditor_list_suspects',
  description:
    'Lists the nodes whose reports were turned away because they cannot be true, and those in quarantine because others contradict them.',
  effect: 'observe',
  input: z.strictObject({}),
  output: z.strictObject({
    doubted: z.array(
      z.strictObject({
        node: z.string(),
        count: z.number().int().min(1).describe('Reports turned away since the process started'),
        last: z.string().describe('What was wrong with the last'),
      }),
    ),
    quarantined: z.array(
      z.strictObject({ node: z.string(), sinceMs: EpochMs, why: z.array(z.string()) }),
    ),
  }),
});

export const liftQuarantine = defineTool({
  name: 'auditor_lift_quarantine',
  description: 'Lets the reports of a node count again, once somebody has looked after it.',
  effect: 'administer',
  input: z.strictObject({ node: z.string(), reason: z.string().min(1).max(200) }),
  output: z.strictObject({ node: z.string() }),
  refusals: { not_quarantined: 'That node is not in quarantine. See auditor_list_suspects.' },
});

export const auditorTools = [
  check,
  explainRule,
  getLedger,
  report,
  getPolicy,
  setPolicy,
  listSuspects,
  liftQuarantine,
] as const;
