import { describe, expect, it } from 'vitest';
import { print, printExpression } from './print.ts';
import {
  and,
  arrayOf,
  as,
  at,
  call,
  column,
  type Expr,
  eq,
  isGlobalIn,
  isIn,
  lambda,
  literal,
  not,
  op,
  or,
  parametric,
  type Select,
  star,
  subquery,
  table,
  tableFunction,
  tuple,
  typed,
} from './tree.ts';

describe('printExpression', () => {
  const is = (text: string, expr: Expr) => it(text, () => expect(printExpression(expr)).toBe(text));
  const a = column('a');
  is('a', a);
  is('t.a', column('a', 't'));
  is('`a b`', column('a b'));
  is('`a\\`; DROP`', column('a`; DROP'));
  is("'it\\'s'", literal("it's"));
  is("'\\\\\\''", literal("\\'"));
  is("'a\\nb\\tc\\0d\\x01e'", literal('a\nb\tc\0d\x01e'));
  is("'\u0085ä🙂'", literal('\u0085ä🙂'));
  is("'; DROP TABLE x; --'", literal('; DROP TABLE x; --'));
  is('NULL', literal(null));
  is('true', literal(true));
  is('1.5', literal(1.5));
  is('(-1.5)', literal(-1.5));
  is('(-0.)', literal(-0));
  is('1e+21', literal(1e21));
  is('nan', literal(Number.NaN));
  is('inf', literal(Number.POSITIVE_INFINITY));
  is('(-inf)', literal(Number.NEGATIVE_INFINITY));
  is('18446744073709551615', literal(2n ** 64n - 1n));
  is('(-1)', literal(-1n));
  is("unhex('00ff')", literal(Uint8Array.of(0, 255)));
  is("CAST('x', 'FixedString(1)')", typed('x', 'FixedString(1)'));
  is('count()', call('count'));
  is('quantile(0.5)(a)', parametric('quantile', [literal(0.5)], [a]));
  is('(a = 1)', eq(a, literal(1)));
  is('(a - (-1))', op(a, '-', literal(-1)));
  is('a', and(a, undefined));
  is('true', and());
  is('(a AND (b OR c))', and(a, or(column('b'), column('c'))));
  is('NOT (a)', not(a));
  is('(a IN (1, 2))', isIn(a, [literal(1), literal(2)]));
  is('(a IN (\n  SELECT b\n))', isIn(a, { columns: [{ expr: column('b') }] }));
  is('(a GLOBAL IN (\n  SELECT b\n))', isGlobalIn(a, { columns: [{ expr: column('b') }] }));
  is('[1, a]', arrayOf(literal(1), a));
  is('(1, a)', tuple(literal(1), a));
  is(
    'arrayMap((x, y) -> (x + y), a)',
    call('arrayMap', lambda(['x', 'y'], op(column('x'), '+', column('y'))), a),
  );
  is("a['k']", at(a, literal('k')));
  is('(\n  SELECT 1\n)', subquery({ columns: [{ expr: literal(1) }] }));

  it('refuses what is no name of a function', () => {
    expect(() => printExpression(call('f(); DROP'))).toThrow(/BUG/);
  });
});

describe('print', () => {
  it('writes every clause on a line of its own', () => {
    const select: Select = {
      with: [as(literal(1), 'one')],
      columns: [as(column('a'), 'x'), { expr: star }],
      isDistinct: true,
      from: table('t', { isFinal: true, as: 'u', database: 'd' }),
      arrayJoin: [as(column('list'), 'item')],
      prewhere: eq(column('p'), literal(1)),
      where: eq(column('w'), literal(2)),
      groupBy: [column('a')],
      having: eq(column('h'), literal(3)),
      orderBy: [{ expr: column('a'), isDescending: true }, { expr: column('b') }],
      limitBy: { count: 1, by: [column('a')] },
      limit: 10,
      offset: 5,
      settings: { max_threads: 1, text: 'x' },
    };
    expect(print(select)).toBe(
      [
        'WITH 1 AS one',
        'SELECT DISTINCT a AS x, *',
        'FROM d.t AS u FINAL',
        'ARRAY JOIN list AS item',
        'PREWHERE (p = 1)',
        'WHERE (w = 2)',
        'GROUP BY a',
        'HAVING (h = 3)',
        'ORDER BY a DESC, b',
        'LIMIT 1 BY a',
        'LIMIT 10',
        'OFFSET 5',
        "SETTINGS max_threads = 1, text = 'x'",
      ].join('\n'),
    );
  });

  it('indents nested selects and unions', () => {
    const inner: Select = {
      columns: [{ expr: column('a') }],
      from: tableFunction('numbers', literal(3)),
    };
    const union: Select = {
      columns: [{ expr: star }],
      from: {
        kind: 'join',
        type: 'GLOBAL INNER',
        left: { kind: 'union', selects: [inner, inner], as: 'l' },
        right: { kind: 'select', select: inner, as: 'r' },
        using: ['a'],
      },
    };
    expect(print(union)).toBe(
      [
        'SELECT *',
        'FROM (',
        '  SELECT a',
        '  FROM numbers(3)',
        '  UNION ALL',
        '  SELECT a',
        '  FROM numbers(3)',
        ') AS l GLOBAL INNER JOIN (',
        '  SELECT a',
        '  FROM numbers(3)',
        ') AS r USING (a)',
      ].join('\n'),
    );
  });

  it('refuses a limit that is no row count', () => {
    expect(() => print({ columns: [{ expr: star }], limit: -1 })).toThrow(/BUG/);
    expect(() => print({ columns: [{ expr: star }], limit: 0.5 })).toThrow(/BUG/);
  });
});
