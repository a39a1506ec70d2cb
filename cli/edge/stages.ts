/** The stages that a node's configuration asks for; one that cannot be opened is missing, and says why. */
import { join } from 'node:path';
import { type Autoencoder, openAutoencoder, shippedModel } from '#edge/detector/autoencoder.ts';
import { Classifier } from '#edge/detector/classes/classify.ts';
import { readClassModel } from '#edge/detector/classes/model.ts';
import { readNoiseCard } from '#edge/detector/noise-card.ts';
import type { Tile } from '#edge/detector/tile.ts';
import { ClassStage } from '#edge/pipeline/class-stage.ts';
import { NoiseStage } from '#edge/pipeline/noise-stage.ts';
import { type Stage, Stages } from '#edge/pipeline/stages.ts';
import type { Told } from '#edge/pipeline/told.ts';
import { VectorStage } from '#edge/pipeline/vector-stage.ts';
import { openRecorder, type Recorder } from '#edge/recorder/recorder.ts';
import type { Uplink } from '#edge/uplink/uplink.ts';
import { UplinkStage } from '#edge/uplink/uplink-stage.ts';
import { VectorMemory } from '#edge/uplink/vector-memory.ts';
import type { NodeEvent } from '#protocols/telemetry/events.ts';
import type { Metrics } from '#protocols/telemetry/metrics.ts';
import type { VectorBatch } from '#protocols/telemetry/vectors.ts';
import type { NodeParts } from '../fleet/parts.ts';
import { type EdgeConfig, recordingsOf } from './config.ts';

export interface OpenStages {
  readonly stages: Stages;
  /** In which order they are given up when memory or time run short. */
  readonly order: readonly string[];
  readonly recorder: Recorder | undefined;
  readonly classifier: Classifier | undefined;
}

export async function openStages(
  config: EdgeConfig,
  { clock, bootId }: Pick<NodeParts, 'clock' | 'bootId'>,
  uplink: Uplink,
  told: Told,
  more: (radio: string) => Partial<Metrics> = () => ({}),
  onOrdinary?: (tile: Tile) => void,
): Promise<OpenStages> {
  const open: Stage[] = [];
  const missing: Record<string, string> = {};
  const onEvent = (radio: string, event: NodeEvent) =>
    uplink.put(radio, { type: 'event', body: event });

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

  if (config.detector.noise) {
    try {
      open.push(new NoiseStage({ card: readNoiseCard(), clock, onEvent }));
    } catch (error) {
      missing.noise = (error as Error).message;
    }
  }

  let classifier: Classifier | undefined;
  if (config.detector.classes) {
    try {
      classifier = new Classifier(readClassModel());
      open.push(new ClassStage({ classifier, clock, told, onEvent }));
    } catch (error) {
      missing.classes = (error as Error).message;
    }
  }

  if (config.detector.vectors) {
    const opened = await openAutoencoder(config.detector.model ?? shippedModel);
    if (opened.ok) {
      const autoencoder = opened.value;
      const onBatch = (radio: string, body: VectorBatch) =>
        uplink.put(radio, { type: 'vectors', body });
      const memory = remembering(join(config.dir, config.node, 'vectors.db'), autoencoder);
      const { vectorsPerSecond } = config.detector;
      open.push(
        new VectorStage({
          autoencoder,
          clock,
          memory,
          vectorsPerSecond,
          onBatch,
          onEvent,
          ...(onOrdinary === undefined ? {} : { onOrdinary }),
        }),
      );
    } else missing.vectors = opened.error.message;
  }

  // Last, since closing a stage may still have something to tell.
  open.push(new UplinkStage({ uplink, clock, more }));
  const order = ['vectors', 'classes', 'recorder'];
  return { stages: new Stages(open, missing), order, recorder, classifier };
}

/** A memory that cannot be opened costs no vectors: only what was seen before is then not known. */
function remembering(file: string, { card }: Autoencoder): VectorMemory | undefined {
  try {
    return new VectorMemory({ file, model: card.modelSha256.slice(0, 16) });
  } catch {
    return undefined;
  }
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
