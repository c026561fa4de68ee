// The words of LogQL. Function words count as such only in front of `(`, `by` or `without`, so that
// labels may be called `rate` or `ip`; the others are reserved. All are case-insensitive.

/** What may be asked of a range aggregation. */
export interface RangeOperation {
  readonly unwrap: 'never' | 'optional' | 'required';
  readonly hasParameter?: boolean;
  readonly allowsGrouping?: boolean;
}

export const rangeOperations: Readonly<Record<string, RangeOperation>> = {
  rate: { unwrap: 'optional' },
  count_over_time: { unwrap: 'never' },
  bytes_rate: { unwrap: 'never' },
  bytes_over_time: { unwrap: 'never' },
  absent_over_time: { unwrap: 'optional' },
  rate_counter: { unwrap: 'required' },
  sum_over_time: { unwrap: 'required' },
  avg_over_time: { unwrap: 'required', allowsGrouping: true },
  max_over_time: { unwrap: 'required', allowsGrouping: true },
  min_over_time: { unwrap: 'required', allowsGrouping: true },
  first_over_time: { unwrap: 'required', allowsGrouping: true },
  last_over_time: { unwrap: 'required', allowsGrouping: true },
  stddev_over_time: { unwrap: 'required', allowsGrouping: true },
  stdvar_over_time: { unwrap: 'required', allowsGrouping: true },
  quantile_over_time: { unwrap: 'required', hasParameter: true, allowsGrouping: true },
};

export interface VectorOperation {
  readonly hasParameter?: boolean;
  readonly allowsGrouping: boolean;
}

export const vectorOperations: Readonly<Record<string, VectorOperation>> = {
  sum: { allowsGrouping: true },
  avg: { allowsGrouping: true },
  min: { allowsGrouping: true },
  max: { allowsGrouping: true },
  count: { allowsGrouping: true },
  stddev: { allowsGrouping: true },
  stdvar: { allowsGrouping: true },
  topk: { hasParameter: true, allowsGrouping: true },
  bottomk: { hasParameter: true, allowsGrouping: true },
  approx_topk: { hasParameter: true, allowsGrouping: false },
  sort: { allowsGrouping: false },
  sort_desc: { allowsGrouping: false },
};

export const functionWords: ReadonlySet<string> = new Set([
  ...Object.keys(rangeOperations),
  ...Object.keys(vectorOperations),
  'vector',
  'label_replace',
  'variants',
  'ip',
  'duration',
  'duration_seconds',
  'bytes',
]);

export const reservedWords: ReadonlySet<string> = new Set([
  'by',
  'without',
  'offset',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'bool',
  'and',
  'or',
  'unless',
  'json',
  'logfmt',
  'pattern',
  'regexp',
  'unpack',
  'unwrap',
  'line_format',
  'label_format',
  'decolorize',
  'drop',
  'keep',
]);

const conversionNames: Readonly<Record<string, string>> = {
  vector: 'VECTOR',
  bytes: 'BYTES_CONV',
  duration: 'DURATION_CONV',
  duration_seconds: 'DURATION_SECONDS_CONV',
};

/** How a word is called in `unexpected …`. */
export const displayWord = (word: string): string =>
  word in rangeOperations || word in vectorOperations
    ? word.toUpperCase()
    : (conversionNames[word] ?? word);
