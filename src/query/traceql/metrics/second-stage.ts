// What follows the functions: topk and bottomk, comparisons with a number, arithmetic.
import type { NamedValue } from '../eval/summary.ts';
import { keyOf, numberOf, type Value } from '../eval/value.ts';
import type { ArithmeticOperator, ComparisonOperator, MetricsStage } from '../syntax/ast.ts';
import { numberIn } from './plan.ts';
import { nameLabel, type Series } from './series.ts';

export function applyStages(series: readonly Series[], stages: readonly MetricsStage[]): Series[] {
  let result = [...series];
  for (const stage of stages) {
    if (stage.kind === 'metrics-filter') {
      const wanted = numberIn(stage.value);
      result = result.map((each) => filterValues(each, stage.operator, wanted));
    } else {
      result = choose(result, stage.count, stage.kind === 'topk');
    }
  }
  return result;
}

function filterValues(series: Series, operator: ComparisonOperator, wanted: number): Series {
  const values = series.values.map((value) => (holds(operator, value, wanted) ? value : NaN));
  return { ...series, values };
}

function holds(operator: ComparisonOperator, value: number, wanted: number): boolean {
  switch (operator) {
    case '=':
      return value === wanted;
    case '!=':
      return value !== wanted;
    case '<':
      return value < wanted;
    case '<=':
      return value <= wanted;
    case '>':
      return value > wanted;
    case '>=':
      return value >= wanted;
    default:
      return false;
  }
}

/** The `count` largest or smallest values of each interval; a series keeps those that are among them. */
function choose(series: readonly Series[], count: number, isTop: boolean): Series[] {
  const intervals = series[0]?.values.length ?? 0;
  const kept = series.map((): number[] => Array.from({ length: intervals }, () => Number.NaN));
  // Of equal values topk takes the first by label, bottomk the last: each is the other backwards.
  const ranked = series
    .map((each, index) => ({ labels: each.labels, index }))
    .sort((a, b) => rankLabels(a.labels, b.labels))
    .map(({ index }, rank) => ({ index, rank }));
  const sign = isTop ? 1 : -1;
  for (let i = 0; i < intervals; i++) {
    const valueAt = (index: number): number => series[index]?.values[i] ?? Number.NaN;
    const present = ranked.filter(({ index }) => !Number.isNaN(valueAt(index)));
    present.sort((a, b) => sign * (valueAt(b.index) - valueAt(a.index) || a.rank - b.rank));
    for (const { index } of present.slice(0, count)) {
      (kept[index] as number[])[i] = valueAt(index);
    }
  }
  return series.map((each, index) => ({ ...each, values: kept[index] as number[] }));
}

/** Tempo's order of equals: texts rising, then types and numbers falling. */
export function rankLabels(a: readonly NamedValue[], b: readonly NamedValue[]): number {
  for (const [i, { name, value }] of a.entries()) {
    const label = b[i];
    if (label === undefined) return 1;
    if (name !== label.name) return name < label.name ? -1 : 1;
    const other = label.value;
    const [x, y] = [textOf(value), textOf(other)];
    if (x !== y) return x < y ? -1 : 1;
    const typeDifference = types.indexOf(other.type) - types.indexOf(value.type);
    if (typeDifference !== 0) return typeDifference;
    const [own, its] = [codeOf(value), codeOf(other)];
    if (own !== its) return own > its ? -1 : 1;
  }
  return 0;
}

const types: readonly Value['type'][] = ['nil', 'int', 'float', 'string', 'bool'];

function textOf(value: Value): string {
  if (value.type === 'nil') return 'nil';
  return 'value' in value && typeof value.value === 'string' ? value.value : '';
}

function codeOf(value: Value): number | bigint {
  if (value.type === 'bool') return value.value ? 1 : 0;
  return numberOf(value) ?? 0;
}

export type Operand = readonly Series[] | number;

/** Series with the same labels; a series without any goes with all. A number goes with all as well. */
export function operate(operator: ArithmeticOperator, left: Operand, right: Operand): Operand {
  if (typeof left === 'number') {
    if (typeof right === 'number') return calculate(operator, left, right);
    return right.map((each) => mapValues(each, (value) => calculate(operator, left, value)));
  }
  if (typeof right === 'number') {
    return left.map((each) => mapValues(each, (value) => calculate(operator, value, right)));
  }
  return operateSeries(operator, left, right);
}

const mapValues = (series: Series, change: (value: number) => number): Series => ({
  ...series,
  values: series.values.map(change),
});

function operateSeries(
  operator: ArithmeticOperator,
  left: readonly Series[],
  right: readonly Series[],
): Series[] {
  const lefts = new Map(left.map((each) => [keyOfLabels(each.labels), each]));
  const rights = new Map(right.map((each) => [keyOfLabels(each.labels), each]));
  const found: Series[] = [];
  for (const key of (rights.has('') ? lefts : rights).keys()) {
    const a = lefts.get(key) ?? lefts.get('');
    const b = rights.get(key) ?? rights.get('');
    if (!a || !b) continue;
    found.push({
      labels: mergeLabels(operator, a.labels, b.labels),
      // What one side lacks counts as 0.
      values: a.values.map((value, i) =>
        calculate(operator, value || 0, (b.values[i] as number) || 0),
      ),
      exemplars: [...a.exemplars, ...b.exemplars],
    });
  }
  return found;
}

const keyOfLabels = (labels: readonly NamedValue[]): string =>
  labels
    .filter(({ name }) => name !== nameLabel)
    .map(({ name, value }) => `${name}\u0003${keyOf(value)}`)
    .sort()
    .join('\u0002');

function mergeLabels(
  operator: ArithmeticOperator,
  left: readonly NamedValue[],
  right: readonly NamedValue[],
): NamedValue[] {
  const names = [left, right].map((labels) => labels.find(({ name }) => name === nameLabel)?.value);
  const [a, b] = names;
  const own = left.filter(({ name }) => name !== nameLabel);
  const others = right.filter(
    ({ name }) => name !== nameLabel && !own.some((label) => label.name === name),
  );
  const merged = [...own, ...others];
  if (!a || !b) return merged;
  const value = `(${textOf(a)} ${operator} ${textOf(b)})`;
  return [{ name: nameLabel, value: { type: 'string', value } }, ...merged];
}

/** By zero there is no value. */
function calculate(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? Number.NaN : left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
  }
}
