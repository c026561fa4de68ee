import { expect, test } from 'vitest';
import { parse } from './parse.ts';
import { printPretty } from './pretty.ts';

const pretty = (text: string) => printPretty(parse(text));

test('what fits a line stays on it', () => {
  expect(pretty('sum(rate(a[5m])) by(b)')).toBe('sum by (b) (rate(a[5m]))');
});

test('a long expression is split, its parts only as far as needed', () => {
  const selector = `some_long_metric_name_total{instance="${'i'.repeat(30)}"}`;
  expect(pretty(`sum by (job)(rate(${selector}[5m])) > bool on(job) (${selector} + -1)`)).toBe(
    [`  sum by (job) (rate(${selector}[5m]))`, '> bool on (job)', `  (${selector} + -1)`].join(
      '\n',
    ),
  );
});

test('arguments, parentheses, parameters and signs', () => {
  const long = `m{a="${'x'.repeat(100)}"}`;
  expect(pretty(`topk(2, -(${long}))`)).toBe(
    ['topk(', '  2,', '  -(', `    ${long}`, '  )', ')'].join('\n'),
  );
  expect(pretty(`round(${long}[5m:], 5)`)).toBe(
    ['round(', `  ${long}[5m:],`, '  5', ')'].join('\n'),
  );
});
