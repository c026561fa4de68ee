// `| unwrap x`, `| unwrap duration(x)`, `| unwrap bytes(x)`: the label whose value is the sample.
// A value that cannot be read is 0 and marks the line with __error__; no label, no sample.
import type { Grouping, Unwrap, UnwrapConversion } from '../syntax/ast.ts';
import {
  isFault,
  type Reading,
  readBytes,
  readDuration,
  readFloat,
} from '../template/go-number.ts';
import { secondsOf } from '../template/unit.ts';
import type { Entry } from './entry.ts';
import { noHints } from './hints.ts';
import { labelFilter } from './label-filter.ts';

function readSeconds(text: string): Reading {
  const reading = readDuration(text);
  return isFault(reading) ? reading : { value: secondsOf(reading.value) };
}

const readers: Record<UnwrapConversion, (text: string) => Reading> = {
  none: readFloat,
  duration: readSeconds,
  duration_seconds: readSeconds,
  bytes: readBytes,
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
  const read = readers[unwrap.conversion];
  const filters = unwrap.filters.map((stage) => labelFilter.evaluate(stage, noHints));
  return (entry) => {
    const { labels } = entry;
    const text = labels.get(unwrap.label);
    if (text === undefined || text === '') return undefined;
    const reading = read(text);
    if (isFault(reading)) labels.fail('SampleExtractionErr', reading.fault);
    for (const filter of filters) if (!filter(entry)) return undefined;
    // A sample that failed keeps all its labels.
    if (labels.error === '' && !keepsLabel) labels.delete(unwrap.label);
    return isFault(reading) ? 0 : reading.value;
  };
}
