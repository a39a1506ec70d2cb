/** From a value to a place on an axis, and where its lines go. */

import { px } from '../../svg.ts';
import { html, type Markup } from './html.ts';

export type Scale = (value: number) => number;

export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [low, high] = domain;
  const [from, to] = range;
  const perUnit = (to - from) / Math.max(high - low, 1e-9);
  return (value) => from + (value - low) * perUnit;
}

/** What is below the domain is put at its low end. */
export function logarithmic(
  domain: readonly [number, number],
  range: readonly [number, number],
): Scale {
  const inner = linear([Math.log10(domain[0]), Math.log10(domain[1])], range);
  return (value) => inner(Math.log10(Math.max(value, domain[0])));
}

/** Round values from 0 to at least `most`, about `count` of them. */
export function ticks(most: number, count = 5): number[] {
  const rough = Math.max(most, 1e-6) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, index) => index * step);
}

const timeSteps = [1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

export function timeTicks(seconds: number): number[] {
  const step =
    timeSteps.find((one) => seconds / one <= 8) ?? Math.ceil(seconds / 8 / 86_400) * 86_400;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
}

/** `12:00` or `1:12:00` for an axis. */
export function axisTime(seconds: number, allSeconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const tail = two(Math.floor(seconds % 60));
  return allSeconds < 3600
    ? `${minutes}:${tail}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}${seconds % 60 === 0 ? '' : `:${tail}`}`;
}

/** The time axis below a chart, and the line that shows the moment chosen. */
export function timeAxis(
  x: Scale,
  seconds: number,
  box: { readonly top: number; readonly bottom: number },
): Markup[] {
  const { top, bottom } = box;
  return [
    ...timeTicks(seconds).map(
      (at) =>
        html`<line class="grid" x1="${px(x(at))}" y1="${px(top)}" x2="${px(x(at))}" y2="${px(bottom)}"/><text class="tick" x="${px(x(at))}" y="${px(bottom + 14)}" text-anchor="middle">${axisTime(at, seconds)}</text>`,
    ),
    html`<line class="now" hidden="" data-from="${px(x(0))}" data-until="${px(x(seconds))}" x1="0" x2="0" y1="${px(top)}" y2="${px(bottom)}"/>`,
  ];
}
