/** The body of the policy: its tools, and what was asked and waits to be worked off. */
import type { SnapshotFrom } from 'xstate';
import { type Answered, policyMachine } from '#machines/policy.ts';
import { type Outcome, type Refusal, refuse } from '#protocols/errors.ts';
import type { ToolInput, ToolOutput } from '#protocols/tool.ts';
import * as tools from '#protocols/tools/policy.ts';
import { type Body, handle, type PortWork, pending } from './body.ts';
import { channelFeatures, FEATURE_VERSION, radioFeatures } from './policy-net/features.ts';
import { optionsIn, PolicyInput } from './policy-net/input.ts';
import type { PolicyModel } from './policy-net/model.ts';

type Snapshot = SnapshotFrom<typeof policyMachine>;
type Asked = ToolInput<typeof tools.evaluate>;
type Scored = ToolOutput<typeof tools.evaluate>;

/** Calls that come within this are worked off together. */
export const POLICY_WAIT_MS = 5;

/** What one process has: models by their hash, and what was asked of it. */
export class PolicyDesk {
  readonly models: ReadonlyMap<string, PolicyModel>;
  readonly #asked = new Map<string, Asked>();

  constructor(models: readonly PolicyModel[]) {
    this.models = new Map(models.map((model) => [model.hash, model]));
  }

  /** The one loaded, or the first where that is none of ours any more. */
  loaded(hash: string | null): PolicyModel | undefined {
    return this.models.get(hash ?? '') ?? this.models.values().next().value;
  }

  put(callId: string, asked: Asked): void {
    this.#asked.set(callId, asked);
  }

  take(callId: string): Asked | undefined {
    const asked = this.#asked.get(callId);
    this.#asked.delete(callId);
    return asked;
  }
}

export function policyBody(desk: PolicyDesk): Body {
  return {
    role: 'policy',
    machine: policyMachine,
    publishes: [],
    hears: [],
    mailbox: { capacity: 1_024, overflow: 'drop-newest' },
    baseVersion: (snapshot: Snapshot) => snapshot.context.baseVersion,
    tools: [
      handle<typeof tools.describe, Snapshot>({
        tool: tools.describe,
        reply: ({ context: { modelHash, waitMs } }) => {
          const loaded = desk.loaded(modelHash);
          const card = loaded?.card;
          return {
            ok: true,
            value: {
              modelHash: loaded?.hash ?? null,
              loadable: [...desk.models.keys()],
              featureVersion: FEATURE_VERSION,
              radioFeatures: [...radioFeatures],
              channelFeatures: [...channelFeatures],
              usable: card?.usable ?? false,
              because: card?.because ?? 'No model is loaded.',
              temperature: card?.temperature ?? 0,
              waitMs,
            },
          };
        },
      }),
      handle<typeof tools.evaluate, Snapshot>({
        tool: tools.evaluate,
        event: ({ callId, arguments: asked }, { context }) => {
          const error = faultOf(asked, desk.loaded(context.modelHash)?.hash);
          if (error !== undefined) return { type: 'evaluation.refused', callId, error };
          desk.put(callId, asked);
          return { type: 'evaluation.requested', callId, radios: asked.radios.length };
        },
        reply: ({ context: { refused } }, { callId }) =>
          refused?.callId === callId ? { ok: false, error: refused.error } : pending,
      }),
      handle<typeof tools.load, Snapshot>({
        tool: tools.load,
        event: ({ callId, arguments: { modelHash } }, { context }) =>
          desk.models.has(modelHash)
            ? {
                type: 'model.loaded',
                modelHash,
                before: desk.loaded(context.modelHash)?.hash ?? null,
              }
            : { type: 'evaluation.refused', callId, error: own('unknown_model') },
        reply: ({ context: { before, refused } }, { callId, arguments: { modelHash } }) =>
          refused?.callId === callId
            ? { ok: false, error: refused.error }
            : { ok: true, value: { modelHash, before } },
      }),
    ],
  };
}

/** What fills the policy's port. */
export function policyPorts(desk: PolicyDesk): {
  evaluate: PortWork<{ calls: readonly string[] }>;
} {
  return {
    evaluate: {
      kind: 'work',
      run({ calls }, _, done) {
        done({ ok: true, value: { answers: answersTo(calls, desk) } });
        return undefined;
      },
    },
  };
}

/** Sites side by side: one run of the network for all calls of a model. */
function answersTo(calls: readonly string[], desk: PolicyDesk): Answered[] {
  const asked = calls.flatMap((callId) => {
    const one = desk.take(callId);
    return one === undefined ? [] : [{ callId, asked: one }];
  });
  const answers = new Map<string, Outcome<Scored, Refusal>>();
  for (const [hash, model] of desk.models) {
    const own = asked.filter((one) => one.asked.modelHash === hash);
    if (own.length === 0) continue;
    const input = new PolicyInput(...own.map((one) => one.asked));
    const scores = model.net.scores(input);
    let at = 0;
    for (const { callId, asked: call } of own) {
      const scored = call.radios.map(({ id }) => {
        const row: number[] = [];
        for (let place = input.firstOf[at]!; place < input.firstOf[at + 1]!; place += 1) {
          row.push(scores[place]!);
        }
        at += 1;
        return { id, scores: row };
      });
      const together = call.radios.length / input.radios;
      answers.set(callId, { ok: true, value: { modelHash: hash, scores: scored, together } });
    }
  }
  return calls.map((callId) => ({
    callId,
    // Asked before a restart: what was asked is gone.
    outcome: answers.get(callId) ?? { ok: false, error: refuse('unavailable') },
  }));
}

function faultOf(
  { modelHash, featureVersion, radios, edges }: Asked,
  loaded: string | undefined,
): Refusal | undefined {
  if (loaded === undefined) return own('no_model');
  if (modelHash !== loaded) return own('other_model');
  const isOdd = (length: number) => optionsIn(length) < 0 || !Number.isInteger(optionsIn(length));
  if (featureVersion !== FEATURE_VERSION || radios.some((one) => isOdd(one.features.length))) {
    return own('other_features');
  }
  const pairs = new Set<number>();
  for (const [one, other] of edges) {
    const pair = Math.min(one, other) * radios.length + Math.max(one, other);
    if (one === other || Math.max(one, other) >= radios.length || pairs.has(pair)) {
      return own('bad_edge');
    }
    pairs.add(pair);
  }
  return undefined;
}

const hints = { ...tools.evaluate.refusals, ...tools.load.refusals };

function own(code: keyof typeof hints): Refusal {
  return { code, hint: hints[code] };
}
