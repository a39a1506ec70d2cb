/**
 * The rules and the table of limits as one thing with a hash, which verdicts are bound to. What an
 * operator fills in has a hash of its own beside it.
 */
import { sha256OfJson } from '#protocols/canonical-json.ts';
import { limits } from './limit-table.ts';
import { operatorRules } from './operator-rules/index.ts';
import { rules } from './rules/index.ts';

/** Raised when what a rule does changes while its text stays. */
export const ruleSetVersion = 1;

export const ruleSetHash: string = sha256OfJson({
  version: ruleSetVersion,
  rules: [...rules, ...operatorRules].map(({ id, source, text, confirmed }) => ({
    id,
    source,
    text,
    confirmed,
  })),
  limits,
});
