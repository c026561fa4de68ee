// Whoever has `sweep` must give what `evaluate` gives, to the last bit.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forEachWindow } from '../eval/window.ts';
import type { Window } from './definition.ts';
import { functions } from './index.ts';

const swept = [...functions.values()].filter(({ sweep }) => sweep);

const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 1, -1, 1e308, Number.NaN, Infinity, -Infinity) },
);
const series = fc.array(fc.tuple(fc.integer({ min: 1, max: 60_000 }), value), { maxLength: 80 });

function bits(values: Float64Array, present: Uint8Array): string[] {
  return Array.from(values, (one, i) => {
    if (!present[i]) return 'none';
    return Number.isNaN(one) ? 'NaN' : `${Object.is(one, -0) ? '-' : ''}${one}`;
  });
}

describe.each(swept.map((definition) => [definition.name, definition] as const))(
  '%s',
  (_, { sweep, evaluate }) => {
    test('in one pass is what it is window by window', () => {
      fc.assert(
        fc.property(
          series,
          fc.integer({ min: 1, max: 300_000 }),
          fc.integer({ min: 0, max: 30_000 }),
          (samples, rangeMs, stepMs) => {
            let at = 1_700_000_000_000;
            const times = Float64Array.from(samples, ([gap]) => {
              at += gap;
              return at;
            });
            const values = Float64Array.from(samples, ([, one]) => one);
            const ends = Float64Array.from(
              { length: 60 },
              (_, i) => 1_700_000_060_000 + i * stepMs,
            );
            const points = new Float64Array(60);
            const present = new Uint8Array(60);
            sweep?.({ times, values, ends, rangeMs, points, present });
            const expected = new Float64Array(60);
            const there = new Uint8Array(60);
            forEachWindow(
              { labels: {}, times, values },
              { series: [], ends, rangeMs },
              (step, from, to) => {
                const endMs = ends[step] as number;
                const window: Window = {
                  times,
                  values,
                  histograms: undefined,
                  starts: undefined,
                  from,
                  to,
                  startMs: endMs - rangeMs,
                  endMs,
                  stepTimeMs: endMs,
                  extension: undefined,
                  name: 'm',
                  annotate: () => undefined,
                };
                const point = evaluate.kind === 'window' ? evaluate.of(window, []) : undefined;
                if (typeof point !== 'number') return;
                expected[step] = point;
                there[step] = 1;
              },
            );
            expect(bits(points, present)).toEqual(bits(expected, there));
          },
        ),
        { numRuns: 300, seed: 7 },
      );
    });
  },
);

test('rate, increase and delta have it', () => {
  expect(swept.map(({ name }) => name).sort()).toEqual(
    expect.arrayContaining(['delta', 'increase', 'rate']),
  );
});
