import { describe, expect, it } from 'vitest';
import { compileJmesPath } from './jmespath.ts';
import type { Json } from './value.ts';

const log: Json = {
  level: 'warn',
  took: 12.5,
  'http.status': 503,
  user: { name: 'ann', roles: ['admin', 'dev'] },
  spans: [
    { id: 'a', ms: 3, tags: [{ k: 'x' }] },
    { id: 'b', ms: 9, tags: [{ k: 'y' }, { k: 'z' }] },
    { ms: 4 },
  ],
  matrix: [[1, 2], [3], 4],
  empty: [],
};

const cases: readonly [string, Json][] = [
  ['level', 'warn'],
  ['"http.status"', 503],
  ['user.name', 'ann'],
  ['user.roles[0]', 'admin'],
  ['user.roles[-1]', 'dev'],
  ['user.roles[9]', null],
  ['nothing.at.all', null],
  ['constructor', null],
  ['spans[*].id', ['a', 'b']],
  ['spans[1:].id', ['b']],
  ['spans[::-1].ms', [4, 9, 3]],
  ['spans[:2].ms', [3, 9]],
  ['spans[?ms > `3`].ms', [9, 4]],
  ["spans[?id == 'b'] | [0].ms", 9],
  ['spans[].tags[].k', ['x', 'y', 'z']],
  ['spans[*].tags[0].k', ['x', 'y']],
  ['matrix[]', [1, 2, 3, 4]],
  ['matrix[*][0]', [1, 3]],
  ['user.*', ['ann', ['admin', 'dev']]],
  [
    'spans[*].[id, ms]',
    [
      ['a', 3],
      ['b', 9],
      [null, 4],
    ],
  ],
  ['user.{who: name, first: roles[0]}', { who: 'ann', first: 'admin' }],
  ['[level, took]', ['warn', 12.5]],
  ['nothing || level', 'warn'],
  ['level && took', 12.5],
  ['!nothing', true],
  ['!(level && nothing)', true],
  ['took >= `12.5` && level != `"info"`', true],
  ['@.level', 'warn'],
  ['length(spans)', 3],
  ['length(level)', 4],
  ['max_by(spans, &ms).id', 'b'],
  ['sort_by(spans, &ms)[*].ms', [3, 4, 9]],
  ['sum(spans[*].ms)', 16],
  ["join(',', user.roles)", 'admin,dev'],
  ['to_string(user)', '{"name":"ann","roles":["admin","dev"]}'],
  ["to_number('7')", 7],
  ['not_null(nothing, level)', 'warn'],
  ["contains(user.roles, 'dev')", true],
  ['keys(user)', ['name', 'roles']],
  ['type(empty)', 'array'],
  ['map(&ms, spans)', [3, 9, 4]],
  ["starts_with(level, 'wa')", true],
  ['reverse(user.roles)', ['dev', 'admin']],
];

describe('JMESPath', () => {
  it.each(cases)('%s', (expression, expected) => {
    expect(compileJmesPath(expression)(log)).toEqual(expected);
  });

  it.each([
    '',
    '3##@$#33',
    'a.',
    'a[',
    'a b',
    'foo(',
    'nope(@)',
    'length()',
    'a[0:1:0]',
    '*.',
    '"a"()',
  ])('refuses %s', (expression) => {
    expect(() => compileJmesPath(expression)).toThrow(
      expect.objectContaining({ code: 'jmespath_syntax' }),
    );
  });

  it('ends a search with an error when a function gets a wrong type', () => {
    expect(() => compileJmesPath('sum(level)')(log)).toThrow('string where an array is needed');
  });

  it('bounds nesting', () => {
    expect(() => compileJmesPath('!'.repeat(100_000))).toThrow('too deep');
  });
});
