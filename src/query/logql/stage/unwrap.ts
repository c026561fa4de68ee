// `| unwrap x`, `| unwrap duration(x)`, `| unwrap bytes(x)`: the label whose value is the sample.
// A value that cannot be read is 0 and marks the line with __error__; no label, no sample.
import type { Grouping, Unwrap, UnwrapConversion } from '../syntax/ast.ts';
import { parseByteSize, parseDurationNano, parseFloat64 } from '../syntax/literal.ts';
import type { Entry } from './entry.ts';
import { labelFilter } from './label-filter.ts';

interface Reading {
  readonly read: (text: string) => number | undefined;
  readonly fault: (text: string) => string;
}

const seconds: Reading = {
  read: (text) => {
    const nanos = parseDurationNano(text, { calendarUnits: false });
    return nanos === undefined ? undefined : nanos / 1e9;
  },
  fault: (text) => `time: invalid duration ${JSON.stringify(text)}`,
};

const readings: Record<UnwrapConversion, Reading> = {
  none: {
    read: parseFloat64,
    fault: (text) => `strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`,
  },
  duration: seconds,
  duration_seconds: seconds,
  bytes: {
    read: parseByteSize,
    fault: (text) => `strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`,
  },
};

/**
 * The sample of a line; undefined when the line gives none. The filters behind the unwrap still see
 * the unwrapped label, the series has it only where it is grouped by that label.
 */
export function compileUnwrap(
  unwrap: Unwrap,
  grouping?: Grouping,
): (entry: Entry) => number | undefined {
  const keepsLabel = grouping?.isWithout === false && grouping.labels.includes(unwrap.label);
  const { read, fault } = readings[unwrap.conversion];
  const filters = unwrap.filters.map((stage) => labelFilter.evaluate(stage));
  return (entry) => {
    const { labels } = entry;
    const text = labels.get(unwrap.label);
    if (text === undefined) return undefined;
    let value = read(text);
    let isFailed = false;
    if (value === undefined) {
      if (labels.error === '') labels.fail('SampleExtractionErr', fault(text));
      value = 0;
      isFailed = true;
    }
    for (const filter of filters) if (!filter(entry)) return undefined;
    if (!isFailed && !keepsLabel) labels.delete(unwrap.label);
    return value;
  };
}
