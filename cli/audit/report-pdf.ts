/** An auditor's report as PDF. The same report gives the same bytes: its dates are those of the report. */
import PDFDocument from 'pdfkit';
import type { AuditReport } from '#protocols/audit-report.ts';
import { type Part, partsOfReport, summaryOf } from './report-parts.ts';

const MARGIN = 36;
const SIZE = 7.5;
const PAD = 3;
const INK = '#1b1b1b';
const GREY = '#6b6b6b';
const SHADE = '#eef1f4';

export function reportPdf(report: AuditReport): Promise<Buffer> {
  const document = new PDFDocument({
    size: 'A4',
    layout: 'landscape',
    margin: MARGIN,
    bufferPages: true,
    info: {
      Title: 'Airguard audit report',
      Creator: 'Airguard',
      Producer: 'Airguard',
      CreationDate: new Date(report.toMs),
      ModDate: new Date(report.toMs),
    },
  });
  const chunks: Uint8Array[] = [];
  const done = new Promise<Buffer>((resolve) => {
    document.on('data', (chunk) => void chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
  });
  const width = document.page.width - 2 * MARGIN;
  document.font('Helvetica-Bold').fontSize(16).fillColor(INK);
  document.text('Airguard audit report', MARGIN, MARGIN);
  document.font('Helvetica').fontSize(9);
  document.text(printable(`${summaryOf(report)} Times are UTC.`), MARGIN, document.y + 4, {
    width,
  });
  for (const part of partsOfReport(report)) drawPart(document, part, width);
  const { start, count } = document.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    document.switchToPage(page);
    document.font('Helvetica').fontSize(7).fillColor(GREY);
    // Below the margin a new page would begin.
    const at = document.page.height - MARGIN - 9;
    document.text(`${page - start + 1} of ${count}`, MARGIN, at, {
      width,
      align: 'right',
      lineBreak: false,
    });
  }
  document.end();
  return done;
}

function drawPart(
  document: PDFDocument,
  { title, none, columns, rows }: Part,
  width: number,
): void {
  // A title is not left alone at the end of a page.
  if (document.y > bottomOf(document) - 60) document.addPage();
  document.font('Helvetica-Bold').fontSize(11).fillColor(INK);
  document.text(title, MARGIN, document.y + 12, { width });
  document.y += 3;
  if (rows.length === 0) {
    document.font('Helvetica').fontSize(9).text(none, MARGIN, document.y, { width });
    return;
  }
  const all = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(({ share }) => (width * share) / all);
  const heads = columns.map(({ name }) => name);
  drawRow(document, heads, widths, true);
  for (const [index, row] of rows.entries()) {
    if (document.y + heightOf(document, row, widths) > bottomOf(document)) {
      document.addPage();
      drawRow(document, heads, widths, true);
    }
    drawRow(document, row, widths, false, index % 2 === 1);
  }
}

function drawRow(
  document: PDFDocument,
  cells: readonly string[],
  widths: readonly number[],
  isHead: boolean,
  isShaded = false,
): void {
  const top = document.y;
  const height = heightOf(document, cells, widths, isHead);
  const width = widths.reduce((sum, one) => sum + one, 0);
  if (isShaded) document.rect(MARGIN, top, width, height).fill(SHADE);
  document
    .font(isHead ? 'Helvetica-Bold' : 'Helvetica')
    .fontSize(SIZE)
    .fillColor(INK);
  let x = MARGIN;
  for (const [column, cell] of cells.entries()) {
    const one = widths[column] ?? 0;
    document.text(printable(cell), x + PAD, top + PAD, { width: one - 2 * PAD });
    x += one;
  }
  const end = top + height;
  if (isHead) {
    document
      .lineWidth(0.5)
      .moveTo(MARGIN, end)
      .lineTo(MARGIN + width, end)
      .stroke(GREY);
  }
  document.y = end;
}

function heightOf(
  document: PDFDocument,
  cells: readonly string[],
  widths: readonly number[],
  isHead = false,
): number {
  document.font(isHead ? 'Helvetica-Bold' : 'Helvetica').fontSize(SIZE);
  const heights = cells.map((cell, column) =>
    document.heightOfString(printable(cell), { width: (widths[column] ?? 0) - 2 * PAD }),
  );
  return Math.max(...heights) + 2 * PAD;
}

function bottomOf({ page }: PDFDocument): number {
  return page.height - MARGIN - 14;
}

/** What the standard fonts can write, which is WinAnsi. */
function printable(text: string): string {
  return text
    .replaceAll('χ²', 'chi-squared')
    .replaceAll('µ', 'u')
    .replaceAll('≥', '>=')
    .replaceAll('≤', '<=')
    .replace(/[^\u0020-\u007e\u00a0-\u00ff–—‘’“”…]/g, '?');
}
