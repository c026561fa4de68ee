import { expect, test } from 'vitest';
import { parse } from '../syntax/parse.ts';
import { check } from './check.ts';

const refuses = (text: string, message: string) =>
  test(text, () => {
    expect(() => check(parse(text, { isStrict: false }))).toThrow(message);
  });

refuses('{ span.a =~ "(" }', 'invalid regex');
refuses('{ span.a !~ "\\\\Qb" }', 'invalid regex');

const unsupported = (text: string) =>
  test(`only strict refuses ${text}`, () => {
    expect(() => check(parse(text))).not.toThrow();
    expect(() => check(parse(text), { isStrict: true })).toThrow(
      expect.objectContaining({
        code: 'traceql_unsupported',
        hint: expect.stringContaining('compat.strict'),
      }),
    );
  });

unsupported('{ parent.span.a = 1 }');
unsupported('{ parent = nil }');
unsupported('{ } | select(parent.name)');
unsupported('{ } | by(parent.name) | count() > 1');
unsupported('{ } | rate() by (parent.a)');
unsupported('{ } | max(.a) - min(.a) > 3');
unsupported('{ } | count() > count()');
unsupported('({ .a } | count()) > ({ .b } | count())');
unsupported('({ .a } | count() > 2 * 3) && ({ } | 1 < count())');

test('strict compares numbers beside attributes by type', () => {
  const { pipeline } = check(parse('{ span.a = 1 && duration > 2 }', { isStrict: true }));
  expect(JSON.stringify(pipeline).match(/isTyped/g)).toHaveLength(1);
  const own = check(parse('{ span.a = 1 }')).pipeline;
  expect(JSON.stringify(own)).not.toContain('isTyped');
});
