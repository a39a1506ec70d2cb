/**
 * A node that takes part: at each turn it fetches the weights in force, learns from what it heard last and
 * tells what that changes. It takes part in a round once. The weights it fetches are not put to work
 * here: the thresholds of a detector have to be found anew for them first.
 */
import { createHash } from 'node:crypto';
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { LearningTask } from '#protocols/learning/task.ts';
import type { Random } from '#protocols/random.ts';
import type { ToolInput, ToolOutput } from '#protocols/tool.ts';
import type { getModel, submitUpdate } from '#protocols/tools/learner.ts';
import type { Signer } from '#protocols/verdict.ts';
import type { Tile } from '../detector/tile.ts';
import { localUpdate, type Privacy } from './local-round.ts';
import type { OrdinaryTiles } from './ordinary-tiles.ts';

/** Calls of the learner's tools. */
export interface LearnerCalls {
  getModel(): Promise<Outcome<ToolOutput<typeof getModel>>>;
  submit(input: ToolInput<typeof submitUpdate>): Promise<Outcome<unknown>>;
}

export interface MemberOptions<Examples> {
  readonly task: LearningTask<Examples> & {
    examplesOf(tiles: readonly Tile[]): Promise<Examples>;
  };
  readonly tiles: OrdinaryTiles;
  readonly learner: LearnerCalls;
  readonly clock: Clock;
  readonly random: Random;
  readonly signer: Signer;
  readonly everyS: number;
  readonly privacy?: Privacy;
  readonly say: (line: string) => void;
}

/** Of fewer than this nothing is learned. */
const TILES_MIN = 32;

export class Member<Examples> {
  readonly #options: MemberOptions<Examples>;
  #timer: Timer | undefined;
  #residual: Float32Array;
  #modelHash = '';
  #roundTaken = -1;
  #isStopped = false;

  constructor(options: MemberOptions<Examples>) {
    this.#options = options;
    this.#residual = new Float32Array(options.task.size);
    this.#wait();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #wait(): void {
    if (this.#isStopped) return;
    const { clock, everyS, say } = this.#options;
    this.#timer = clock.schedule(clock.monotonic() + everyS * US_PER_S, () => {
      this.takePart()
        .catch((cause: unknown) => say(`learning: ${(cause as Error).message}`))
        .finally(() => this.#wait());
    });
  }

  /** What became of it, in a word. */
  async takePart(): Promise<'too few tiles' | 'taken already' | 'told' | string> {
    const { task, tiles, learner, random, signer, privacy } = this.#options;
    if (tiles.count < TILES_MIN) return 'too few tiles';
    const model = await learner.getModel();
    if (!model.ok) return model.error.code;
    const { round, modelHash, weights: told } = model.value;
    if (round === this.#roundTaken && modelHash === this.#modelHash) return 'taken already';
    const weights = floatsOf(told);
    if (weights.length !== task.size || task.hashOf(weights) !== modelHash) {
      return `expected weights of ${modelHash.slice(0, 12)}, came others (${hashOf(told)})`;
    }
    if (modelHash !== this.#modelHash) this.#residual = new Float32Array(task.size);
    const heard = tiles.all();
    const { bytes, residual } = await localUpdate({
      task,
      weights,
      examples: await task.examplesOf(heard),
      samples: heard.length,
      round,
      residual: this.#residual,
      random: random.fork(`round/${round}`),
      signer,
      ...(privacy === undefined ? {} : { privacy }),
    });
    const sent = await learner.submit({ update: Buffer.from(bytes).toString('base64') });
    if (!sent.ok) return sent.error.code;
    this.#residual = residual;
    this.#modelHash = modelHash;
    this.#roundTaken = round;
    return 'told';
  }
}

function floatsOf(told: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(told, 'base64'));
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
}

function hashOf(told: string): string {
  return createHash('sha256').update(told).digest('hex').slice(0, 12);
}
