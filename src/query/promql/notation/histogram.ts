// `{{schema:0 sum:5 count:4 buckets:[1 2 1]}}`: a native histogram as test scripts write it, and the
// sums and differences of two that a sequence is made of.
// https://github.com/prometheus/prometheus/blob/main/docs/configuration/unit_testing_rules.md
import {
  type Buckets,
  type CounterReset,
  customSchema,
  type Histogram,
} from '#query/vector/histogram/histogram.ts';
import { parseFloatText } from './number.ts';

export interface HistogramLiteral {
  readonly histogram: Histogram;
  /** Whether the text has `counter_reset_hint:`; only then it is compared. */
  readonly namesHint: boolean;
}

const hints: Readonly<Record<string, CounterReset>> = {
  unknown: 'unknown',
  reset: 'reset',
  not_reset: 'not-reset',
  gauge: 'gauge',
};
const numberKeys: ReadonlySet<string> = new Set(['sum', 'count', 'z_bucket', 'z_bucket_w']);
const integerKeys: ReadonlySet<string> = new Set(['schema', 'offset', 'n_offset']);
const listKeys: ReadonlySet<string> = new Set(['buckets', 'n_buckets', 'custom_values']);
const field = /^([a-z_]+):(\[[^[\]]*\]|[^\s[\]]+)(?:\s+|$)/;

/** `text` with its braces. Throws Error for what is no histogram. */
export function parseHistogram(text: string): HistogramLiteral {
  const fields = parseFields(text.slice(2, -2));
  const number = (key: string): number => fields.numbers.get(key) ?? 0;
  const list = (key: string): readonly number[] => fields.lists.get(key) ?? [];
  const schema = number('schema');
  const isKnown = schema === customSchema || (schema >= -4 && schema <= 8);
  if (!isKnown) throw new Error(`no schema of histograms: ${schema}`);
  return {
    namesHint: fields.hint !== undefined,
    histogram: {
      schema,
      count: number('count'),
      sum: number('sum'),
      zeroThreshold: number('z_bucket_w'),
      zeroCount: number('z_bucket'),
      positive: bucketsFrom(number('offset'), list('buckets')),
      negative: bucketsFrom(number('n_offset'), list('n_buckets')),
      customBounds: Float64Array.from(list('custom_values')),
      counterReset: fields.hint ?? 'unknown',
    },
  };
}

function parseFields(text: string) {
  if (/^\s+\S/.test(text)) throw new Error(`no histogram: {{${text}}}`);
  const numbers = new Map<string, number>();
  const lists = new Map<string, readonly number[]>();
  let hint: CounterReset | undefined;
  const seen = new Set<string>();
  for (let rest = text.trimEnd(); rest !== ''; ) {
    const [whole, key = '', value = ''] = field.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`no field of a histogram: ${rest}`);
    rest = rest.slice(whole.length);
    if (seen.has(key)) throw new Error(`duplicate key "${key}" in histogram`);
    seen.add(key);
    if (key === 'counter_reset_hint' && Object.hasOwn(hints, value)) hint = hints[value];
    else if (integerKeys.has(key) && /^[+-]?\d+$/.test(value)) numbers.set(key, Number(value));
    else if (numberKeys.has(key)) numbers.set(key, parseNumber(value));
    else if (listKeys.has(key) && /^\[[^\s]|^\[\]$/.test(value)) lists.set(key, parseList(value));
    else throw new Error(`bad histogram descriptor found: "${key}:${value}"`);
  }
  return { numbers, lists, hint };
}

const parseList = (text: string): number[] =>
  text
    .slice(1, -1)
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(parseNumber);

function parseNumber(text: string): number {
  const value = parseFloatText(text);
  if (Number.isNaN(value) && !/nan$/i.test(text)) throw new Error(`no number: ${text}`);
  return value;
}

function bucketsFrom(offset: number, counts: readonly number[]): Buckets {
  return bucketsOf(counts.map((count, i) => [offset + i, count]));
}

function bucketsOf(entries: readonly (readonly [number, number])[]): Buckets {
  const kept = entries.filter(([, count]) => count !== 0);
  return {
    indexes: Int32Array.from(kept, ([index]) => index),
    counts: Float64Array.from(kept, ([, count]) => count),
  };
}

/** `base`, base ± step, … : `times` + 1 histograms. */
export function histogramSequence(
  base: Histogram,
  { step, sign, times }: { step: Histogram; sign: 1 | -1; times: number },
): Histogram[] {
  if (base.schema > step.schema) {
    const what = `cannot merge from schema ${step.schema} to ${base.schema}`;
    throw new Error(`error combining histograms: ${what}`);
  }
  const made = [base];
  for (let i = 0; i < times; i++) made.push(addHistogram(made.at(-1) as Histogram, step, sign));
  return made;
}

/** `step` may be of a finer schema; of two zero thresholds the wider one holds. */
function addHistogram(base: Histogram, step: Histogram, sign: 1 | -1): Histogram {
  if (base.schema === customSchema && String(base.customBounds) !== String(step.customBounds)) {
    throw new Error('error combining histograms: their custom bounds differ');
  }
  const shift = base.schema === customSchema ? 0 : step.schema - base.schema;
  const zeroThreshold = Math.max(base.zeroThreshold, step.zeroThreshold);
  return {
    ...base,
    count: base.count + sign * step.count,
    sum: base.sum + sign * step.sum,
    zeroCount: base.zeroCount + sign * step.zeroCount,
    zeroThreshold,
    positive: addBuckets(base.positive, step.positive, { sign, shift }),
    negative: addBuckets(base.negative, step.negative, { sign, shift }),
    counterReset: commonHint(base.counterReset, step.counterReset),
  };
}

/** Bucket i of a schema finer by n lies in bucket ceil(i / 2^n) of the coarser one. */
function addBuckets(a: Buckets, b: Buckets, { sign, shift }: { sign: number; shift: number }) {
  const counts = new Map<number, number>();
  for (const [i, index] of a.indexes.entries()) counts.set(index, a.counts[i] as number);
  for (const [i, index] of b.indexes.entries()) {
    const target = Math.ceil(index / 2 ** shift);
    counts.set(target, (counts.get(target) ?? 0) + sign * (b.counts[i] as number));
  }
  return bucketsOf([...counts].sort(([left], [right]) => left - right));
}

function commonHint(a: CounterReset, b: CounterReset): CounterReset {
  if (a === b) return a;
  return a === 'gauge' || b === 'gauge' ? 'gauge' : 'unknown';
}
