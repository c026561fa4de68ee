import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { Problem } from '#prometheus-config/place.ts';
import { evaluate, type Scope } from './evaluate.ts';
import { parseAlloy } from './parser.ts';
import { standardLibrary } from './stdlib/index.ts';
import { EvaluationError, isArray, isObject, unknown, type Value } from './value.ts';

const scope: Scope = {
  env: { HOME: '/root' },
  resolve: ([first, second]) => {
    if (first === 'lost') return { value: unknown('lost.one'), length: 1 };
    if (first === 'x' && second === 'y') return { value: new Map([['z', [1, 2]]]), length: 2 };
    const value = standardLibrary.get(first as string);
    return value === undefined ? undefined : { value, length: 1 };
  },
};

function valueOfText(text: string): Value {
  const problems: Problem[] = [];
  const [statement] = parseAlloy(`a = ${text}`, 'a.alloy', problems);
  expect(problems).toEqual([]);
  if (statement?.kind !== 'attribute') throw new Error('no attribute');
  return evaluate(statement.value, scope);
}

const plain = (value: Value): unknown => {
  if (isArray(value)) return value.map(plain);
  if (isObject(value)) return Object.fromEntries([...value].map(([k, v]) => [k, plain(v)]));
  return value;
};

describe('evaluate', () => {
  it.each([
    ['1 + 2 * 3 - 4', 3],
    ['7 / 2', 3],
    ['7.5 / 2', 3.75],
    ['7 % 4', 3],
    ['2 ^ 10', 1024],
    ['"a" + "b"', 'ab'],
    ['"a" < "b"', true],
    ['1 >= 2', false],
    ['!true || 1 == 1', true],
    ['false && missing', false],
    ['[1, "a"] == [1, "a"]', true],
    ['{a = 1} != {a = 2}', true],
    ['{a = {b = 5}}["a"].b', 5],
    ['{a = 1}["b"]', null],
    ['[1, 2][1]', 2],
    ['x.y.z[0]', 1],
    ['-(1 + 1)', -2],
  ])('%s', (text, expected) => {
    expect(plain(valueOfText(text))).toEqual(expected);
  });

  it.each([
    ['sys.env("HOME")', '/root'],
    ['env("NONE")', ''],
    ['coalesce(sys.env("NONE"), "", 0, "a")', 'a'],
    ['coalesce("", null)', null],
    ['convert.nonsensitive("a")', 'a'],
    ['array.concat([1], [], [2, 3])', [1, 2, 3]],
    ['concat([1], [2])', [1, 2]],
    [
      'array.combine_maps([{a = "1", b = "2"}], [{a = "1", c = "3"}, {a = "2"}], ["a"])',
      [{ a: '1', b: '2', c: '3' }],
    ],
    [
      'array.group_by([{a = "1"}, {a = "2"}, {a = "1", b = "x"}], "a", true)',
      [
        { a: '1', items: [{ a: '1' }, { a: '1', b: 'x' }] },
        { a: '2', items: [{ a: '2' }] },
      ],
    ],
    ['encoding.from_json("{\\"a\\": [1, null]}")', { a: [1, null] }],
    ['encoding.from_yaml("a: [1, b]")', { a: [1, 'b'] }],
    ['encoding.from_base64("aGk=")', 'hi'],
    ['encoding.to_base64("hi")', 'aGk='],
    ['encoding.to_json({a = [1]})', '{"a":[1]}'],
    ['file.path_join("/a", "b", "../c")', '/a/c'],
    ['json_path("{\\"a\\": [{\\"b\\": 1}, {\\"b\\": 2}]}", ".a[*].b")', [1, 2]],
    ['json_path("{\\"a\\": {\\"b\\": 1}}", "$..b")', [1]],
    ['json_path("[1, 2]", "[-1]")', [2]],
    ['string.format("%s-%03d %q %.1f%%", "a", 7, "b", 2.25)', 'a-007 "b" 2.3%'],
    ['string.join(["a", "b"], ", ")', 'a, b'],
    ['string.split("a,b", ",")', ['a', 'b']],
    ['string.replace("aXbX", "X", "-")', 'a-b-'],
    ['string.to_upper("a") + to_lower("B")', 'Ab'],
    ['string.trim("--a--", "-") + trim_space(" b ")', 'ab'],
    ['string.trim_prefix("abc", "a") + string.trim_suffix("abc", "c")', 'bcab'],
    ['constants.hostname', hostname()],
  ])('%s', (text, expected) => {
    expect(plain(valueOfText(text))).toEqual(expected);
  });

  it.each([
    ['missing.a', 'component "missing.a" does not exist or is out of scope'],
    ['1 + "a"', '+ cannot be applied to number and string'],
    ['-"a"', '- cannot be applied to string'],
    ['{a = 1}.b', 'field "b" does not exist'],
    ['[1][2]', 'index 2 is out of range of 1 items'],
    ['{a = 1}[0]', 'cannot index object with number'],
    ['"a"(1)', 'string is not a function'],
    ['string.join("a", "b")', 'string.join: expected array, got string'],
    ['string.join([])', 'string.join: takes 2 arguments, got 1'],
    ['array.concat([1], "a")', 'array.concat: expected array, got string'],
    ['encoding.from_json("{")', 'encoding.from_json: '],
    ['string.format("%s")', 'string.format: nothing is left for %s'],
    ['"a".b', 'cannot access field "b" on string'],
  ])('%s is a mistake', (text, message) => {
    expect(() => valueOfText(text)).toThrow(EvaluationError);
    expect(() => valueOfText(text)).toThrow(message);
  });

  it.each([
    'lost.a.b',
    'lost["a"]',
    '"a" + lost',
    'string.join([lost], "")',
    '-lost',
    'coalesce(lost)',
  ])('%s is unknown', (text) => {
    expect(valueOfText(text)).toEqual(unknown('lost.one'));
  });
});
