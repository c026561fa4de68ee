import { describe, expect, it } from 'vitest';
import {
  formatPrometheusDuration,
  formatPrometheusSize,
  parsePrometheusDuration,
  parsePrometheusSize,
  parseYamlFlag,
  parseYamlFloat,
  parseYamlInteger,
} from './quantity.ts';

describe('durations', () => {
  it.each([
    ['0', 0],
    ['15s', 15_000],
    ['1h30m', 5_400_000],
    ['1y2w3d4h5m6s7ms', 33_019_506_007],
    ['5', undefined],
    ['', undefined],
    ['1s1m', undefined],
    ['1m1m', undefined],
    ['-1h', undefined],
    ['1.5h', undefined],
    ['294y', undefined],
  ])('%s is %s ms', (text, ms) => expect(parsePrometheusDuration(text)).toBe(ms));

  it.each([
    [0, '0s'],
    [90_000, '1m30s'],
    [7 * 86_400_000, '1w'],
    [8 * 86_400_000, '8d'],
    [365 * 86_400_000, '1y'],
  ])('%s ms is shown as %s', (ms, text) => expect(formatPrometheusDuration(ms)).toBe(text));
});

describe('sizes', () => {
  it.each([
    ['15MB', 15 * 1024 ** 2],
    ['15MiB', 15 * 1024 ** 2],
    ['1GiB512MiB', 1.5 * 1024 ** 3],
    ['1.5KB', 1536],
    ['0', 0],
    ['100', undefined],
    ['-1GB', undefined],
    ['1iB', undefined],
  ])('%s is %s bytes', (text, bytes) => expect(parsePrometheusSize(text)).toBe(bytes));

  it('are shown in binary units', () => {
    expect(formatPrometheusSize(1.5 * 1024 ** 3)).toBe('1GiB512MiB');
    expect(formatPrometheusSize(100)).toBe('100B');
  });
});

describe('scalars of YAML 1.1', () => {
  it.each([
    ['1_000', 1000n],
    ['0x1f', 31n],
    ['0o17', 15n],
    ['017', 15n],
    ['0b11', 3n],
    ['-5', -5n],
    ['0', 0n],
    ['1.5', undefined],
    ['five', undefined],
  ])('%s is the integer %s', (text, value) => expect(parseYamlInteger(text)).toBe(value));

  it('has words for truth and for infinity', () => {
    expect(['yes', 'On', 'TRUE', 'y'].map(parseYamlFlag)).toEqual([true, true, true, true]);
    expect(['no', 'Off', 'oN'].map(parseYamlFlag)).toEqual([false, false, undefined]);
    expect(['-.inf', '1e3', '1_0.5'].map(parseYamlFloat)).toEqual([-Infinity, 1000, 10.5]);
  });
});
