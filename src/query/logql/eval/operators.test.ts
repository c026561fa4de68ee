// What LogQL does otherwise than PromQL with the operators that they share.
import { describe, expect, it } from 'vitest';
import type { GridSeries } from '#query/vector/value.ts';
import type { MetricExpr } from '../syntax/ast.ts';
import { parse } from '../syntax/parser.ts';
import { evaluateOperator, type MetricValue, toSeries } from './operators.ts';

const series = (labels: Record<string, string>, ...values: number[]): GridSeries => ({
  labels,
  values: Float64Array.from(values),
  present: new Uint8Array(values.length).fill(1),
});

/** The value of a query; each range aggregation in it is one of `ranges`, in their order. */
function evaluate(query: string, ...ranges: readonly (readonly GridSeries[])[]): MetricValue {
  const left = [...ranges];
  const run = (expr: MetricExpr): MetricValue => {
    switch (expr.kind) {
      case 'range-aggregation':
        return left.shift() ?? [];
      case 'binary':
        return evaluateOperator(expr, [run(expr.left), run(expr.right)], 1);
      case 'label-replace':
      case 'vector-aggregation':
        return evaluateOperator(expr, [run(expr.inner)], 1);
      default:
        return evaluateOperator(expr, [], 1);
    }
  };
  return run(parse(query) as MetricExpr);
}

const shown = (value: MetricValue): string[] =>
  toSeries(value, 1).map((one) => `${JSON.stringify(one.labels)} ${one.values[0]}`);

const r = 'rate({a="b"}[1m])';

describe('label_replace', () => {
  const replaced = (replacement: string, regex: string): string[] =>
    shown(
      evaluate(`label_replace(${r}, "to", "${replacement}", "from", "${regex}")`, [
        series({ from: 'a-b', to: 'old' }, 1),
      ]),
    );
  it('takes groups by number and name; $1x is no group', () => {
    expect(replaced('$1|${2}|$1x|${1}x|$$', '(.)-(.)')).toEqual([
      '{"from":"a-b","to":"a|b||ax|$"} 1',
    ]);
    expect(replaced('$one', '(?P<one>.).*')).toEqual(['{"from":"a-b","to":"a"} 1']);
  });
  it('takes a label away for an empty text, and changes nothing without a match', () => {
    expect(replaced('$9', '.*')).toEqual(['{"from":"a-b"} 1']);
    expect(replaced('x', 'a')).toEqual(['{"from":"a-b","to":"old"} 1']);
  });
});

describe('matching', () => {
  const one = [series({ a: '1' }, 2)];
  const two = [series({ a: '1', b: 'of the operation: [x];' }, 2), series({ a: '1', b: '2' }, 3)];
  it('says what is not unique in the words of Loki', () => {
    expect(() => evaluate(`${r} + on (a) ${r}`, one, two)).toThrow(
      /^found duplicate series on the right hand-side;many-to-many matching not allowed: matching labels must be unique on one side$/,
    );
    expect(() => evaluate(`${r} + on (a) group_right ${r}`, two, one)).toThrow(
      /^found duplicate series on the left hand-side;many-to-many/,
    );
    expect(() => evaluate(`${r} + on (a) ${r}`, two, one)).toThrow(
      /^multiple matches for labels: many-to-one matching must be explicit \(group_left\/group_right\)$/,
    );
  });
});

describe('division by nothing', () => {
  it('is no number', () => {
    for (const operator of ['/', '%']) {
      expect(shown(evaluate(`${r} ${operator} 0`, [series({}, 1)]))).toEqual(['{} NaN']);
      expect(shown(evaluate(`1 ${operator} ${r}`, [series({}, 0)]))).toEqual(['{} NaN']);
      expect(evaluate(`1 ${operator} 0`)).toBeNaN();
    }
  });
});

describe('sort', () => {
  const values = [series({ a: '1' }, Number.NaN), series({ a: '2' }, 2), series({ a: '3' }, -1)];
  it('leaves what is no number to the end', () => {
    const order = (query: string) => shown(evaluate(query, values)).map((one) => one.slice(6, 7));
    expect(order(`sort(${r})`)).toEqual(['3', '2', '1']);
    expect(order(`sort_desc(${r})`)).toEqual(['2', '3', '1']);
  });
});
