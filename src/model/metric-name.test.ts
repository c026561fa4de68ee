// The names are those that Prometheus gives: https://github.com/prometheus/otlptranslator
import { describe, expect, it } from 'vitest';
import {
  type MetricKind,
  toLabelFloat,
  toLabelName,
  toPrometheusName,
  toPrometheusUnit,
} from './metric-name.ts';

describe('the name of a metric', () => {
  const name = (otel: string, unit: string, kind: MetricKind, expected: string) =>
    it(`${kind} ${otel} in ${unit || 'nothing'} is ${expected}`, () => {
      expect(toPrometheusName(otel, unit, kind)).toBe(expected);
    });
  name('http.server.request.duration', 's', 'histogram', 'http_server_request_duration_seconds');
  name('http.server.requests', '{request}', 'counter', 'http_server_requests_total');
  name('system.io', 'By', 'counter', 'system_io_bytes_total');
  name('system.io.bytes', 'By', 'counter', 'system_io_bytes_total');
  name('network_transmitted_total', 'By', 'counter', 'network_transmitted_bytes_total');
  name('network.total.transmitted', 'By', 'counter', 'network_transmitted_bytes_total');
  name('cpu.utilization', '1', 'gauge', 'cpu_utilization_ratio');
  name('cpu.ratio.used', '1', 'gauge', 'cpu_used_ratio');
  name('cpu.utilization', '1', 'sum', 'cpu_utilization');
  name('cpu.utilization', '1', 'counter', 'cpu_utilization_total');
  name('throughput', 'By/s', 'gauge', 'throughput_bytes_per_second');
  name('speed', 'm/s', 'gauge', 'speed_meters_per_second');
  name('speed.per_second', 'm/s', 'gauge', 'speed_per_second_meters_per_second');
  name('fuel', 'g/{dog}', 'gauge', 'fuel_grams');
  name('dogs', '{dog}/s', 'gauge', 'dogs_per_second');
  name('odd', 'foo/bar', 'gauge', 'odd_foo_per_bar');
  name('odd', 'k/', 'gauge', 'odd_k');
  name('odd', '$', 'gauge', 'odd');
  name('temp', 'Cel', 'gauge', 'temp_celsius');
  name('used', '%', 'gauge', 'used_percent');
  name('disk', 'TiBy', 'gauge', 'disk_tebibytes');
  name('already_seconds', 's', 'gauge', 'already_seconds');
  name('seconds.of.work', 's', 'gauge', 'seconds_of_work');
  name('a..b--c__d', '', 'gauge', 'a_b_c_d');
  name('_leading.and.trailing_', '', 'gauge', 'leading_and_trailing');
  name('2xx.count', '', 'gauge', '_2xx_count');
  name('rule:level', '', 'gauge', 'rule:level');
  name('größe', '', 'gauge', 'gr_e');
  name('日本', '', 'gauge', '');
  name('', 's', 'gauge', 'seconds');
  name('', '', 'gauge', '');
});

describe('the word for a unit', () => {
  const unit = (ucum: string, expected: string) =>
    it(`${ucum} is ${expected}`, () => expect(toPrometheusUnit(ucum)).toBe(expected));
  unit('s', 'seconds');
  unit('By/s', 'bytes_per_second');
  unit('1', '');
  unit('{request}', '');
  unit('1/s', 'per_second');
  unit('seconds', 'seconds');
});

describe('the name of a label', () => {
  const label = (key: string, expected: string) =>
    it(`${key} is ${expected}`, () => expect(toLabelName(key)).toBe(expected));
  label('http.request.method', 'http_request_method');
  label('a__b', 'a__b');
  label('a..b', 'a__b');
  label('9lives', 'key_9lives');
  label('_private', 'key_private');
  label('__reserved__', '__reserved__');
  label('ü', '');
  label('', '');
});

describe('a float in a label', () => {
  const float = (value: number, expected: string) =>
    it(expected, () => expect(toLabelFloat(value)).toBe(expected));
  float(1, '1');
  float(0.005, '0.005');
  float(1e-7, '0.0000001');
  float(-1.25e-9, '-0.00000000125');
  float(1e21, '1000000000000000000000');
  float(1.5e300, `15${'0'.repeat(299)}`);
  float(Infinity, '+Inf');
  float(-Infinity, '-Inf');
  float(Number.NaN, 'NaN');
});
