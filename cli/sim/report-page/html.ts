/** HTML that is put together without ever taking text for markup. */
import { escapeMarkup } from '../../svg.ts';

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Piece = string | number | boolean | null | undefined | Markup | readonly Piece[];

/** A template whose values are escaped, unless they are markup already. What is absent or a boolean is left out. */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  let text = strings[0] ?? '';
  values.forEach((value, index) => {
    text += textOf(value) + (strings[index + 1] ?? '');
  });
  return new Markup(text);
}

function textOf(piece: Piece): string {
  if (piece instanceof Markup) return piece.text;
  if (Array.isArray(piece)) return piece.map(textOf).join('');
  if (typeof piece === 'string') return escapeMarkup(piece);
  return typeof piece === 'number' ? String(piece) : '';
}

/** JSON for a `<script type="application/json">`: nothing in it can end the element. */
export function jsonMarkup(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
