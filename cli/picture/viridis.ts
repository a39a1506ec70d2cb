/** From dark to light, of even steps to the eye: the anchors of viridis (van der Walt and Smith, 2015). */
const anchors: readonly Colour[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** The colour of a share; what is below 0 or above 1 has that of the end. */
export function viridis(share: number): Colour {
  const at = Math.max(0, Math.min(1, share)) * (anchors.length - 1);
  const from = Math.min(anchors.length - 2, Math.floor(at));
  const part = at - from;
  const [a, b] = [anchors[from]!, anchors[from + 1]!];
  const mixed = (i: 0 | 1 | 2) => Math.round(a[i] + part * (b[i] - a[i]));
  return [mixed(0), mixed(1), mixed(2)];
}
