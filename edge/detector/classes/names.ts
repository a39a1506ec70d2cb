/** What an interferer is taken for. */
export const classNames = [
  'wifi',
  'microwave',
  'bluetooth',
  'zigbee',
  'analogue-video',
  'fhss-phone',
  'radar',
  'narrow-jammer',
  'wide-jammer',
  'unknown',
] as const;
export type ClassName = (typeof classNames)[number];
