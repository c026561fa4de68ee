import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { parse, parseMatchers } from './parser.ts';
import { pretty } from './pretty.ts';
import { print } from './print.ts';

/** The tree without places. */
const shape = (text: string): unknown =>
  JSON.parse(
    JSON.stringify(parse(text), (key, value) =>
      key === 'span' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
    ),
  );

describe('print(parse(text))', () => {
  const ok = (text: string, printed = text) =>
    it(text, () => {
      expect(print(parse(text))).toBe(printed);
      expect(shape(printed)).toEqual(shape(text));
    });
  ok('{a="b"}');
  ok('{}');
  ok('{ a = `b"c` , d=~"e+" }', '{a="b\\"c", d=~"e+"}');
  ok('{a="b"} |= "x" or ip("1.2.3.4") !~ "y" |> "<_> z"');
  ok('{a="b"} != "x" or "y"', '{a="b"} != "x" != "y"');
  ok('{a="b"} | json | logfmt --strict --keep-empty | unpack | decolorize');
  ok('{a="b"} | json x="y[0].z", w', '{a="b"} | json x="y[0].z",w="w"');
  ok('{a="b"} | pattern "<x> <_>" | regexp "(?P<y>.)"');
  ok('{a="b"} | line_format "{{.x}}" | label_format x=y,z="{{.w}}"');
  ok('{a="b"} | drop x,y="z" | keep w!~"v"');
  ok('{a="b"} | rate="x" | x>=5KiB | y<-1.5s | z!=ip("10.0.0.0/8")');
  ok('{a="b"} | x=1', '{a="b"} | x==1');
  ok('{a="b"} | x=1 or y=2 and z=3', '{a="b"} | ( x==1 or ( y==2 , z==3 ) )');
  ok('{a="b"} | x=1, y=2 or z=3', '{a="b"} | ( x==1 , ( y==2 or z==3 ) )');
  ok('count_over_time({a="b"}[5m])');
  ok(
    'count_over_time(({a="b"} |= "x")[90s] offset 1h)',
    'count_over_time({a="b"} |= "x"[1m30s] offset 1h0m0s)',
  );
  ok('rate({a="b"}[5m] |= "x")', 'rate({a="b"} |= "x"[5m])');
  ok('quantile_over_time(0.9,{a="b"} | unwrap duration(x) | y="z"[1m]) by (w)');
  ok('sum by (x) (rate({a="b"}[1m]))', 'sum by (x)(rate({a="b"}[1m]))');
  ok('topk(3, rate({a="b"}[1m])) without (x)', 'topk without (x)(3,rate({a="b"}[1m]))');
  ok('1 + 2 * 3 ^ 2', '19');
  ok('-1 - -2', '1');
  ok('1 > bool 2', '0');
  ok('vector(1)+vector(1e-9)', '(vector(1.000000) + vector(1e-09))');
  ok('label_replace(vector(0.000000),"a","$1","b","(.*)")');
  ok(
    'rate({a="b"}[1m]) > bool on (x) group_left (y) rate({a="c"}[1m])',
    '(rate({a="b"}[1m]) > bool on (x) group_left (y) rate({a="c"}[1m]))',
  );
  ok('{a="b"} # a comment\n | json # another', '{a="b"} | json');
});

describe('parse refuses', () => {
  const bad = (text: string, message: string) =>
    it(JSON.stringify(text), () => {
      expect(() => parse(text)).toThrow(InputError);
      expect(() => parse(text)).toThrow(message);
    });
  bad('', 'parse error : syntax error: unexpected $end');
  bad('{a=}', 'line 1, col 4: syntax error: unexpected }, expecting STRING');
  bad('{a="b"', 'line 1, col 7: syntax error: unexpected $end, expecting } or ,');
  bad('{a="b"}\n| json extra more', 'line 2, col 14: syntax error: unexpected IDENTIFIER');
  bad('{a="b"} |= "x', 'line 1, col 12: literal not terminated');
  bad('{a="\\q"}', 'line 1, col 4: invalid char escape');
  bad('rate({a="b"}[5)', "line 0, col 13: missing closing ']' in duration");
  bad('rate({a="b"}[5parsecs])', 'unknown unit "parsecs" in duration "5parsecs"');
  bad('rate({a="b"})', 'line 1, col 13: syntax error: unexpected )');
  bad('sum({a="b"}[5m])', 'line 0, col 12: syntax error: unexpected RANGE');
  bad('sum_over_time({a="b"}[5m])', 'invalid aggregation sum_over_time without unwrap');
  bad('rate({a="b"}[5m]) by (x)', 'grouping not allowed for rate aggregation');
  bad('topk(rate({a="b"}[5m]))', 'parameter required for operation topk');
  bad('topk(1e1, vector(1))', 'invalid parameter topk(1e1,');
  bad('topk(2.0, vector(1))', 'invalid parameter topk(2.0,');
  bad('bottomk(9223372036854775808, vector(1))', 'invalid parameter bottomk(9223372036854775808,');
  bad('topk(00, vector(1))', 'invalid parameter (must be greater than 0) topk(00');
  bad('sum(3.0, vector(1))', 'unsupported parameter for operation sum(3.0,');
  bad('rate(1e1, {a="b"}[5m])', 'parameter 1e1 not supported for operation rate');
  bad(
    'quantile_over_time(0x1, {a="b"} | unwrap c [5m])',
    'invalid parameter for operation quantile_over_time: strconv.ParseFloat: parsing "0x1": invalid syntax',
  );
  bad('{a="\\ud800"}', 'line 1, col 4: invalid char escape');
  bad('{a="b"} + 1', 'unexpected type for left leg of binary operation (+)');
  bad('rate({a="b"}[5m]) or 1', 'unexpected literal for right leg');
  bad('{a="b"} | x > 0x10', 'unable to parse literal as a float');
  bad('foo {a="b', 'line 1, col 1: syntax error: unexpected IDENTIFIER');
  bad("{a='b'}", 'col 4: syntax error: unexpected IDENTIFIER, expecting STRING');
  bad("{a='bc'}", 'col 4: invalid char literal');
  bad('{a="b"} |= "c" or {d="e"}', 'col 19: syntax error: unexpected {, expecting STRING or ip');
  bad('rate({a="b"}[5m] offset x)', 'unexpected IDENTIFIER, expecting DURATION');
  bad('rate({a="b"}[5m]', 'syntax error: unexpected $end, expecting )');
  bad('rate({a="b"} | json [5m] | logfmt)', 'syntax error: unexpected |, expecting )');
  bad('rate((({a="b"}))[5m])', 'syntax error: unexpected ), expecting RANGE');
  bad('sum(rate({a="b"} | unwrap c)) ', 'syntax error: unexpected ), expecting RANGE or |');
  bad('rate({a="b"} | unwrap [5m])', 'unexpected RANGE, expecting IDENTIFIER or BYTES_CONV or');
  bad('rate({a="b"}[5m ])', 'unknown unit "m " in duration "5m "');
  bad('rate({a="b"}[1m1h])', 'not a valid duration string: "1m1h"');
  bad('rate({a="b"}[1.5h])', 'unknown unit "." in duration "1.5h"');
  bad('{a="b"} ; x', 'line 1, col 9: syntax error: unexpected IDENTIFIER');
  bad('{;="b"}', 'line 1, col 2: syntax error: unexpected IDENTIFIER, expecting IDENTIFIER or }');
  bad('{a="b"}\n| |= "x"', 'line 0, col 3: syntax error: unexpected |=');
  bad('{a="👌"} x', 'line 1, col 9: syntax error: unexpected IDENTIFIER');
  bad('{a="b"} 5m', 'line 0, col 9: syntax error: unexpected DURATION');
  bad('(rate({a="b"}[5m])', 'col 19: syntax error: unexpected $end');
  bad('sum by x (rate({a="b"}[5m]))', 'col 1: syntax error: unexpected IDENTIFIER');
});

describe('limits', () => {
  const repeated =
    (before: string, inner: string, after = '') =>
    (times: number) =>
      before.repeat(times) + inner + after.repeat(times);
  const nested = [
    repeated('(', '1', ')'),
    repeated('sum(', 'vector(1)', ')'),
    repeated('label_replace(', 'vector(1)', ',"a","b","c","d")'),
    repeated('vector(1) ^ ', 'vector(1)'),
    (times: number) => `{a="b"} | ${'('.repeat(times)}x="1"${')'.repeat(times)}`,
    (times: number) => `rate(${'('.repeat(times)}{a="b"}[1m]${')'.repeat(times)})`,
  ];
  const chained = [
    repeated('vector(1) + ', 'vector(1)'),
    ...[' or', ' and', ',', ''].map(
      (joint) => (times: number) => `{a="b"} | ${`x="1"${joint} `.repeat(times)}x="1"`,
    ),
  ];
  it('nothing is nested deeper than 200', () => {
    for (const query of nested) {
      expect(() => pretty(parse(query(190)))).not.toThrow();
      expect(() => parse(query(20_000)), query(1)).toThrow('nested deeper than 200');
    }
  });
  it('there are no more than 1000 operators', () => {
    for (const query of chained) {
      expect(() => pretty(parse(query(1000)))).not.toThrow();
      expect(() => parse(query(20_000)), query(1)).toThrow('more than 1000 operators');
    }
  });
  it('numbers are folded however many they are', () => {
    expect(print(parse(repeated('1 + ', '1')(5000)))).toBe('5001');
  });
  it('places are found in one pass', () => {
    const query = `{a="b"}${' |= "x"'.repeat(50_000)} |`;
    expect(() => parse(query)).toThrow('line 1, col 350010: syntax error: unexpected $end');
  });
});

describe('parseMatchers', () => {
  it('takes a selector and nothing else', () => {
    expect(parseMatchers('{a!="b"}')).toMatchObject([{ name: 'a', operator: '!=', value: 'b' }]);
    expect(() => parseMatchers('{a="b"} | json')).toThrow('unexpected |');
  });
});

describe('supersets', () => {
  it('a query may begin with a line filter, if that is asked for', () => {
    expect(() => parse('|= "x"')).toThrow('unexpected |=');
    const expr = parse('|= "x" | json', { acceptsSupersets: true });
    expect(print(expr)).toBe('{} |= "x" | json');
  });
});

describe('any text', () => {
  const words = fc.constantFrom(
    ...'{ } ( ) [5m] [ ] , | |= != =~ !~ |> = == > < + - * / ^ % "a" `b` a rate sum by without json logfmt unwrap duration ip or and bool on ignoring group_left offset 5m 1 2.5 5KB --strict topk vector label_replace drop keep line_format # \n'.split(
      ' ',
    ),
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 25 }).map((w) => w.join(' ')),
  );
  it('parses or is refused, and prints as it parsed', () => {
    fc.assert(
      fc.property(text, (query) => {
        let printed: string;
        try {
          printed = print(parse(query));
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        expect(shape(printed)).toEqual(shape(query));
        for (const width of [1, 20, 100]) {
          expect(shape(pretty(parse(query), { width }))).toEqual(shape(query));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
