/** What happened, as marks above a chart over time. */
import { px } from '../../svg.ts';
import { timeText } from './format.ts';
import { html, type Markup } from './html.ts';
import type { ReportData } from './report-data.ts';
import type { Scale } from './scales.ts';

/** More of one kind within this distance are one mark. */
const APART_PX = 3;

type Draw = (x: string, y: number, title: string) => Markup;

const marks: readonly { readonly isOne: (name: string) => boolean; readonly draw: Draw }[] = [
  {
    isOne: (name) => name === 'channel.changed',
    draw: (x, y, title) =>
      html`<path class="mark-change" d="M${x} ${y + 5}l-4 -8h8z"><title>${title}</title></path>`,
  },
  {
    isOne: (name) => name === 'fault.radar',
    draw: (x, y, title) =>
      html`<g class="radar"><circle cx="${x}" cy="${y}" r="4"/><title>${title}</title></g>`,
  },
  {
    isOne: (name) => name.startsWith('fault.') && name !== 'fault.radar' && !isEnd(name),
    draw: (x, y, title) =>
      html`<path class="mark-fault" d="M${x} ${y}m-3.5 -3.5l7 7m0 -7l-7 7"><title>${title}</title></path>`,
  },
];

/** The names of faults that end others. */
export function isEnd(name: string): boolean {
  return name === 'fault.mended' || name === 'fault.start' || name.endsWith('.ended');
}

export function eventMarks(
  { happenings }: ReportData,
  x: Scale,
  { y, bottom }: { readonly y: number; readonly bottom: number },
): Markup[] {
  return marks.flatMap(({ isOne, draw }) => {
    let lastPx = Number.NEGATIVE_INFINITY;
    return happenings
      .filter(({ name }) => isOne(name))
      .flatMap(({ atSeconds, subject, text }) => {
        const at = x(atSeconds);
        if (at - lastPx < APART_PX) return [];
        lastPx = at;
        return [
          html`<line class="event" x1="${px(at)}" x2="${px(at)}" y1="${y + 6}" y2="${px(bottom)}"/>`,
          draw(px(at), y, `${timeText(atSeconds)} ${subject}: ${text}`),
        ];
      });
  });
}
