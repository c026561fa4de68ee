import { describe, expect, it } from 'vitest';
import { formatFloat } from './format-float.ts';
import { sprintf } from './printf.ts';
import { GoDuration, GoTime } from './time.ts';
import { GoList, GoMap, type GoValue } from './value.ts';

describe('printf', () => {
  const ok = (format: string, args: readonly GoValue[], made: string) =>
    it(`${format} → ${made}`, () => expect(sprintf(format, args)).toBe(made));
  ok('%d%%', [50n], '50%');
  ok('%5d|%-5d|%05d|%+d|% d', [1n, 2n, 3n, 4n, 5n], '    1|2    |00003|+4| 5');
  ok(
    '%x %X %#x %o %O %b %c %U %q',
    [255n, 255n, 255n, 8n, 8n, 5n, 65n, 65n, 65n],
    "ff FF 0xff 10 0o10 101 A U+0041 'A'",
  );
  ok(
    '%s|%10s|%-6s|%.2s|%q|%x',
    ['a', 'b', 'c', 'defg', 'h"\n', 'hi'],
    'a|         b|c     |de|"h\\"\\n"|6869',
  );
  ok('%v %v %v %v', ['a', 1n, 1.5, true], 'a 1 1.5 true');
  ok('%#v %#v', ['a"b', new GoList(['x'])], '"a\\"b" []interface {}{"x"}');
  ok('%T %T %T %T', ['a', 1n, 1.5, undefined], 'string int float64 <nil>');
  ok(
    '%.2f %8.3f %-8.1f| %+.1f %08.2f',
    [3.15159, 2.5, 2.25, 1.05, -3.5],
    '3.15    2.500 2.2     | +1.1 -0003.50',
  );
  ok('%e %E %g %G', [123456.789, 0.00012, 1e21, 1e-7], '1.234568e+05 1.200000E-04 1e+21 1E-07');
  ok('%.3g %.10g %g', [1234567, 0.1, 100000], '1.23e+06 0.1 100000');
  ok('%t', [false], 'false');
  ok('%d', ['x'], '%!d(string=x)');
  ok('%d', [1.5], '%!d(float64=1.5)');
  ok('%s', [1n], '%!s(int=1)');
  ok('%d %d', [1n], '1 %!d(MISSING)');
  ok('%d', [1n, 'x'], '1%!(EXTRA string=x)');
  ok('%', [], '%!(NOVERB)');
  ok('%z', [1n], '%!z(int=1)');
  ok('%[2]d %[1]d', [1n, 2n], '2 1');
  ok('%[5]d', [1n], '%!d(BADINDEX)');
  ok('%*d|%-*d|%.*f', [4n, 1n, 4n, 2n, 1n, 2.55], '   1|2   |2.5');
  ok('%v %d', [new GoList([1n, 2n]), new GoList([3n, 4n])], '[1 2] [3 4]');
  ok('%v', [GoMap.ofStrings({ b: '2', a: '1' })], 'map[a:1 b:2]');
  ok('%s', [undefined], '%!s(<nil>)');
});

describe('floats', () => {
  const ok = (value: number, made: string) =>
    it(made, () => expect(formatFloat(value, 'g')).toBe(made));
  ok(0, '0');
  ok(-0, '-0');
  ok(1e6, '1e+06');
  ok(999999, '999999');
  ok(123456789, '1.23456789e+08');
  ok(0.0001, '0.0001');
  ok(0.00001, '1e-05');
  ok(5e-324, '5e-324');
  ok(1.7976931348623157e308, '1.7976931348623157e+308');
  ok(Number.NaN, 'NaN');
  ok(Infinity, '+Inf');
  it('rounds half to even', () => {
    expect(formatFloat(2.5, 'f', 0)).toBe('2');
    expect(formatFloat(3.5, 'f', 0)).toBe('4');
    expect(formatFloat(0.5, 'f', 0)).toBe('0');
    expect(formatFloat(9.995, 'f', 2)).toBe('9.99');
    expect(formatFloat(99.95, 'f', 0)).toBe('100');
    expect(formatFloat(0.06, 'f', 1)).toBe('0.1');
    expect(formatFloat(0.004, 'f', 1)).toBe('0.0');
    expect(formatFloat(999.96, 'g', 4)).toBe('1000');
    expect(formatFloat(9999.6, 'g', 4)).toBe('1e+04');
    expect(formatFloat(0, 'e', 2)).toBe('0.00e+00');
  });
});

describe('times', () => {
  const moment = new GoTime(1_435_065_584_128_456_789n);
  const format = (layout: string): string =>
    moment.method('Format')?.call([layout], { charge: () => {}, execute: () => '' }) as string;
  const ok = (layout: string, made: string) => it(layout, () => expect(format(layout)).toBe(made));
  ok('2006-01-02T15:04:05Z07:00', '2015-06-23T13:19:44Z');
  ok('Mon Jan _2 03:04:05.000 PM MST 2006', 'Tue Jun 23 01:19:44.128 PM UTC 2015');
  ok(
    'Monday, 02-January-06 15:04:05.999999999 -0700',
    'Tuesday, 23-June-15 13:19:44.128456789 +0000',
  );
  ok('002 3:4:5', '174 1:19:44');
  it('durations', () => {
    const text = (nanoseconds: bigint): string => new GoDuration(nanoseconds).toText();
    expect(text(0n)).toBe('0s');
    expect(text(1500n)).toBe('1.5µs');
    expect(text(-90_000_000_000n)).toBe('-1m30s');
    expect(text(3_600_000_000_000n)).toBe('1h0m0s');
    expect(text(1_500_000_000n)).toBe('1.5s');
  });
});
