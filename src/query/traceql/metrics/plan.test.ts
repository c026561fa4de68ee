import { describe, expect, it } from 'vitest';
import { check } from '../check/check.ts';
import { parse } from '../syntax/parse.ts';
import { printField } from '../syntax/print.ts';
import { type MetricsPlan, planMetrics } from './plan.ts';

function planOf(text: string, isStrict = false): MetricsPlan {
  const query = parse(text);
  check(query);
  if (query.root.kind !== 'metrics') throw new Error('no metrics query');
  const node = planMetrics(query.root, { isStrict });
  if (node.kind !== 'function') throw new Error('no single function');
  return node.plan;
}

describe('reads', () => {
  const reads = (query: string, what: MetricsPlan['reads']) =>
    it(`${query}: ${what}`, () => expect(planOf(query).reads).toBe(what));
  reads('{ } | rate()', 'spans');
  reads('{ span.a = 1 } | { .b = 2 } | select(span.c) | rate() by (resource.d)', 'spans');
  reads('{ nestedSetParent < 0 } | rate()', 'spans');
  reads('{ event:name = "x" } | max_over_time(event:timeSinceStart)', 'spans');
  reads('{ nestedSetParent > 3 } | rate()', 'traces');
  reads('{ rootName = "a" } | rate()', 'roots');
  reads('{ } | rate() by (span.a, rootServiceName)', 'roots');
  reads('{ } | rate() by (parent.a, rootServiceName)', 'traces');
  reads('{ } | max_over_time(traceDuration)', 'traces');
  reads('{ span.a = 1 } >> { span.b = 1 } | rate()', 'traces');
  reads('{ } | by(span.a) | rate()', 'traces');
  reads('{ } | count() > 2 | rate()', 'traces');
  reads('{ } | compare({ status = error })', 'roots');
  reads('{ } | compare({ nestedSetLeft > 3 })', 'traces');
  reads('{ } > { } | compare({ status = error })', 'traces');
});

describe('planMetrics', () => {
  it('joins the conditions of filters', () => {
    const { condition, isFilter } = planOf('{ span.a = 1 } | { } | { span.b = 2 } | rate()');
    expect(isFilter).toBe(true);
    expect(condition && printField(condition)).toBe('(span.a = 1) && (span.b = 2)');
    expect(planOf('{ } | rate()').condition).toBeUndefined();
    expect(planOf('{ } >> { } | rate()').isFilter).toBe(false);
  });

  it('knows what has to be read of spans', () => {
    const { needs } = planOf('{ span.a = 1 } | max_over_time(span.b) by (.c, link:traceID)');
    expect([...needs.spanAttributes].sort()).toEqual(['a', 'b', 'c']);
    expect([needs.events, needs.links]).toEqual([false, true]);
  });

  it('measures durations in seconds', () => {
    const units = ['duration', 'traceDuration', 'event:timeSinceStart', 'span.x'];
    expect(units.map((name) => planOf(`{ } | max_over_time(${name})`).unit)).toEqual([
      1e9, 1e9, 1e9, 1,
    ]);
  });

  it('leaves durations of traces and events in nanoseconds where Tempo does, if strict', () => {
    const unitOf = (call: string) => planOf(`{ } | ${call}`, true).unit;
    expect(unitOf('max_over_time(duration)')).toBe(1e9);
    expect(unitOf('max_over_time(traceDuration)')).toBe(1);
    expect(unitOf('quantile_over_time(traceDuration, 0.5)')).toBe(1e9);
  });

  it('keeps the nanoseconds of compare()', () => {
    const query = '{ } | compare({ }, 7, 1793491200000000001, 1793491200000000002)';
    expect(planOf(query).comparison).toMatchObject({
      topN: 7,
      fromNano: 1793491200000000001n,
      toNano: 1793491200000000002n,
    });
    expect(planOf('{ } | compare({ })').comparison).toMatchObject({ topN: 10, toNano: undefined });
  });
});
