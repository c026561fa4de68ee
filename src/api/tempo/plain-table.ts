// Tables of text, as Tempo's status pages have them.

/** Headers are written large; every row has as many cells as the header. */
export function plainTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const titles = header.map((title) => title.toUpperCase());
  const widths = titles.map((title, i) =>
    rows.reduce((width, row) => Math.max(width, row[i]?.length ?? 0), title.length),
  );
  const line = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const print = (cells: readonly string[]): string =>
    `|${widths.map((width, i) => ` ${(cells[i] ?? '').padEnd(width)} `).join('|')}|\n`;
  const body = rows.length === 0 ? '' : rows.map(print).join('') + line;
  return `${line}${print(titles)}${line}${body}`;
}
