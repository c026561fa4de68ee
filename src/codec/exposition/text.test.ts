import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../../test/lib/exposition-entries.ts';
import { type PageFormat, pageFormatOf } from './content-type.ts';
import { formatBound, parseFloatText, readFloat } from './float.ts';

const labelsOf = (page: string, format: PageFormat = 'text') =>
  entriesOf(page, format)
    .filter(({ kind }) => kind === 'series')
    .map(({ labels }) => labels);

const refuses = (format: PageFormat, page: string, message: string) =>
  it(JSON.stringify(page), () =>
    expect(() => entriesOf(page, format)).toThrow(expect.objectContaining({ message })),
  );

describe('the text format', () => {
  it('has blanks, blank lines and comments nearly everywhere', () => {
    const page = '\n  # a comment\n#\n \t a { x = "1" , } \t 1 \t 5 \nb 2';
    expect(entriesOf(page, 'text')).toMatchObject([
      { labels: { __name__: 'a', x: '1' }, value: 1, timeMs: 5 },
      { labels: { __name__: 'b' }, value: 2 },
    ]);
  });

  it('has quoted names', () => {
    expect(labelsOf('{"a.b","c d"="1",e="2"} 1\n')).toEqual([
      { __name__: 'a.b', 'c d': '1', e: '2' },
    ]);
    expect(labelsOf('{e="2","a.b"} 1\n')).toEqual([{ __name__: 'a.b', e: '2' }]);
  });

  it('has escapes in values and help', () => {
    expect(labelsOf('a{x="\\\\ \\" \\n \\t"} 1\n')).toEqual([{ __name__: 'a', x: '\\ " \n \\t' }]);
    expect(entriesOf('# HELP a one\\ntwo \\\\ \\"\n', 'text')).toMatchObject([
      { text: 'one\ntwo \\ \\"' },
    ]);
  });

  it('leaves empty values out and bounds in one form', () => {
    const page = '# TYPE h histogram\nh_bucket{le="5",x=""} 1\nh_bucket{le="1e3"} 1\n';
    expect(labelsOf(page)).toEqual([
      { __name__: 'h_bucket', le: '5.0' },
      { __name__: 'h_bucket', le: '1000.0' },
    ]);
  });

  describe('refuses, and says where', () => {
    const bad = (page: string, message: string) => refuses('text', page, message);
    bad('a 1\nb{x=1} 2\n', 'line 2, column 5: expected the value of a label in quotes, found "1"');
    bad('a\n', 'line 1, column 2: expected the value of the sample, found the end of the line');
    bad('a 1x\n', 'line 1, column 3: expected the value of the sample, found "1x"');
    bad(
      'a 1 2 3\n',
      'line 1, column 7: expected the end of the line after the timestamp, found "3"',
    );
    bad('a{x="ä"} 1\n{y="1"} 2\n', 'line 2, column 1: the series has no metric name');
    bad('# TYPE a thing\n', 'line 1, column 10: unknown type "thing"');
    bad('a{x="1} 2\n', 'line 1, column 5: the value of a label in quotes is not closed');
    bad('a{x="1",x="2"} 1\n', 'label name "x" comes twice in a series');
    bad('a 1e999\n', 'line 1, column 3: expected the value of the sample, found "1e999"');
  });
});

describe('OpenMetrics', () => {
  it('has exemplars, units and times in seconds', () => {
    const page =
      '# UNIT a_seconds seconds\na_seconds_total{x="1"} 2 1.5 # {t="x"} 0.5 2.25\n# EOF\n';
    expect(entriesOf(page, 'openmetrics')).toMatchObject([
      { kind: 'unit', family: 'a_seconds', text: 'seconds' },
      { value: 2, timeMs: 1500, exemplars: [{ labels: { t: 'x' }, value: 0.5, timeMs: 2250 }] },
    ]);
  });

  describe('refuses, and says where', () => {
    const bad = (page: string, message: string) => refuses('openmetrics', page, message);
    bad('a 1\n', 'line 2, column 1: the page does not end with # EOF');
    bad('a 1\n# EOF\nb 1\n', 'line 3, column 1: something comes after # EOF');
    bad('a  1\n# EOF\n', 'line 1, column 3: expected the value of the sample, found " "');
    bad('# nothing\n# EOF\n', 'line 1, column 1: expected # HELP, # TYPE, # UNIT or # EOF');
    bad(
      '# UNIT a seconds\n# EOF\n',
      'line 1, column 10: unit "seconds" is not the end of the metric name "a"',
    );
    bad(
      'a 1 # {x="1"}\n# EOF\n',
      'line 1, column 14: expected a blank and the value of the exemplar, found the end of the line',
    );
  });
});

describe('numbers', () => {
  const ok = (text: string, value: number) =>
    it(text, () => {
      expect(readFloat(Buffer.from(text), 0, text.length)).toBe(value);
      expect(parseFloatText(text)).toBe(value);
    });
  ok('0', 0);
  ok('+1', 1);
  ok('-1.5', -1.5);
  ok('.5', 0.5);
  ok('5.', 5);
  ok('1e3', 1000);
  ok('9007199254740993', 9007199254740992);
  ok('0.1234567890123456789', 0.12345678901234568);
  ok('+inf', Number.POSITIVE_INFINITY);
  ok('-Infinity', Number.NEGATIVE_INFINITY);
  ok('NaN', Number.NaN);
  for (const text of ['', '.', '-', '1_0', '0x1', '1e', 'infinite', '+nan', '1 ', '1e400']) {
    it(`refuses '${text}'`, () =>
      expect(readFloat(Buffer.from(text), 0, text.length)).toBeUndefined());
  }

  const bound = (value: number, text: string) =>
    it(`writes ${text}`, () => expect(formatBound(value)).toBe(text));
  bound(1, '1.0');
  bound(0.25, '0.25');
  bound(1e-7, '1e-07');
  bound(1e21, '1e+21');
  bound(250000, '250000.0');
  bound(1e6, '1e+06');
  bound(123456789, '1.23456789e+08');
  bound(Number.POSITIVE_INFINITY, '+Inf');
});

describe('the format of a page', () => {
  const of = (contentType: string, format: PageFormat) =>
    it(contentType, () => expect(pageFormatOf(contentType, undefined)).toBe(format));
  of('text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8', 'text');
  of('Application/OpenMetrics-Text; version=1.0.0', 'openmetrics');
  of('application/vnd.google.protobuf; encoding=delimited', 'protobuf');

  it('is the fallback when it is not known', () => {
    expect(pageFormatOf('text/html', 'openmetrics')).toBe('openmetrics');
    expect(pageFormatOf('', 'text')).toBe('text');
    expect(() => pageFormatOf('text/html', undefined)).toThrow('sends Content-Type "text/html"');
    expect(() => pageFormatOf('', undefined)).toThrow('sends no Content-Type');
  });
});
