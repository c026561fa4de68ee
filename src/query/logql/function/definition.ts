// What a range function is: a number from the samples of one series in one window. Windows are open
// at their start and closed at their end.

export interface SampleWindow {
  /** Ascending, nanoseconds after some moment. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** The samples of the window: from <= i < to; at least one. */
  readonly from: number;
  readonly to: number;
  /** The end of the window, on the scale of `times`. */
  readonly end: number;
  readonly rangeSeconds: number;
  readonly parameter: number | undefined;
}

export interface RangeFunction {
  readonly name: string;
  readonly doc: string;
  readonly example: string;
  /** Without `unwrap`: what is counted, by the engine where the pipeline allows. */
  readonly counts?: 'lines' | 'bytes';
  /** What is counted is divided by the seconds of the range. */
  readonly isPerSecond?: true;
  /** A sum of the results is the result of all lines together. */
  readonly isAdditive?: true;
  /** The result is 1 where there is nothing. */
  readonly isAbsence?: true;
  /** With `unwrap`: the result of one window. */
  readonly evaluate?: (window: SampleWindow) => number | undefined;
}

export const defineRangeFunction = (definition: RangeFunction): RangeFunction => definition;

/** The values of a window. */
export const valuesOf = ({ values, from, to }: SampleWindow): Float64Array =>
  Float64Array.from(values.slice(from, to));

export function fold(
  { values, from, to }: SampleWindow,
  combine: (a: number, b: number) => number,
): number {
  let result = values[from] as number;
  for (let i = from + 1; i < to; i++) result = combine(result, values[i] as number);
  return result;
}
