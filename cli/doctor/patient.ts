/** What is to be looked at: what the options say, else the file, else what is usual. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Patient } from '#edge/doctor/check.ts';
import { InputError } from '#protocols/errors.ts';
import type { Arguments } from '../command.ts';

export const USUAL_NATS = 'nats://127.0.0.1:4222';
const USUAL_FOLDER = '.airguard';
const USUAL_BUDGET = '1GiB';

const Bytes = z.union([z.number().int().positive(), z.string()]);

/** The parts of a node's configuration that the doctor needs; it leaves the others alone. */
const NodeConfig = z.looseObject({
  nats: z.string().optional(),
  radios: z
    .array(
      z.union([
        z.string(),
        z.looseObject({ driver: z.string() }).transform(({ driver }) => driver),
        z.looseObject({ address: z.string() }).transform(({ address }) => address),
      ]),
    )
    .optional(),
  recorder: z.looseObject({ folder: z.string(), budgetBytes: Bytes.optional() }).optional(),
  models: z.array(z.string()).optional(),
});
type NodeConfig = z.infer<typeof NodeConfig>;

/** Drivers that are for hardware; the others have nothing to be looked at. */
const HARDWARE = /^ath\d+k:/;

export function patientOf(args: Arguments): Patient {
  const file = args.text('config');
  const config = file === undefined ? {} : readConfig(file);
  const radio = args.text('radio');
  const model = args.text('model');
  const folder = resolve(args.text('folder') ?? config.recorder?.folder ?? USUAL_FOLDER);
  const budget = args.text('budget') ?? config.recorder?.budgetBytes ?? USUAL_BUDGET;
  const below = file === undefined ? '.' : dirname(file);
  return {
    radios: radio === undefined ? config.radios?.filter((one) => HARDWARE.test(one)) : [radio],
    natsUrl: args.text('nats') ?? config.nats ?? USUAL_NATS,
    recording: { folder, budgetBytes: bytesOf(budget) },
    models:
      model === undefined
        ? (config.models?.map((one) => resolve(below, one)) ?? shippedModels())
        : [resolve(model)],
  };
}

function readConfig(file: string): NodeConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new InputError(`--config: expected a readable file, came '${file}': ${code}`, 'usage', {
      cause,
    });
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    const [line] = (cause as Error).message.split('\n');
    throw new InputError(`--config ${file}: expected YAML: ${line}`, 'usage', { cause });
  }
  const config = NodeConfig.safeParse(value ?? {});
  if (config.success) return config.data;
  const [issue] = config.error.issues;
  throw new InputError(
    `--config ${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`,
  );
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};

function bytesOf(size: string | number): number {
  const [, count = '', unit = ''] = /^(\d+) ?(|KiB|MiB|GiB)$/.exec(String(size)) ?? [];
  const bytes = Number(count) * (units[unit] ?? Number.NaN);
  if (count !== '' && bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  throw new InputError(`--budget: expected bytes, like 8000000 or 8GiB, came '${size}'`);
}

function shippedModels(): string[] {
  const folder = join(import.meta.dirname, '..', '..', 'edge', 'detector', 'models');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.onnx'))
    .sort()
    .map((name) => join(folder, name));
}
