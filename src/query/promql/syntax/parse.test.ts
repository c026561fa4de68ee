import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { parse } from './parse.ts';
import { print } from './print.ts';

/** The canonical text, which shows how operators were grouped when it is spelled out. */
const prints = (text: string, canonical = text) =>
  test(text, () => {
    const printed = print(parse(text));
    expect(printed).toBe(canonical);
    expect(print(parse(printed))).toBe(printed);
  });

describe('canonical text', () => {
  prints('foo');
  prints('foo{a="b",c!="d",e=~"f.*",g!~"h"}');
  prints(
    "{'http.server.duration', 'le gend'=`x`}",
    '{"le gend"="x",__name__="http.server.duration"}',
  );
  prints('{"up", a="b"}', '{__name__="up",a="b"}');
  prints('rate(foo[5m:] offset -1h30m)');
  prints('foo[1h:5m] @ 1700000000 offset 5m', 'foo[1h:5m] @ 1700000000.000 offset 5m');
  prints(
    'SUM BY (a, "b.c") (foo) + ON() GROUP_LEFT bar',
    'sum by (a, "b.c") (foo) + on () group_left () bar',
  );
  prints('sum(foo) without (x)', 'sum without (x) (foo)');
  prints('topk(5, foo) > bool 0x1F', 'topk(5, foo) > bool 31');
  prints('foo[min_of(step() * 2, 90s)]', 'foo[min_of(step() * 2, 1m30s)]');
  prints('a and b or c unless d');
  prints('foo + fill_left(1) fill_right(2) bar', 'foo + fill_left (1) fill_right (2) bar');
  prints('0755 + 1_000 + .5 + 5. + 1e3 + Inf', '493 + 1000 + 0.5 + 5 + 1000 + +Inf');
  prints('"a\\n\\"\\x41\\u00e9" == 1', '"a\\n\\"Aé" == 1');
});

const groups = (text: string, same: string) =>
  test(`${text} is ${same}`, () => {
    const withoutSpans = (input: string): unknown =>
      JSON.parse(JSON.stringify(parse(input)), (key, value) =>
        key.endsWith('pan') ? undefined : value?.kind === 'paren' ? value.expr : value,
      );
    expect(withoutSpans(text)).toEqual(withoutSpans(same));
  });

describe('precedence', () => {
  groups('a + b[5m]', 'a + (b[5m])'.replace('(b[5m])', 'b[5m]'));
  groups('-1^2', '-(1^2)');
  groups('2^3^2', '2^(3^2)');
  groups('a * -b^2', 'a * (-(b^2))');
  groups('a + b * c > d and e or f', '(((a + (b * c)) > d) and e) or f');
  groups('a - b - c', '(a - b) - c');
  groups('a atan2 b + c', '(a atan2 b) + c');
  groups('-a offset 5m', '-(a offset 5m)'.replace('(a offset 5m)', 'a offset 5m'));
});

const refuses = (text: string, message: string) =>
  test(`refuses ${text}`, () => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).toThrow(InputError);
  });

describe('errors say where', () => {
  refuses('', '1:1: parse error: no expression found in input');
  refuses('foo{a=b}', '1:7: parse error: unexpected identifier "b" in label matching');
  refuses('foo\n  + on(x) ignoring(y) bar', '2:11: parse error: unexpected <ignoring>');
  refuses('foo offset 1m[5m]', 'no offset modifiers allowed before range');
  refuses('(a + b)[5m]', 'ranges only allowed for vector selectors');
  refuses('foo[5m1]', 'bad number or duration syntax: "5m1"');
  refuses('sum(a, )', 'trailing commas');
  refuses('"abc', 'unterminated quoted string');
  refuses('foo{a:b="c"}', '1:6: parse error: unexpected character inside braces');
  refuses('(1))', "1:5: parse error: unexpected right parenthesis ')'");
  refuses('(1', '1:3: parse error: unclosed left parenthesis');
  refuses('foo[5m', '1:7: parse error: unexpected end of input in duration expression');
  refuses('1 =~ 2', "1:3: parse error: unexpected character after '=': '~'");
  refuses('foo{a="\ufffd"}', '1:7: parse error: invalid UTF-8 rune');
  refuses('* "', '1:1: parse error: unexpected <op:*>');
  refuses('a[5m:] smoothed', 'smoothed modifier is not supported for subqueries');
  refuses('a anchored smoothed', 'anchored and smoothed modifiers cannot be used together');
  refuses('foo @ +Inf', 'timestamp out of bounds');
  refuses('('.repeat(5_000), 'nested too deeply');
  refuses(`a${' + a'.repeat(5_000)}`, 'too many operators');
  refuses(`a offset ${'('.repeat(50_000)}`, 'nested too deeply');
  refuses(`a offset ${'-'.repeat(50_000)}1m`, 'nested too deeply');
  refuses(`a[${'-'.repeat(50_000)}1m]`, 'nested too deeply');
  refuses(`a[${'max_of('.repeat(50_000)}`, 'nested too deeply');
  refuses(`a[1${' + 1'.repeat(50_000)}]`, 'too many operators');
});

test('any text is a query or an InputError', () => {
  const word = fc.constantFrom(
    ...'foo sum rate ( ) { } [ ] , by on = =~ "x" 5m 1 - + * ^ @ offset start() : bool and'.split(
      ' ',
    ),
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(text, (input) => {
      try {
        const printed = print(parse(input));
        expect(print(parse(printed))).toBe(printed);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 2_000 },
  );
});
