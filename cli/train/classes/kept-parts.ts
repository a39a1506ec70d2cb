/** Windows and trees as lines of what a training keeps: every bit of them, so that nothing differs after. */
import type { Head, Tree } from './boost.ts';
import type { Example } from './dataset.ts';

type Line<Item, Coded extends keyof Item> = Omit<Item, Coded> & Record<Coded, string>;

export const exampleCode = {
  write: ({ values, labels, weights, ...rest }: Example): Line<Example, Arrays> => {
    // JSON knows no infinity, which the level of a sender that put in nothing is.
    const present = rest.present.map((one) => ({ ...one, snrDb: String(one.snrDb) as never }));
    return {
      ...rest,
      present,
      values: coded(values),
      labels: coded(labels),
      weights: coded(weights),
    };
  },
  read: ({ values, labels, weights, ...rest }: Line<Example, Arrays>): Example => ({
    role: rest.role,
    ear: rest.ear,
    present: rest.present.map((one) => ({ ...one, snrDb: Number(one.snrDb) })),
    values: new Float32Array(bytesOf(values)),
    plain: rest.plain,
    labels: new Int8Array(bytesOf(labels)),
    weights: new Float32Array(bytesOf(weights)),
  }),
};
type Arrays = 'values' | 'labels' | 'weights';

export const headCode = {
  write: ({ base, trees }: Head) => ({
    base,
    trees: trees.map(({ feature, threshold, leaf }) => {
      return { feature: coded(feature), threshold: coded(threshold), leaf: coded(leaf) };
    }),
  }),
  read: ({ base, trees }: { base: number; trees: Record<keyof Tree, string>[] }): Head => ({
    base,
    trees: trees.map(({ feature, threshold, leaf }) => ({
      feature: new Uint16Array(bytesOf(feature)),
      threshold: new Float32Array(bytesOf(threshold)),
      leaf: new Float32Array(bytesOf(leaf)),
    })),
  }),
};

function coded({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** A buffer of its own, as arrays of wider numbers begin at multiples of their width. */
function bytesOf(base64: string): ArrayBuffer {
  const { buffer } = Uint8Array.from(Buffer.from(base64, 'base64'));
  return buffer;
}
