/**
 * What is done with the sweeps of a node, stage by stage. A stage that fails is switched off and says
 * why; the others go on, and so does the radio.
 */
import type { Sweep } from '../capture/tlv.ts';

/** What one read of one radio gave. */
export interface Batch {
  readonly radio: string;
  readonly atUs: number;
  /** As the driver gave them. */
  readonly bytes: Uint8Array;
  readonly sweeps: readonly Sweep[];
}

export interface Stage {
  readonly name: string;
  take(batch: Batch): void;
  /** What is wrong with it while it goes on, such as a full disk. */
  trouble?(): string | undefined;
  /** What it did since the node began. */
  counts?(): Readonly<Record<string, number>>;
  close?(): void | Promise<void>;
}

export interface StageHealth {
  readonly stage: string;
  readonly state: 'running' | 'degraded' | 'off';
  readonly why?: string;
  readonly counts?: Readonly<Record<string, number>>;
}

export class Stages {
  readonly #stages: readonly Stage[];
  /** Why each of these does nothing. */
  readonly #off = new Map<string, string>();

  /** `missing`: stages that could not even be opened, and why. */
  constructor(stages: readonly Stage[], missing: Readonly<Record<string, string>> = {}) {
    this.#stages = stages;
    for (const [name, why] of Object.entries(missing)) this.#off.set(name, why);
  }

  take(batch: Batch): void {
    for (const stage of this.#stages) {
      if (this.#off.has(stage.name)) continue;
      try {
        stage.take(batch);
      } catch (error) {
        this.switchOff(stage.name, error instanceof Error ? error.message : String(error));
      }
    }
  }

  switchOff(name: string, why: string): void {
    this.#off.set(name, why);
  }

  switchOn(name: string): void {
    this.#off.delete(name);
  }

  health(): StageHealth[] {
    const names = new Set([...this.#stages.map(({ name }) => name), ...this.#off.keys()]);
    return [...names].map((stage) => {
      const found = this.#stages.find(({ name }) => name === stage);
      const counts = found?.counts?.();
      const counted = counts === undefined ? {} : { counts };
      const off = this.#off.get(stage);
      if (off !== undefined) return { stage, state: 'off', why: off, ...counted };
      const why = found?.trouble?.();
      return why === undefined
        ? { stage, state: 'running', ...counted }
        : { stage, state: 'degraded', why, ...counted };
    });
  }

  async close(): Promise<void> {
    for (const stage of this.#stages) await stage.close?.();
  }
}
