// The label `level` of a parser without the line: from column `parsed_level` of otel_logs, which
// src/model/log-parsed-level.ts describes.
import { call, column, type Expr, eq, literal, or } from '#sql/tree.ts';

export type LevelParser = 'json' | 'logfmt';

const stored = column('parsed_level');
const begins = (letter: string): Expr => call('startsWith', stored, literal(letter));

/**
 * Whether the row says what label `level` the parser makes of its line; where it does not, the line must
 * be parsed. Functions of one column with a dictionary: they cost next to nothing per row.
 */
export const isLevelKnown = (parser: LevelParser): Expr =>
  parser === 'json'
    ? or(begins('j'), begins('l'), eq(stored, literal('n')), eq(stored, literal('t')))
    : or(begins('l'), eq(stored, literal('n')));

/** The label in rows of which it is known; '' is a line that gives none, or an empty one. */
export const parsedLevel = (parser: LevelParser): Expr =>
  call(
    'if',
    begins(parser === 'json' ? 'j' : 'l'),
    call('substring', call('toString', stored), literal(2)),
    literal(''),
  );
