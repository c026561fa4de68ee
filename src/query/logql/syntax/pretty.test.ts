// What is laid out over lines, and that no layout changes the meaning: random queries come back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from './parser.ts';
import { pretty } from './pretty.ts';
import { print } from './print.ts';

/** The tree without places and spellings. */
const shape = (text: string): unknown =>
  JSON.parse(
    JSON.stringify(parse(text), (key, value) =>
      key === 'span' || key === 'text'
        ? undefined
        : typeof value === 'bigint'
          ? `${value}n`
          : value,
    ),
  );

describe('pretty', () => {
  const is = (text: string, ...lines: string[]) =>
    it(text, () => expect(pretty(parse(text), { width: 24 })).toBe(lines.join('\n')));
  is('{a="b"}|="x"', '{a="b"} |= "x"');
  is('{a="b"}|="x"!="y"|json', '{a="b"}', '  |= "x" != "y"', '  | json');
  is(
    '{a="b"}|="a long text"!="y" or "z"|json x="y",z',
    ...['{a="b"}', '  |= "a long text"', '  != "y"', '  != "z"', '  | json x="y",z="z"'],
  );
  is('{a="b"}|pattern "<x> y"|decolorize', '{a="b"}', '  | pattern "<x> y"', '| decolorize');
  is(
    'rate({a="b"}|unwrap bytes(x)|y=1[36h] offset 90m)',
    ...['rate(', '  {a="b"}', '    | unwrap bytes(x)', '    | y==1 [1d12h] offset 1h30m', ')'],
  );
  is(
    'topk without(a,b)(3,rate({a="b"}[1m]))',
    ...['topk without (a, b)(', '  3,', '  rate({a="b"}[1m])', ')'],
  );
  is(
    '(vector(1)+vector(2))*on(a,b)group_left(c)vector(3)',
    ...['  (', '      vector(1.000000)', '    +', '      vector(2.000000)', '  )'],
    ...['* on (a, b) group_left (c)', '  vector(3.000000)'],
  );
  is(
    'vector(1)-(vector(2)-vector(3))',
    ...['  vector(1.000000)', '-', '  (', '      vector(2.000000)', '    -'],
    ...['      vector(3.000000)', '  )'],
  );
});

describe('random queries', () => {
  const join = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((all) => all.join(' '));
  const is = (text: string) => fc.constant(text);
  const list = (item: fc.Arbitrary<string>, maxLength = 3) =>
    fc.array(item, { minLength: 1, maxLength }).map((all) => all.join(','));
  const name = fc.constantFrom('app', 'rate', 'ip', 'duration', 'x_1', 'sum', 'vector');
  const string = fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text));
  const matcher = join(name, fc.constantFrom('=', '!=', '=~', '!~'), string);
  const selector = list(matcher).map((inner) => `{${inner}}`);
  const quantity = fc.constantFrom(
    '5',
    '-1.5',
    '250ms',
    '1h',
    '-2m',
    '5KiB',
    '20MB',
    '0.001',
    '1e9',
  );
  const comparison = join(name, fc.constantFrom('==', '!=', '>', '>=', '<', '<='), quantity);
  const filter = fc.letrec<{ any: string; pair: string }>((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, matcher, comparison, tie('pair')),
    pair: join(tie('any'), fc.constantFrom('and', 'or', ','), tie('any')).map((t) => `(${t})`),
  })).any;
  const stage = fc.oneof(
    join(fc.constantFrom('|=', '!=', '|~', '!~', '|>'), string, is('or'), string),
    fc.constantFrom('| json', '| logfmt --strict', '| unpack', '| decolorize', '| json a="b", c'),
    join(fc.constantFrom('| pattern', '| regexp', '| line_format'), string),
    join(is('| label_format'), list(join(name, is('='), fc.oneof(name, string)))),
    // Behind a bare name, `!= "x"` would be a matcher of that name.
    join(fc.constantFrom('| drop', '| keep'), list(fc.oneof(name, matcher)), is('| unpack')),
    filter.map((text) => `| ${text}`),
  );
  const log = join(
    selector,
    fc.array(stage, { maxLength: 4 }).map((all) => all.join(' ')),
  );
  const range = fc.constantFrom('[5m]', '[1h30m]', '[7d]', '[36h] offset 1h', '[1s] offset -5m');
  const grouping = join(
    fc.constantFrom('by', 'without'),
    list(name).map((t) => `(${t})`),
  );
  const counted = fc.tuple(fc.constantFrom('rate', 'count_over_time'), log, range);
  const unwrapped = fc.tuple(log, filter, range, grouping);
  const match = fc.constantFrom('', 'on(app)', 'ignoring(a,b)', 'on() group_left(c)', 'bool');
  const metric = fc.letrec<{ any: string; sum: string; top: string; pair: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      counted.map(([name, inner, d]) => `${name}(${inner} ${d})`),
      unwrapped.map(
        ([inner, f, d, g]) => `quantile_over_time(0.5,${inner} | unwrap bytes(x) | ${f} ${d}) ${g}`,
      ),
      fc.constantFrom('vector(1.5)', 'vector(1e-9)'),
      tie('sum'),
      tie('top'),
      tie('pair'),
    ),
    sum: join(
      is('sum'),
      grouping,
      tie('any').map((t) => `(${t})`),
    ),
    top: join(is('topk(3,'), tie('any'), is(')')),
    pair: join(tie('any'), fc.constantFrom('+', '/', '^', '>', 'and', 'or'), match, tie('any')).map(
      (text) => `(${text})`,
    ),
  })).any;
  const query = fc.oneof(log, metric, join(metric, is('>'), fc.constantFrom('1', '-0.5', '1e30')));

  it('come back from print and from every width', () => {
    fc.assert(
      fc.property(query, fc.integer({ min: 1, max: 200 }), (text, width) => {
        const wanted = shape(text);
        const expr = parse(text);
        expect(shape(print(expr))).toEqual(wanted);
        expect(shape(pretty(expr, { width }))).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });
});
