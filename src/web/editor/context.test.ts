import { describe, expect, it } from 'vitest';
import { contextAt, type EditorLanguage, metricIn } from './context.ts';

/** `|` marks the position when there is one `‸`. */
const at = (language: EditorLanguage, marked: string, expected: object) =>
  it(`${language} ${marked}`, () => {
    const position = marked.indexOf('‸');
    expect(contextAt(marked.replace('‸', ''), position, language)).toEqual(expected);
  });

describe('contextAt', () => {
  at('promql', 'sum(ht‸', { kind: 'name', from: 4 });
  at('promql', 'http{me‸}', { kind: 'label', from: 5, metric: 'http', isGrouping: false });
  at('promql', 'http{method="G‸"}', {
    kind: 'value',
    from: 13,
    label: 'method',
    metric: 'http',
    isQuoted: true,
  });
  at('promql', 'http{a="x", b=~‸}', {
    kind: 'value',
    from: 15,
    label: 'b',
    metric: 'http',
    isQuoted: false,
  });
  at('promql', 'sum by (jo‸) (rate(http[5m]))', {
    kind: 'label',
    from: 8,
    metric: 'http',
    isGrouping: true,
  });
  at('promql', 'rate(http[5‸', { kind: 'nothing' });
  at('promql', 'label_replace(up, "a‸', { kind: 'nothing' });
  at('logql', '{app="a"} | js‸', { kind: 'stage', from: 12 });
  at('logql', '{app="a}"} |= "x{‸', { kind: 'nothing' });
  at('logql', '{app="a"} | line_format "{{ .a | lo‸', { kind: 'template', from: 33 });
  at('logql', '{app="a"} | line_format `{{‸', { kind: 'template', from: 27 });
  at('logql', '{app="a"} | line_format "{{ .a‸', { kind: 'nothing' });
  at('logql', '{app="a"} | line_format "{{ lower .a }} lo‸', { kind: 'nothing' });
  at('logql', '{‸', { kind: 'label', from: 1, metric: '', isGrouping: false });
  at('traceql', '{ resource.service.name = "o‸" }', {
    kind: 'value',
    from: 27,
    label: 'resource.service.name',
    metric: '',
    isQuoted: true,
  });
  at('traceql', '{ status = er‸ }', {
    kind: 'value',
    from: 11,
    label: 'status',
    metric: '',
    isQuoted: false,
  });
  at('traceql', '{} | quan‸', { kind: 'name', from: 5 });
  at('traceql', '{} | rate() b‸', { kind: 'name', from: 12 });
  at('traceql', '{} | quantile_over_time(dur‸', {
    kind: 'label',
    from: 24,
    metric: '',
    isGrouping: true,
  });
  at('traceql', '{} | quantile_over_time(duration, .9‸)', { kind: 'nothing' });
  at('traceql', '{} | rate() by (resource.s‸', {
    kind: 'label',
    from: 16,
    metric: '',
    isGrouping: true,
  });
  at('traceql', '{ status = error && span.ht‸ }', {
    kind: 'label',
    from: 20,
    metric: '',
    isGrouping: false,
  });
});

describe('metricIn', () => {
  const ok = (query: string, metric: string) =>
    it(query, () => expect(metricIn(query)).toBe(metric));
  ok('up', 'up');
  ok('sum(rate(http_total{a="b"}[5m]))', 'http_total');
  ok('sum by (le) (rate(d_bucket[5m]))', 'd_bucket');
});
