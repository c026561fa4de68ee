// Sizes and durations as numbers, and what stands in for a missing value.
import { goFunction, isTrue } from '#lib/gotemplate/value.ts';
import type { TemplateFunction } from './definition.ts';
import { isFault, type Reading, readBytes, readDuration } from './go-number.ts';

function numberOf(reading: Reading): number {
  if (isFault(reading)) throw new Error(reading.fault);
  return reading.value;
}

/** Seconds and the rest apart, so that little is lost. */
export const secondsOf = (nanos: number): number => Math.trunc(nanos / 1e9) + (nanos % 1e9) / 1e9;

const duration = goFunction(['string'], ([text]) =>
  secondsOf(numberOf(readDuration(text as string))),
);

export const unitFunctions: readonly TemplateFunction[] = [
  {
    name: 'bytes',
    doc: 'A size such as 3 kB in bytes.',
    example: '{{ .size | bytes }}',
    evaluate: goFunction(['string'], ([text]) => numberOf(readBytes(text as string))),
  },
  {
    name: 'duration',
    doc: 'A duration such as 1m30s in seconds.',
    example: '{{ .took | duration }}',
    evaluate: duration,
  },
  {
    name: 'duration_seconds',
    doc: 'The same as duration.',
    example: '{{ .took | duration_seconds }}',
    evaluate: duration,
  },
  {
    name: 'default',
    doc: 'A value, or the first argument in place of one that is empty.',
    example: '{{ .user | default "nobody" }}',
    evaluate: goFunction(['any'], ([fallback, given]) => (isTrue(given) ? given : fallback), 'any'),
  },
];
