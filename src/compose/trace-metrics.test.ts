import { describe, expect, it } from 'vitest';
import { configOf } from '#config/load.ts';
import { defaultSpanMetricsSettings } from '#connector/span-metrics/settings.ts';
import { instanceOf, spanMetricsSettingsOf } from './trace-metrics.ts';

const settingsOf = (values: Parameters<typeof configOf>[0]) =>
  spanMetricsSettingsOf(configOf(values));

describe('spanMetricsSettingsOf', () => {
  it('has the defaults of Tempo', () => {
    expect(settingsOf({})).toEqual(defaultSpanMetricsSettings);
  });

  it('reads labels of several attributes', () => {
    const mappings = { where: 'region  zone join=/', both: 'a b' };
    expect(settingsOf({ 'span_metrics.dimension_mappings': mappings }).dimensionMappings).toEqual([
      { name: 'where', sources: ['region', 'zone'], join: '/' },
      { name: 'both', sources: ['a', 'b'], join: '' },
    ]);
  });

  it.each([
    [{ 'span_metrics.metrics': 'calls,speed' }, 'span_metrics.metrics: speed is none of calls'],
    [{ 'span_metrics.intrinsic_dimensions': 'name' }, 'name is none of service, span_name'],
    [{ 'span_metrics.histogram_buckets': '1,1' }, '1,1 are not ascending numbers of seconds'],
    [{ 'span_metrics.histogram_buckets': '' }, 'not ascending'],
    [{ 'span_metrics.histogram_buckets': '1,x' }, 'not ascending'],
    [{ 'span_metrics.dimension_mappings': { a: 'join=-' } }, 'the label a has no attributes'],
  ])('refuses %j', (values, message) => {
    expect(() => settingsOf(values)).toThrow(message);
  });
});

describe('instanceOf', () => {
  const storage = 'http://localhost:8123/telemetry';
  it.each([
    [{}, undefined],
    [{ storage }, expect.stringMatching(/.:3000$/)],
    [{ storage, 'trace_metrics.instance': 'a' }, 'a'],
    [{ 'trace_metrics.instance': 'a' }, 'a'],
    [{ storage, 'trace_metrics.instance': '' }, undefined],
  ])('of %j', (values, instance) => {
    expect(instanceOf(configOf(values))).toEqual(instance);
  });
});
