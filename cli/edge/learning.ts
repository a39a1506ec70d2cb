/** Lets a node take part in learning, where its operator consents. */
import { createCaller } from '#agents/mcp/caller.ts';
import { shippedModel } from '#edge/detector/autoencoder.ts';
import { type LearnerCalls, Member } from '#edge/learning/member.ts';
import { OrdinaryTiles } from '#edge/learning/ordinary-tiles.ts';
import { US_PER_S } from '#protocols/clock.ts';
import type { Outcome } from '#protocols/errors.ts';
import { address, CLOUD } from '#protocols/ids.ts';
import { NODE_ACTOR } from '../fleet/node.ts';
import { headOf } from '../learn/shipped-head.ts';
import type { LiveProcess } from '../live/process.ts';
import type { EdgeConfig } from './config.ts';

/** Of all radios together: two minutes of one that hears nothing strange. */
const TILES = 128;
const TIMEOUT_MS = 10_000;

export interface Learning {
  readonly tiles: OrdinaryTiles;
  stop(): void;
}

export async function openLearning(
  { learning, detector, site, node }: EdgeConfig,
  { parts, keys }: LiveProcess,
  say: (line: string) => void,
): Promise<Learning | undefined> {
  if (!learning.consent || !detector.vectors) return undefined;
  const task = await headOf(detector.model ?? shippedModel).catch((cause: unknown) => {
    say(`learning: ${(cause as Error).message}; this node takes no part`);
    return undefined;
  });
  if (task === undefined) return undefined;
  const { bus, clock, random } = parts;
  const caller = createCaller({ bus, clock, random: random.fork('caller/learning'), site });
  const target = address(site, CLOUD, 'learner');
  let calls = 0;
  const call = (tool: string, given: unknown) =>
    new Promise<Outcome<never>>((resolve) => {
      calls += 1;
      caller.call(
        { actor: address(site, node, NODE_ACTOR), caller: node },
        { callId: `learning-${calls}`, target, tool, arguments: given, timeoutMs: TIMEOUT_MS },
        (outcome) => resolve(outcome as Outcome<never>),
      );
    });
  const learner: LearnerCalls = {
    getModel: () => call('learner_get_model', {}),
    submit: (input) => call('learner_submit_update', input),
  };
  const tiles = new OrdinaryTiles(TILES);
  const { noiseMultiplier, clipNorm } = learning;
  const member = new Member({
    task,
    tiles,
    learner,
    clock,
    random: random.fork('learning'),
    signer: keys.of(node).signer,
    everyS: learning.every / US_PER_S,
    ...(noiseMultiplier === 0 ? {} : { privacy: { noiseMultiplier, clipNorm } }),
    say,
  });
  return {
    tiles,
    stop() {
      member.stop();
      caller.close();
    },
  };
}
