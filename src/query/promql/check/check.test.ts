import { describe, expect, test } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { parse } from '../syntax/parse.ts';
import { check } from './check.ts';

const typed = (text: string, type: string) =>
  test(`${text} is a ${type}`, () => expect(check(parse(text), text).type).toBe(type));

describe('types', () => {
  typed('1 + 2', 'scalar');
  typed('foo + 2', 'vector');
  typed('"x"', 'string');
  typed('foo[5m]', 'matrix');
  typed('rate(foo[5m])[1h:]', 'matrix');
  typed('scalar(foo) > bool 1', 'scalar');
  typed('sum(foo)', 'vector');
  typed('label_join(foo, "a", "b")', 'vector');
  typed('foo[step()]', 'matrix');
  typed('foo smoothed', 'vector');
  typed('foo[5m] anchored', 'matrix');
  typed('foo + on() 1', 'vector');
  typed('foo >/ 2', 'vector');
});

const refuses = (text: string, code: string, message: string) =>
  test(`refuses ${text}`, () => {
    let thrown: unknown;
    try {
      check(parse(text), text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InputError);
    expect(thrown).toMatchObject({ code });
    expect((thrown as Error).message).toContain(message);
  });

describe('errors', () => {
  refuses(
    'rate(foo)',
    'promql_type',
    '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
  );
  refuses('floor()', 'promql_type', 'expected 1 argument(s) in call to "floor", got 0');
  refuses('round(a, 1, 2)', 'promql_type', 'expected at most 2 argument(s)');
  refuses('label_join(a)', 'promql_type', 'expected at least 3 argument(s)');
  refuses('nope(foo)', 'promql_unknown_function', 'unknown function with name "nope"');
  refuses('constructor(foo)', 'promql_unknown_function', 'unknown function');
  refuses('foo{__name__!="bar"}', 'promql_selector', 'metric name must not be set twice');
  refuses('1 </ 2', 'promql_type', 'operator "</" not allowed');
  refuses('1 + fill(0) foo', 'promql_type', 'filling in missing series only allowed between');
  refuses('foo and fill(0) bar', 'promql_type', 'filling in missing series not allowed for set');
  refuses('1 == 1', 'promql_type', 'comparisons between scalars must use BOOL modifier');
  refuses(
    'foo + bool bar',
    'promql_type',
    'bool modifier can only be used on comparison operators',
  );
  refuses('foo and 1', 'promql_type', 'set operator "and" not allowed');
  refuses('foo == on(a) 1', 'promql_type', 'vector matching only allowed between instant vectors');
  refuses('a and on(x) group_left b', 'promql_type', 'no grouping allowed for "and" operation');
  refuses(
    'a + on(x) group_left(x) b',
    'promql_type',
    'must not occur in ON and GROUP clause at once',
  );
  refuses('-"x"', 'promql_type', 'unary expression only allowed');
  refuses(
    'foo[5m] + 1',
    'promql_type',
    'binary expression must contain only scalar and instant vector',
  );
  refuses('foo[5m][1h:]', 'promql_type', 'subquery is only allowed on instant vector, got matrix');
  refuses('topk(foo, bar)', 'promql_type', 'expected type scalar in aggregation parameter');
  refuses('{}', 'promql_selector', 'at least one non-empty matcher');
  refuses('{a=~".*", b!="x"}', 'promql_selector', 'at least one non-empty matcher');
  refuses('foo{a=~"("}', 'promql_regex', 'error parsing regexp');
  refuses('foo{a=~"\\\\Qb"}', 'promql_regex', 'error parsing regexp');
  refuses('foo[0s]', 'promql_duration', 'duration must be greater than 0');
  refuses('foo[1m/0]', 'promql_duration', 'division by zero');
  refuses('foo offset 9.5e10', 'promql_duration', 'duration out of range');
});
