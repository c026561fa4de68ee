// The three parsers on any text: they answer a tree or an InputError, never anything else, and what
// they print of a tree parses to the same text again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { parse as parseLogql } from '#query/logql/syntax/parser.ts';
import { print as printLogql } from '#query/logql/syntax/print.ts';
import { parse as parsePromql } from '#query/promql/syntax/parse.ts';
import { print as printPromql } from '#query/promql/syntax/print.ts';
import { parse as parseTraceql } from '#query/traceql/syntax/parse.ts';
import { print as printTraceql } from '#query/traceql/syntax/print.ts';

/** Text → the printed tree; undefined where the parser refused it. */
type RoundTrip = (text: string) => string | undefined;

const roundTrip =
  <Tree>(parse: (text: string) => Tree, print: (tree: Tree) => string): RoundTrip =>
  (text) => {
    let tree: Tree;
    try {
      tree = parse(text);
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
    return print(tree);
  };

const common = [
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
  '=',
  '!=',
  '=~',
  '!~',
  '>',
  '<',
  '>=',
  '==',
  '+',
];
const words = [
  ...common,
  '-',
  '*',
  '/',
  '%',
  '^',
  '"a"',
  '`b`',
  "'",
  '"',
  '5m',
  '1h30m',
  '0',
  '-1',
];

interface Language {
  readonly trip: RoundTrip;
  readonly own: readonly string[];
  /** Queries that parse: what a few changes make of them is more telling than noise. */
  readonly seeds: readonly string[];
}

const languages: Readonly<Record<string, Language>> = {
  promql: {
    trip: roundTrip(parsePromql, printPromql),
    own: [
      'up',
      'rate',
      'sum',
      'by',
      'on',
      'group_left',
      'offset',
      '@',
      'bool',
      'and',
      'Inf',
      '0x1f',
    ],
    seeds: [
      'sum by (job) (rate(requests_total{code=~"5..", job!=""}[5m] offset 1h))',
      'a{b="c"} / on (x, y) group_left (z) d > bool 2 ^ -3',
      'max_over_time(rate(a[5m])[1h30m:1m] @ end()) unless ignoring (x) b',
      'histogram_quantile(0.99, sum without (pod) ({"a.b", le!~"1|2"}))',
    ],
  },
  logql: {
    trip: roundTrip((text) => parseLogql(text), printLogql),
    own: [
      'app',
      '|',
      '|=',
      '|~',
      'json',
      'logfmt',
      'unwrap',
      'rate',
      'sum',
      'by',
      'drop',
      'ip',
      '10KB',
    ],
    seeds: [
      '{app="a", pod=~"b.*"} |= "x" or "y" != `z` | json a="b.c", d | a > 5m and d="e" or f=ip("10.0.0.0/8")',
      'sum by (app) (rate({app="a"} | logfmt --strict | line_format "{{.a}}" [5m] offset 1h))',
      'topk(5, quantile_over_time(0.9, {a="b"} | unwrap duration(c) | __error__="" [1m]) by (d)) / 2',
      'count_over_time({a="b"}[1m]) > on (x) group_left bytes_rate({c="d"} | drop e, f="g" [1m])',
    ],
  },
  traceql: {
    trip: roundTrip((text) => parseTraceql(text), printTraceql),
    own: [
      'span',
      '.',
      'resource',
      'name',
      'status',
      'error',
      'kind',
      '&&',
      '||',
      '!',
      '>>',
      '|',
      'nil',
    ],
    seeds: [
      '{ resource.service.name = "a" && (span.http.status_code >= 500 || status = error) }',
      '({ name =~ "a.*" } >> { duration > 1.5ms }) | count() > 2 | by(span.x)',
      '{ span:kind = server && event.name != nil } | rate() by (resource."a b") with (sample=true)',
      '{ -1 * span.a + 2 < 3 ^ .b } ~ { !parent.c } | avg(duration) > 5s | select(.d)',
    ],
  },
};

interface Change {
  readonly at: number;
  readonly removed: number;
  readonly added: readonly string[];
}

/** Positions are shares of the text, so that they fit texts of any length. */
function changed(seed: string, changes: readonly Change[]): string {
  let tokens: readonly string[] = seed.match(/\w+|\s+|"[^"]*"|[^\w\s]/g) ?? [];
  for (const { at, removed, added } of changes) {
    const start = Math.floor(at * tokens.length);
    tokens = [...tokens.slice(0, start), ...added, ...tokens.slice(start + removed)];
  }
  return tokens.join('');
}

for (const [language, { trip, own, seeds }] of Object.entries(languages)) {
  const word = fc.constantFrom(...words, ...own);
  const change = fc.record({
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    removed: fc.nat({ max: 2 }),
    added: fc.array(word, { maxLength: 2 }),
  });
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(word, { maxLength: 24 }).map((some) => some.join(' ')),
    fc
      .tuple(fc.constantFrom(...seeds), fc.array(change, { maxLength: 2 }))
      .map(([seed, changes]) => changed(seed, changes)),
  );
  describe(`${language}'s parser`, () => {
    it.each(seeds)('takes %s', (seed) => expect(trip(seed)).toBeDefined());
    it('answers any text, and prints what parses again', () => {
      fc.assert(
        fc.property(text, (input) => {
          const printed = trip(input);
          if (printed !== undefined) expect(trip(printed)).toBe(printed);
        }),
      );
    });
  });
}
