import { expect, it } from 'vitest';
import { printExpression } from '#sql/print.ts';
import { spansByMinute } from '../migration/007-spans-by-minute.ts';
import { mayHaveAttribute } from './spans.ts';

it('asks the index of attribute values in its own words', () => {
  const [, indexed] = /attribute_values\s+(.*)\s+TYPE/.exec(spansByMinute) as RegExpExecArray;
  expect(printExpression(mayHaveAttribute(['k'], ['a', 'b']))).toBe(
    `hasAny(${indexed}, ['a', 'b', '\\x05k'])`,
  );
});
