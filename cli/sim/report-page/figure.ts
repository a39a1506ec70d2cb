/** Figures with their caption, their text alternative and the same figures as a table. */
import { html, Markup } from './html.ts';

export type Cell = string | number;

/** Longer tables are cut, and say so; the data of the page has every row. */
const ROWS = 300;

export function dataTable(table: {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** How the rows are ordered, for a table that is cut: `least served first`. */
  readonly order?: string;
}): Markup {
  const { caption, head, rows, order = 'in order' } = table;
  const shown = rows.slice(0, ROWS);
  const note =
    shown.length < rows.length
      ? ` The first ${shown.length} of ${rows.length} rows, ${order}; the rest is in the data of this page.`
      : '';
  // A column is of numbers when its first row is.
  const isNumber = head.map(
    (_, column) => column > 0 && /^(–|[\d.,]+( %| ms)?)$/.test(String(rows[0]?.[column])),
  );
  const kind = (column: number) => (isNumber[column] ? new Markup(' class="n"') : '');
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table><caption>${caption}${note}</caption>
<thead><tr>${head.map((name, column) => html`<th scope="col"${kind(column)}>${name}</th>`)}</tr></thead>
<tbody>${shown.map(
    (row) => html`<tr>${row.map((cell, column) =>
      column === 0 ? html`<th scope="row">${cell}</th>` : html`<td${kind(column)}>${cell}</td>`,
    )}</tr>
`,
  )}</tbody></table></div>`;
}

export function figure(parts: {
  readonly id: string;
  readonly title: string;
  /** What is to be seen, in sentences. */
  readonly about: string;
  /** Fidelity and version, where the figures are the air's. */
  readonly air?: string | undefined;
  readonly drawing: Markup;
  readonly legend?: Markup | undefined;
  readonly table?: Markup | undefined;
}): Markup {
  const { id, title, about, air, drawing, legend, table } = parts;
  return html`<figure id="${id}">
<figcaption><h3>${title}${air !== undefined && html` <span class="air">air: ${air}</span>`}</h3><p>${about}</p></figcaption>
${legend}
${drawing}
${table !== undefined && html`<details><summary>The same as a table<span class="hidden">: ${title}</span></summary>${table}</details>`}
</figure>
`;
}

/** An SVG that scrolls rather than shrinks below `leastPx`. */
export function drawing(parts: {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly leastPx?: number;
  readonly content: readonly Markup[];
}): Markup {
  const { label, width, height, leastPx = 0, content } = parts;
  const size = new Markup(leastPx > 0 ? ` style="min-width:${leastPx}px"` : '');
  const svg = html`<svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${Math.ceil(height)}"${size}>
${content.map(
  (mark) => html`${mark}
`,
)}</svg>`;
  return leastPx > 0
    ? html`<div class="scroll" tabindex="0" role="group" aria-label="${label}">${svg}</div>`
    : svg;
}

export function legendOf(
  entries: readonly { readonly mark: Markup; readonly text: string }[],
): Markup {
  return html`<ul class="legend">${entries.map(
    ({ mark, text }) =>
      html`<li><svg aria-hidden="true" viewBox="0 0 22 14" width="22" height="14">${mark}</svg>${text}</li>`,
  )}</ul>`;
}
