import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { parse, parseTag } from './parse.ts';
import { print } from './print.ts';

describe('parse and print', () => {
  const prints = (query: string, printed: string) =>
    it(query, () => {
      expect(print(parse(query))).toBe(printed);
      expect(print(parse(printed))).toBe(printed);
    });
  prints('{}', '{ }');
  prints('{ .a=1 }', '{ .a = 1 }');
  prints('{ .a || .b && .c }', '{ (.a || .b) && .c }');
  prints('{ -.a ^ 2 ^ 3 * 4 }', '{ ((-.a) ^ (2 ^ 3)) * 4 }');
  prints('{ !.a = .b }', '{ (!.a) = .b }');
  prints('{ nil != span."x y" }', '{ span."x y" != nil }');
  prints('{ duration>1h30m }', '{ duration > 90m }');
  prints('{ name = "a\\tb`" }', '{ name = "a\\tb`" }');
  prints('{ resource."a\\"b".c =~ `\\d+` }', '{ resource."a\\"b.c" =~ `\\d+` }');
  prints('{ parent.span.x = minInt }', '{ parent.span.x = -9223372036854775808 }');
  prints('{ service.name = "x" }', '{ .service.name = `x` }');
  prints('{ } >> ({ } | count() > 1)', '{ } >> ({ } | count() > 1)');
  prints('({ } > { }) && { }', '({ } > { }) && { }');
  prints('{ } | by(.a) | max(duration) - 1s > 2s', '{ } | by(.a) | (max(duration) - 1s) > 2s');
  prints('{} | rate() by(name) > 1 < 5 | topk(3)', '{ } | rate() by (name) > 1 < 5 | topk(3)');
  prints('100 * ({} | rate()) with(sample=true)', '100 * ({ } | rate()) with(sample=true)');
  prints('{} | compare({.a}, 3)', '{ } | compare({ .a }, 3)');
  prints(
    '{} | quantile_over_time(duration,.5,0.9)',
    '{ } | quantile_over_time(duration, 0.5, 0.9)',
  );
});

describe('errors say where', () => {
  const fails = (query: string, message: string, isStrict = false) =>
    it(JSON.stringify(query), () => {
      expect(() => parse(query, { isStrict })).toThrow(
        expect.objectContaining({ name: 'InputError', code: 'traceql_parse', message }),
      );
    });
  fails('{ .a = }', 'parse error at line 1, col 8: syntax error: unexpected }');
  fails('{ .a\n= 1', 'parse error at line 2, col 4: syntax error: unexpected $end');
  fails('{ kind = nope }', 'parse error at line 1, col 10: unknown identifier: nope');
  fails(
    '{ event:nope = 1 }',
    'parse error at line 1, col 9: syntax error: unexpected IDENTIFIER, expecting name or timeSinceStart',
  );
  fails('{ span:rootName = 1 }', 'parse error at line 1, col 8: syntax error: unexpected rootName');
  fails('{ "open', 'parse error at line 1, col 3: unexpected EOF, expecting "');
  fails('{ a.b = 1 }', 'parse error at line 1, col 3: unknown identifier: a', true);
  fails('{ .a = 1e999 }', 'parse error at line 1, col 8: 1e999 is out of range');
  fails('{ name = "\\q" }', 'parse error at line 1, col 11: invalid escape in a string');
  fails(
    '{ name < nil }',
    'parse error at line 1, col 14: syntax error: unexpected }, expecting = or !=',
  );
  fails('{ } | count()', 'parse error at line 1, col 14: syntax error: unexpected $end');
});

describe('parseTag', () => {
  const tag = (text: string, expected: object) =>
    it(text, () => expect(parseTag(text)).toMatchObject(expected));
  tag('resource.service.name', { kind: 'attribute', scope: 'resource', name: 'service.name' });
  tag('.a/b', { kind: 'attribute', scope: 'none', name: 'a/b' });
  tag('span:name', { kind: 'intrinsic', name: 'name' });
  it('refuses what goes on', () => expect(() => parseTag('.a = 1')).toThrow(InputError));
});

describe('any text', () => {
  const words = [
    '{',
    '}',
    '(',
    ')',
    '|',
    '&&',
    '>',
    '=',
    '!',
    '.a',
    'span.b',
    'by(',
    'count()',
    '1',
    '5s',
    '"x"',
    '-',
    'rate()',
    'nil',
    'with(',
    ',',
  ];
  it('parses or is refused with an InputError, and prints to the same tree', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words)).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        let printed: string;
        try {
          printed = print(parse(text));
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        expect(print(parse(printed))).toBe(printed);
      }),
      { numRuns: 3000 },
    );
  });

  it('nests only so deep', () => {
    const deep = `${'('.repeat(50_000)}{}${')'.repeat(50_000)}`;
    expect(() => parse(deep)).toThrow(InputError);
    expect(() => parse(`{ ${'('.repeat(50_000)}1 }`)).toThrow(InputError);
    expect(() => parse(`{ ${'!'.repeat(50_000)}.a }`)).toThrow(InputError);
    expect(() => parse(`{ .a${' || .a'.repeat(50_000)} }`)).toThrow(InputError);
  });
});
