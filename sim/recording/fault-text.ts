/** A fault, for a person, from what the trace says of it. */
import { field } from '../checkers/checker.ts';

export function faultText(payload: unknown): string {
  const kind = String(field(payload, 'kind'));
  const number = (name: string) => Number(field(payload, name));
  return words[kind]?.(number) ?? kind;
}

type Words = (number: (name: string) => number) => string;

const share = (value: number) => `${(100 * value).toFixed(0)} %`;

const words: Readonly<Record<string, Words>> = {
  radar: (number) =>
    `A radar begins to send at ${number('centerMhz')} MHz near this radio, for ${(number('lastsUs') / 1e6).toFixed(0)} s.`,
  cut: () => 'The link to the hub is cut.',
  mended: () => 'The link to the hub is mended.',
  crash: () => 'The process dies.',
  start: () => 'The process starts again.',
  broker: () => 'The broker dies.',
  'broker.ended': () => 'The broker runs again.',
  jump: (number) => `The wall clock is set by ${number('byMs') / 1_000} s.`,
  drift: (number) => `The clock begins to run off by ${number('ppm')} ppm.`,
  'drift.ended': () => 'The clock keeps time again.',
  noise: (number) =>
    `The link loses ${share(number('loss'))}, repeats ${share(number('duplication'))} and reorders ${share(number('reordering'))} of its messages.`,
  'noise.ended': () => 'The link is clean again.',
};
