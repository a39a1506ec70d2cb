/** Where conduct is read from: a folder with a ledger, an exported ledger, or the trace of a run. */
import * as fs from 'node:fs';
import type { ConductParts } from '#agents/conduct/conduct-audit.ts';
import type { Observed } from '#agents/conduct/observed.ts';
import { observedInLedger } from '#agents/conduct/sources/ledger.ts';
import { observedInTrace } from '#agents/conduct/sources/trace.ts';
import { isExport, readExport } from '#agents/ledger/export.ts';
import { readChains } from '#agents/ledger/files.ts';
import { readPolicyFile } from '#agents/regulation/policy-file.ts';
import { domainOf } from '#agents/regulation/regdb.ts';
import { InputError } from '#protocols/errors.ts';
import { readTraceFile } from '#sim/trace/trace-file.ts';
import type { Arguments, Option } from '../command.ts';

export interface Source {
  readonly kind: 'ledger' | 'trace';
  readonly observed: Iterable<Observed>;
}

export function sourceAt(path: string): Source {
  let isFolder: boolean;
  try {
    isFolder = fs.statSync(path).isDirectory();
  } catch (cause) {
    throw new InputError(
      `${path}: expected a folder with a ledger, an exported ledger or a trace, but it is not there`,
      'usage',
      { cause },
    );
  }
  const ledger = (chains: ReadonlyMap<string, readonly unknown[]>): Source => ({
    kind: 'ledger',
    observed: observedInLedger([...chains.values()].flat()),
  });
  if (isFolder) return ledger(readChains(path));
  if (isExport(path)) return ledger(readExport(path).chains);
  return { kind: 'trace', observed: observedInTrace(readTraceFile(path).records) };
}

/** What is held against it beside the law. */
export const partsOptions: Readonly<Record<string, Option>> = {
  policy: { about: 'The operator’s rules', value: 'FILE' },
  country: { about: 'Of radios of which the record does not say it', value: 'CC' },
  outdoor: { about: 'Such radios stand outdoors' },
};

export function partsOf(args: Arguments): ConductParts {
  const policy = args.text('policy');
  const country = args.text('country')?.toUpperCase();
  if (country !== undefined && domainOf(country) === undefined) {
    throw new InputError(
      `--country: expected one of the regulatory database, such as DE, came '${country}'`,
    );
  }
  return {
    policy: policy === undefined ? undefined : readPolicyFile(policy),
    country,
    indoor: args.flag('outdoor') ? false : undefined,
  };
}
