/** The task that nodes learn together: the head of an autoencoder's file. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readConstants } from '#agents/onnx/schema.ts';
import { type HeadTask, openHead } from '../train/cae/head.ts';
import { parameterNames } from '../train/cae/network.ts';

/** Throws where the file is no autoencoder of ours. */
export async function headOf(file: string): Promise<HeadTask> {
  const bytes = await readFile(file);
  const constants = readConstants(bytes);
  const weights = parameterNames.map((name) => {
    const values = constants.get(`weight/${name}`);
    if (values === undefined) throw new Error(`${file} holds no weights '${name}'`);
    return [name, values] as const;
  });
  const hash = createHash('sha256').update(bytes).digest('hex');
  return openHead(Object.fromEntries(weights), hash);
}
