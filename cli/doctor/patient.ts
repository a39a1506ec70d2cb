/** What is to be looked at: what the options say, else the node's configuration, else what is usual. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Patient } from '#edge/doctor/check.ts';
import { InputError } from '#protocols/errors.ts';
import type { Arguments } from '../command.ts';
import { type EdgeConfig, isReal, readEdgeConfig, recordingsOf, sizeOf } from '../edge/config.ts';

export const USUAL_NATS = 'nats://127.0.0.1:4222';
const USUAL_FOLDER = '.airguard';
const USUAL_BUDGET = '20GB';

export function patientOf(args: Arguments): Patient {
  const file = args.text('config');
  const config = file === undefined ? undefined : readEdgeConfig(file);
  const radio = args.text('radio');
  const model = args.text('model') ?? config?.detector.model;
  const radios = config?.radios.filter(isReal).map(({ driver }) => driver);
  const folder = config === undefined ? USUAL_FOLDER : recordingsOf(config);
  const budget = args.text('budget');
  return {
    radios: radio === undefined ? radios : [radio],
    ...brokerOf(args.text('nats'), config),
    recording: {
      folder: resolve(args.text('folder') ?? folder),
      budgetBytes:
        budget === undefined
          ? (config?.recorder?.budget ?? bytesOf(USUAL_BUDGET))
          : bytesOf(budget),
    },
    models: model === undefined ? shippedModels() : [resolve(model)],
  };
}

/** A broker that runs by itself is to answer; where the node brings its own, the hub is. */
function brokerOf(
  asked: string | undefined,
  config: EdgeConfig | undefined,
): Pick<Patient, 'natsUrl' | 'hub'> {
  if (asked !== undefined || config === undefined) return { natsUrl: asked ?? USUAL_NATS };
  const { broker } = config;
  return 'url' in broker ? { natsUrl: broker.url } : { hub: broker.hub };
}

function bytesOf(text: string): number {
  const bytes = sizeOf(text);
  if (bytes !== undefined) return bytes;
  throw new InputError(`--budget: expected a size such as 500MB or 20GB, came '${text}'`);
}

function shippedModels(): string[] {
  const folder = join(import.meta.dirname, '..', '..', 'edge', 'detector', 'models');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.onnx'))
    .sort()
    .map((name) => join(folder, name));
}
