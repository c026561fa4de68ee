import { expect, it } from 'vitest';
import { printExpression } from '#sql/print.ts';
import { check } from '../check/check.ts';
import { parse } from '../syntax/parse.ts';
import { attributeHint } from './attribute-index.ts';

/** The sets of values of which a span has to have one each. */
function hintOf(condition: string): string[] | undefined {
  const [filter] = check(parse(`{ ${condition} }`, {})).pipeline.stages;
  if (filter?.kind !== 'filter' || !filter.condition) throw new Error('no filter');
  const hint = attributeHint(filter.condition);
  if (hint === undefined) return undefined;
  return [...printExpression(hint).matchAll(/mapValues\(attributes\)\), \[(.*?)\]\)/g)].map(
    ([, values]) => values as string,
  );
}

const cases: readonly (readonly [string, string[] | undefined])[] = [
  ['span.id = "a"', ["'a', '\\x05id'"]],
  ['"a" = span.id', ["'a', '\\x05id'"]],
  ['span.id = "\\u0001b"', ["'\\x07\\x01b', '\\x05id'"]],
  ['span.id = "a" && duration > 1s && span.b = "c"', ["'a', '\\x05id'", "'c', '\\x05b'"]],
  ['span.id = "a" || span.b = "c"', ["'a', 'c', '\\x05id', '\\x05b'"]],
  ['span.id = "a" || duration > 1s', undefined],
  ['!(span.id = "a")', undefined],
  ['span.id != "a"', undefined],
  ['span.id = ""', undefined],
  ['span.id = 5', undefined],
  ['span.id =~ "a"', undefined],
  ['.id = "a"', undefined],
  ['parent.span.id = "a"', undefined],
  ['resource.id = "a"', undefined],
  ['event.id = "a"', undefined],
];

for (const [condition, values] of cases) {
  it(condition, () => expect(hintOf(condition)).toEqual(values));
}
