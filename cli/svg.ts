/** What all drawings share. */

/** Okabe and Ito's colours, which people who see colours differently can tell apart. */
export const okabeIto = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;

/** 1, 2 or 5 times a power of ten, at most so long, and at least 1. */
export function niceLength(most: number): number {
  let step = 1;
  while (step * 10 <= most) step *= 10;
  for (const factor of [5, 2]) if (step * factor <= most) return step * factor;
  return step;
}

/** A length in a drawing, to a tenth. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Text that stands for itself in XML and HTML, in elements and in quoted attributes. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
