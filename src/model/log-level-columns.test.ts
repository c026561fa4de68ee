import { describe, expect, it } from 'vitest';
import { stringsOf } from './column-entries.ts';
import { LevelColumns } from './log-level-columns.ts';

const encoder = new TextEncoder();

function rowsOf(rows: readonly (readonly [string | undefined, string])[]): string[][] {
  const columns = new LevelColumns();
  for (const [said, line] of rows) {
    const bytes = encoder.encode(line);
    columns.append(said, bytes, 0, bytes.length);
  }
  const { detected_level, parsed_level } = columns.columns;
  const parsed = stringsOf(parsed_level);
  return stringsOf(detected_level).map((level, i) => [level, parsed[i] as string]);
}

describe('LevelColumns', () => {
  it('has what the sender said before what the line says', () => {
    const line = '{"level":"warning"}';
    expect(rowsOf([[undefined, line]])).toEqual([['warn', 'jwarning']]);
    expect(rowsOf([['error', line]])).toEqual([['error', 'jwarning']]);
    expect(rowsOf([['', 'level=x']])).toEqual([['', 'lx']]);
    expect(rowsOf([[undefined, '']])).toEqual([['unknown', 'n']]);
  });

  it('keeps so many different values; other lines are to be parsed', () => {
    const lines = Array.from({ length: 400 }, (_, i) => [undefined, `{"level":"v${i}"}`] as const);
    const parsed = rowsOf([...lines, ...lines.slice(0, 1)]).map(([, level]) => level as string);
    expect(parsed.filter((level) => level !== '').length).toBeGreaterThan(200);
    expect(parsed.filter((level) => level === '').length).toBeGreaterThan(100);
    expect(parsed.at(-1)).toBe(parsed[0]);
  });
});
