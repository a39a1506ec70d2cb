/** The stages that a node's configuration asks for; one that cannot be opened is missing, and says why. */
import { type Stage, Stages } from '#edge/pipeline/stages.ts';

export interface OpenStages {
  readonly stages: Stages;
  /** In which order they are given up when memory or time run short. */
  readonly order: readonly string[];
}

export async function openStages(): Promise<OpenStages> {
  const open: Stage[] = [];
  const missing: Record<string, string> = {};
  return { stages: new Stages(open, missing), order: [] };
}
