/** Makes a decision of the coordinator again from its record. */
import * as fs from 'node:fs';
import * as z from 'zod';
import { shippedPolicy } from '#agents/policy-net/model.ts';
import { chooseTries, type ExplorationRecord } from '#cloud/coordinator/explore/choose.ts';
import { type DecisionRecord, replay as makeAgain } from '#cloud/coordinator/record.ts';
import { type RefusalCode, refusals } from '#cloud/coordinator/search/refusal.ts';
import { sha256OfJson } from '#protocols/canonical-json.ts';
import { type Channel, describeChannel } from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import { getRecord } from '#protocols/tools/coordinator.ts';
import type { Command } from '../command.ts';

/** What comes of it; `eirpDbm` is null where the power stays. */
interface Again {
  readonly kind: 'move' | 'stay' | 'refused' | 'try';
  /** Of a refusal. */
  readonly code?: RefusalCode;
  readonly settings: readonly {
    readonly radio: string;
    readonly channel: Channel;
    readonly eirpDbm: number | null;
  }[];
}

export const replay: Command = {
  name: 'replay',
  summary: 'Makes a decision of the coordinator again from its record, and shows what comes of it.',
  usage: 'FILE [--hash SHA256]',
  examples: [
    'airguard tools call cloud/coordinator coordinator_get_record --json > record.json',
    'airguard audit replay record.json',
  ],
  options: {
    hash: {
      about:
        'That of the record, as coordinator_explain_decision tells; exits 3 where it is another',
      value: 'SHA256',
    },
  },
  positionals: { min: 1, max: 1 },
  async run(args, output) {
    const [file = ''] = args.positionals;
    const { planId, recordHash, record, tries } = readRecord(file);
    const told = args.text('hash');
    const isIt = told === undefined || told === recordHash;
    const again = decideAgain(file, record, tries);
    if (output.json) output.document({ planId, recordHash, isIt, ...again });
    else {
      output.line(`${planId}, record ${recordHash}${isIt ? '' : `: not the one of ${told}`}`);
      output.line(
        again.code === undefined
          ? outcomes[again.kind]!
          : `It refuses again: ${refusals[again.code]}`,
      );
      for (const { radio, channel, eirpDbm } of again.settings) {
        const power = eirpDbm === null ? '' : `, ${eirpDbm} dBm`;
        output.line(`  ${radio}  ${describeChannel(channel)}${power}`);
      }
    }
    return isIt ? 'held' : 'invariantBroke';
  },
};

const outcomes: Readonly<Record<Again['kind'], string>> = {
  move: 'It decides to move:',
  try: 'It tries:',
  stay: 'It decides to stay.',
  refused: 'It refuses.',
};

const File = z.union([
  z.object({ value: getRecord.output }).transform(({ value }) => value),
  getRecord.output,
]);

function readRecord(file: string) {
  let data: unknown;
  try {
    data = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`${file}: expected the record of a decision, but ${why}`, 'usage', {
      cause,
    });
  }
  const read = File.safeParse(data);
  if (!read.success) {
    throw new InputError(
      `${file}: expected what coordinator_get_record tells, came something else; make it with \`airguard tools call cloud/coordinator coordinator_get_record --json\``,
    );
  }
  const { record, tries, recordHash } = read.data;
  const found = sha256OfJson(tries ?? record);
  if (found !== recordHash) {
    throw new InputError(
      `${file}: expected a record whose hash is ${recordHash}, came one of ${found}: it was changed since`,
    );
  }
  return read.data;
}

function decideAgain(file: string, record: unknown, tries: unknown): Again {
  try {
    // Its hash is that of what the coordinator kept.
    if (tries !== null) return triesAgain(file, tries as ExplorationRecord);
    const decision = makeAgain(record as DecisionRecord);
    if (decision.kind === 'move') {
      return { kind: 'move', settings: decision.best.candidate.settings };
    }
    const { kind } = decision;
    return { kind, settings: [], ...(kind === 'refused' ? { code: decision.code } : {}) };
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`${file}: no decision can be made from it: ${why}`, 'usage', { cause });
  }
}

function triesAgain(file: string, record: ExplorationRecord): Again {
  const shipped = shippedPolicy();
  const policy = shipped.ok && shipped.value.hash === record.policyHash ? shipped.value : undefined;
  if (record.policyHash !== null && policy === undefined) {
    throw new InputError(
      `${file}: expected the policy ${record.policyHash}, which gave first beliefs, came ${shipped.ok ? shipped.value.hash : 'none'}`,
    );
  }
  const settings = chooseTries(record, policy).map(({ radio, to }) => ({
    radio,
    channel: to,
    eirpDbm: null,
  }));
  return { kind: 'try', settings };
}
