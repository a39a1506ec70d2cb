import { wrap } from './wrap.ts';

/** Rows in columns. Numbers are set to the right. */
export function table(rows: readonly (readonly (string | number)[])[], indent = ''): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, String(cell).length);
    });
  }
  return rows.map((row) =>
    `${indent}${row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
      })
      .join('  ')}`.trimEnd(),
  );
}

/** Rows in columns of text, the last of which is wrapped. */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const heads = table(rows.map((row) => row.slice(0, -1)));
  const width = Math.max(0, ...heads.map((head) => head.length)) + 2;
  return rows.flatMap((row, index) => {
    const [first = '', ...rest] = wrap(row.at(-1) ?? '', ' '.repeat(width));
    return [(heads[index] ?? '').padEnd(width) + first.slice(width), ...rest];
  });
}
