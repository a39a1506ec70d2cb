import type { FlCodecName } from '#protocols/learning/fl-update.ts';
import type { FlCodec } from './codec.ts';
import { randomKCodec } from './random-k.ts';
import { signCodec } from './sign.ts';

/** The first that a model fits into is the default. */
export const codecs: readonly FlCodec[] = [signCodec, randomKCodec];

export function codecNamed(name: FlCodecName): FlCodec {
  return codecs.find((codec) => codec.name === name)!;
}

export function codecFor(size: number): FlCodec {
  return codecs.find(({ sizeMax }) => size <= sizeMax)!;
}
