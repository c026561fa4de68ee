import { describe, expect, it } from 'vitest';
import type { TraceSummary } from '../../frame/trace.ts';
import { layoutScatter, sortTraces, type TraceSort } from './layout.ts';

const trace = (rootService: string, startMs: number, durationMs: number): TraceSummary => ({
  traceId: `${rootService}${startMs}`,
  rootService,
  rootName: 'GET /',
  startMs,
  durationMs,
  matchedSpans: 1,
  spanCount: 3,
  errorCount: durationMs > 50 ? 1 : 0,
  services: [],
});
const traces = [trace('b', 100, 10), trace('a', 300, 100), trace('a', 200, 1)];

describe('sortTraces', () => {
  const ok = (by: TraceSort, isDescending: boolean, starts: number[]) =>
    it(`${by} ${isDescending ? 'down' : 'up'}`, () =>
      expect(sortTraces(traces, { by, isDescending }).map((t) => t.startMs)).toEqual(starts));
  ok('start', true, [300, 200, 100]);
  ok('duration', true, [300, 100, 200]);
  ok('duration', false, [200, 100, 300]);
  ok('service', false, [300, 200, 100]);
  ok('name', true, [300, 200, 100]);
});

describe('layoutScatter', () => {
  const scene = layoutScatter(traces, {
    range: { fromMs: 0, toMs: 400 },
    width: 400,
    height: 100,
  });
  it('puts time to the right and duration up', () => {
    expect(scene.points.map(({ x }) => x)).toEqual([100, 300, 200]);
    const [middle, top, bottom] = scene.points.map(({ y }) => y);
    expect(middle).toBeCloseTo(50);
    expect(top).toBeLessThan(middle ?? 0);
    expect(bottom).toBeGreaterThan(middle ?? 0);
  });
  it('marks errors', () =>
    expect(scene.points.map(({ isError }) => isError)).toEqual([false, true, false]));
  it('takes no trace at all', () =>
    expect(
      layoutScatter([], { range: { fromMs: 0, toMs: 1 }, width: 10, height: 10 }).points,
    ).toEqual([]));
});
