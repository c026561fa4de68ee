import { describe, expect, it } from 'vitest';
import type { Problem } from '#prometheus-config/place.ts';
import { parseAlloy } from './parser.ts';

function parse(text: string) {
  const problems: Problem[] = [];
  const body = parseAlloy(text, 'a.alloy', problems);
  const mistakes = problems.map(({ place, message }) => `${place.line}:${place.column} ${message}`);
  return { body, mistakes };
}

/** Without places. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, item) => (key === 'place' ? undefined : item)));

const expression = (text: string): unknown => {
  const { body, mistakes } = parse(`a = ${text}`);
  expect(mistakes).toEqual([]);
  const [first] = body;
  return first?.kind === 'attribute' ? plain(first.value) : undefined;
};

const literal = (value: unknown) => ({ kind: 'literal', value });
const name = (text: string) => ({ kind: 'name', name: text });

describe('blocks and attributes', () => {
  it('have names with dots, labels, and other blocks in them', () => {
    const { body, mistakes } = parse(`
// A comment.
loki.process "logs" { /* another */
  stage.json { expressions = { a = "b" } }

  forward_to = []
}
http { }`);
    expect(mistakes).toEqual([]);
    expect(plain(body)).toMatchObject([
      {
        kind: 'block',
        name: 'loki.process',
        label: 'logs',
        body: [
          { kind: 'block', name: 'stage.json' },
          { kind: 'attribute', name: 'forward_to' },
        ],
      },
      { kind: 'block', name: 'http', label: '', body: [] },
    ]);
    expect(body[0]?.place).toEqual({ file: 'a.alloy', line: 3, column: 1 });
  });

  it.each([
    ['a.b = 1', '1:1 attribute names may only consist of a single identifier'],
    ['a "b" = 1', '1:3 attribute names may not have labels'],
    ['a b { }', '1:3 expected block label, got IDENT'],
    ['a "b c" { }', '1:3 expected block label to be a valid identifier'],
    ['a = b.c "d" { }', '1:5 cannot use a block as an expression'],
    ['a = [\n1\n]', "2:2 missing ',' in expression list"],
    ['a = {\nb = 1\n}', "2:6 missing ',' in field list"],
    ['a = {1 = 2}', '1:6 expected field name (string or identifier), got NUMBER'],
    ['a = 1 +', '1:8 expected expression, got EOF'],
    ['a = "b', '1:5 string literal not terminated'],
    ['a = "\\q"', '1:5 unknown escape \\q'],
    ['/* a', '1:1 block comment not terminated'],
    ['a = #', '1:5 illegal character "#"'],
    ['a { ', '1:5 expected }, got EOF'],
    ['}', '1:1 expected IDENT, got }'],
    ['a = b.true', '1:7 expected IDENT, got BOOL'],
    [`a = ${'('.repeat(300)}`, '1:205 nested deeper than 200'],
  ])('%s', (text, mistake) => {
    expect(parse(text).mistakes).toEqual([mistake]);
  });

  it('goes on behind a mistake', () => {
    const { body, mistakes } = parse('a { b = +\n c = 1 }\nd.e = 2\nf { }');
    expect(mistakes).toHaveLength(2);
    expect(body.map((one) => one.name)).toEqual(['a', 'f']);
  });
});

describe('expressions', () => {
  it.each([
    ['12', literal(12)],
    ['1.5e3', literal(1500)],
    ['true', literal(true)],
    ['null', literal(null)],
    ['"a\\t\\"\\u00e4\\x41\\101"', literal('a\t"äAA')],
    ['`a\\n\n"`', literal('a\\n\n"')],
    ['a.b', { kind: 'access', of: name('a'), name: 'b' }],
    ['a["b"]', { kind: 'index', of: name('a'), index: literal('b') }],
    ['a(1, 2,)', { kind: 'call', of: name('a'), args: [literal(1), literal(2)] }],
    ['-a', { kind: 'unary', operator: '-', of: name('a') }],
    ['(1)', literal(1)],
    ['[1,\n2,\n]', { kind: 'array', items: [literal(1), literal(2)] }],
    ['{"a b" = 1}', { kind: 'object', fields: [{ name: 'a b', value: literal(1) }] }],
  ])('%s', (text, expected) => {
    expect(expression(text)).toEqual(expected);
  });

  it.each([
    ['1 + 2 * 3', '(1+(2*3))'],
    ['1 - 2 - 3', '((1-2)-3)'],
    ['2 ^ 3 ^ 4', '(2^(3^4))'],
    ['a || b && c == d', '(a||(b&&(c==d)))'],
    ['1 + 2 <= 3', '((1+2)<=3)'],
  ])('%s binds as %s', (text, expected) => {
    const shown = (one: unknown): string => {
      const { kind, operator, left, right, value, name: own } = one as Record<string, unknown>;
      if (kind === 'binary') return `(${shown(left)}${operator}${shown(right)})`;
      return String(value ?? own);
    };
    expect(shown(expression(text))).toBe(expected);
  });
});
