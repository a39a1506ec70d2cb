/** The learner of a site: the head of the autoencoder that ships, judged on generated tiles. */
import type { LearnerParts } from '#agents/learner.ts';
import { createRandom } from '#agents/random/philox.ts';
import { learnerParts } from '#cloud/learner/mind.ts';
import { shippedModel } from '#edge/detector/autoencoder.ts';
import type { Keyring } from '#protocols/verdict.ts';
import { ordinaryTiles } from './held-out.ts';
import { headOf } from './shipped-head.ts';

const HELD_OUT_TILES = 128;
/** Another than any training's, so that none of these tiles was learned from. */
const SEED = 5_151;
const LIAR_SHARE = 0.2;

export async function learnerOf(keyring: Keyring): Promise<LearnerParts> {
  const task = await headOf(shippedModel);
  const heldOut = await task.examplesOf(ordinaryTiles(createRandom(SEED), HELD_OUT_TILES));
  return learnerParts({ task, heldOut, keyring, rule: 'multi-krum', liarShare: LIAR_SHARE });
}
