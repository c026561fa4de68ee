// A label filter behind a parser cannot be checked by the engine, but a line that passes it must hold the
// text that the label is compared with, or an escape that may stand for it: other lines need not be read.
import { and, call, column, type Expr, eq, isIn, literal, op, or } from '#sql/tree.ts';
import type { LabelFilter, Stage } from '../syntax/ast.ts';

const parserKinds: readonly Stage['kind'][] = ['json', 'logfmt', 'pattern', 'regexp'];

export const isParser = (stage: Stage): boolean => parserKinds.includes(stage.kind);

/** Stages whose labels are pieces of the line as it was stored, or of an escaped text in it. */
const plainKinds: ReadonlySet<Stage['kind']> = new Set([
  'line-filter',
  'label-filter',
  ...parserKinds,
  'drop',
  'keep',
]);

/** Whether filters behind this stage may be hinted at. */
export const keepsText = (stage: Stage): boolean => plainKinds.has(stage.kind);

/**
 * A condition that rows of all lines meet that pass the filter; undefined where there is none. `parsers`
 * stand before it; `own` gives the label that a row has without a parser, '' for none.
 */
export function lineHint(
  filter: LabelFilter,
  parsers: readonly Stage[],
  own: (name: string) => Expr | undefined,
): Expr | undefined {
  switch (filter.kind) {
    case 'and': {
      const found = [filter.left, filter.right].map((one) => lineHint(one, parsers, own));
      const hints = found.filter((hint) => hint !== undefined);
      return hints.length === 0 ? undefined : and(...hints);
    }
    case 'or': {
      const [left, right] = [filter.left, filter.right].map((one) => lineHint(one, parsers, own));
      return left && right && or(left, right);
    }
    case 'matcher': {
      const { name, operator, value } = filter.matcher;
      // Its value would have to be found in the line.
      if (operator !== '=' || name === 'detected_level') return undefined;
      // What is no Unicode in a line comes out as a blank.
      const piece = longest(value.split(/[ \ufffd]/));
      const label = piece === '' ? undefined : own(name);
      if (!label) return undefined;
      const known = name === 'level' ? levelHint(value, parsers) : undefined;
      return or(known ?? or(contains(piece), contains('\\')), eq(label, literal(value)));
    }
    default:
      // A value that cannot be compared keeps its line.
      return undefined;
  }
}

/** Rows of which `parsed_level` does not say that these parsers find another level, or none. */
function levelHint(value: string, parsers: readonly Stage[]): Expr | undefined {
  const isPlain = (stage: Stage): boolean =>
    (stage.kind === 'json' || stage.kind === 'logfmt') && stage.extractions.length === 0;
  if (!parsers.every(isPlain)) return undefined;
  const kinds = parsers.map(({ kind }) => kind);
  const stored = column('parsed_level');
  const json = kinds.includes('json') ? [`j${value}`] : [];
  const logfmt = kinds.includes('logfmt') ? [`l${value}`, 't'] : [];
  const possible = isIn(
    stored,
    ['', ...json, ...logfmt].map((text) => literal(text)),
  );
  // What logfmt makes of a line of JSON is not known.
  return kinds[0] === 'logfmt' ? or(possible, call('startsWith', stored, literal('j'))) : possible;
}

const longest = (pieces: readonly string[]): string =>
  pieces.reduce((a, b) => (b.length > a.length ? b : a), '');

const contains = (text: string): Expr =>
  op(column('body'), 'LIKE', literal(`%${text.replace(/[\\%_]/g, '\\$&')}%`));
