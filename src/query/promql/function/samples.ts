// The samples of a window by their kind.
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { type FunctionDefinition, type Window, windowFunction } from './definition.ts';
import { histogramsIgnored } from './note.ts';

export type Kind = 'numbers' | 'histograms' | 'mixed';

export function kindOf({ histograms, from, to }: Window): Kind {
  if (!histograms) return 'numbers';
  const first = histograms[from] !== undefined;
  for (let i = from + 1; i < to; i++) {
    if ((histograms[i] !== undefined) !== first) return 'mixed';
  }
  return first ? 'histograms' : 'numbers';
}

/** All of them are histograms. */
export const histogramsOf = ({ histograms, from, to }: Window): readonly Histogram[] =>
  (histograms ?? []).slice(from, to) as readonly Histogram[];

/** Times and values without those of histograms. */
export interface Numbers {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly from: number;
  readonly to: number;
}

function numbersOf(window: Window): Numbers {
  const { times, values, histograms, from, to } = window;
  const numberTimes: number[] = [];
  const numbers: number[] = [];
  for (let i = from; i < to; i++) {
    if (histograms?.[i]) continue;
    numberTimes.push(times[i] as number);
    numbers.push(values[i] as number);
  }
  return {
    times: Float64Array.from(numberTimes),
    values: Float64Array.from(numbers),
    from: 0,
    to: numbers.length,
  };
}

/** matrix → vector for functions that know numbers only: histograms beside numbers are left out. */
export function numbersFunction(
  definition: Parameters<typeof windowFunction>[0],
  of: (numbers: Numbers, params: readonly number[], window: Window) => number | undefined,
): FunctionDefinition {
  return windowFunction(definition, (window, params) => {
    const kind = kindOf(window);
    if (kind === 'numbers') return of(window, params, window);
    if (kind === 'histograms') return undefined;
    window.annotate(histogramsIgnored(window.name));
    return of(numbersOf(window), params, window);
  });
}
