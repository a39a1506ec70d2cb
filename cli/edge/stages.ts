/** The stages that a node's configuration asks for; one that cannot be opened is missing, and says why. */
import { type Stage, Stages } from '#edge/pipeline/stages.ts';
import { openRecorder, type Recorder } from '#edge/recorder/recorder.ts';
import type { NodeParts } from '../fleet/parts.ts';
import { type EdgeConfig, recordingsOf } from './config.ts';

export interface OpenStages {
  readonly stages: Stages;
  /** In which order they are given up when memory or time run short. */
  readonly order: readonly string[];
  readonly recorder: Recorder | undefined;
}

export async function openStages(
  config: EdgeConfig,
  { clock, bootId }: Pick<NodeParts, 'clock' | 'bootId'>,
): Promise<OpenStages> {
  const open: Stage[] = [];
  const missing: Record<string, string> = {};
  const recorder =
    config.recorder === null
      ? undefined
      : openRecorder({
          folder: recordingsOf(config),
          budgetBytes: config.recorder.budget,
          clock,
          bootId,
        });
  if (recorder !== undefined) open.push(recording(recorder));
  return { stages: new Stages(open, missing), order: ['recorder'], recorder };
}

/** The recorder keeps within its own limits of the disk; what is wrong with it, it says itself. */
function recording(recorder: Recorder): Stage {
  return {
    name: 'recorder',
    take: ({ radio, bytes, atUs }) => recorder.append(radio, bytes, atUs),
    trouble: () => recorder.health().cause?.message,
    close: () => within(CLOSE_MS, recorder.close()),
  };
}

/** A disk that hangs must not keep the process: what is not written by then is lost. */
const CLOSE_MS = 5_000;

function within(ms: number, task: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, ms);
    task.finally(() => {
      clearTimeout(late);
      resolve();
    });
  });
}
