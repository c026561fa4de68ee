import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../eval/read-lines.ts';
import { detectFields, fieldValues } from './detect.ts';
import { parseLine } from './parse.ts';
import { printSize, typeOf } from './type.ts';

describe('typeOf', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['0', 'int'],
    ['-17', 'int'],
    ['9223372036854775808', 'float'],
    ['1.5', 'float'],
    ['1e9', 'float'],
    ['NaN', 'float'],
    ['true', 'boolean'],
    ['T', 'boolean'],
    ['yes', 'string'],
    ['1h2m', 'duration'],
    ['1.5ms', 'duration'],
    ['1d', 'string'],
    ['10KiB', 'bytes'],
    ['5 MB', 'bytes'],
    ['1,024', 'bytes'],
    ['', 'string'],
    ['10.0.0.1', 'string'],
  ];
  for (const [value, type] of cases) it(value, () => expect(typeOf(value)).toBe(type));
});

describe('printSize', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['1GiB', '1.1GB'],
    ['538KB', '538kB'],
    ['9B', '9B'],
    ['12', undefined],
    ['1x', undefined],
  ];
  for (const [value, printed] of cases) it(value, () => expect(printSize(value)).toBe(printed));
});

it('finds fields of JSON with their paths, else of logfmt', () => {
  const line = '{"a":{"b c":[1],"d.e":"x"},"n":null,"t":true,"7":1.5,"a_d_e":"later"}';
  expect(parseLine(line)).toEqual({
    parser: 'json',
    fields: [
      { name: 'a_d_e', value: 'x', path: ['a', 'd.e'] },
      { name: 't', value: 'true', path: ['t'] },
      { name: '_7', value: '1.5', path: ['7'] },
    ],
  });
  expect(parseLine('{"a":1').parser).toBe('logfmt');
  expect(parseLine('a=1 b= c "x').fields).toEqual([{ name: 'a', value: '1', path: undefined }]);
});

const entry = (line: string, some: Partial<LogEntry> = {}): LogEntry => ({
  timeNano: 1n,
  line,
  stream: {},
  metadata: {},
  parsed: {},
  ...some,
});

describe('detectFields', () => {
  it('tells where a field comes from', () => {
    const entries = [
      entry('{"a":1,"k":"x"}', { metadata: { k: 'y' } }),
      entry('a=2.5', { stream: { app: 'z' } }),
    ];
    expect(detectFields(entries, 10)).toEqual([
      { label: 'k', type: 'string', cardinality: 2, parsers: ['json'], jsonPath: ['k'] },
      { label: 'a', type: 'float', cardinality: 2, parsers: ['json', 'logfmt'], jsonPath: ['a'] },
    ]);
  });
  it('leaves stream labels their names', () => {
    const [field] = detectFields([entry('app=inner', { stream: { app: 'outer' } })], 10);
    expect(field).toMatchObject({ label: 'app_extracted' });
  });
  it('takes what parsers of the query found, without errors', () => {
    const parsed = { made: 'up', x: '1', __error__: 'JSONParserErr' };
    const labels = detectFields([entry('x=1', { parsed })], 10).map(({ label }) => label);
    expect(labels).toEqual(['made', 'x']);
  });
  it('gives no more fields than asked for, and counts those', () => {
    const fields = detectFields([entry('a=1 b=2'), entry('a=2 b=3')], 1);
    expect(fields).toMatchObject([{ label: 'a', cardinality: 2 }]);
  });
  it('finds nothing in plain text', () => {
    expect(detectFields([entry('nothing to see')], 10)).toEqual([]);
  });
});

it('gives the values of a field, sizes so that a query takes them', () => {
  const entries = ['size=1GiB', 'size=10', 'size=1GiB other=5'].map((line) => entry(line));
  expect(fieldValues(entries, 'size', 10)).toEqual(['1.1GB', '10']);
  expect(fieldValues(entries, 'size', 1)).toEqual(['1.1GB']);
  expect(fieldValues([entry('', { metadata: { size: '1GiB' } })], 'size', 10)).toEqual(['1GiB']);
});
