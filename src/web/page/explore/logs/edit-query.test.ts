import { describe, expect, it } from 'vitest';
import {
  addFieldFilter,
  allLogs,
  isLineQuery,
  logsOfTrace,
  toggleLevel,
  withoutFilters,
} from './edit-query.ts';

describe('addFieldFilter', () => {
  const ok = (
    query: string,
    source: 'stream' | 'metadata' | 'line',
    isKept: boolean,
    expected: string,
  ) =>
    it(`${query} ${source} ${isKept}`, () =>
      expect(addFieldFilter(query, { name: 'app', value: 'a"b', source, isKept })).toBe(expected));
  ok('{x="1"}', 'stream', true, '{x="1", app="a\\"b"}');
  ok('{x="1"} |= "}"', 'stream', false, '{x="1", app!="a\\"b"} |= "}"');
  ok('{app=~".+"}', 'stream', true, '{app="a\\"b"}');
  ok('{x="}"}', 'metadata', true, '{x="}"} | app="a\\"b"');
  ok('{x="1"}', 'line', true, '{x="1"} | json | app="a\\"b"');
  ok('{x="1"} | logfmt', 'line', false, '{x="1"} | logfmt | app!="a\\"b"');
  ok('{x="1"} | app="a\\"b"', 'metadata', true, '{x="1"} | app="a\\"b"');
  it('finds a field as the line is written', () => {
    const field = {
      name: 'a',
      value: '1',
      source: 'line',
      parser: 'logfmt',
      isKept: true,
    } as const;
    expect(addFieldFilter('{x="1"}', field)).toBe('{x="1"} | logfmt | a="1"');
  });
  ok('rate({x="1"}[1m])', 'metadata', true, 'rate({x="1"}[1m])');
});

describe('toggleLevel', () => {
  it('narrows, changes and widens again', () => {
    const narrow = toggleLevel(allLogs, 'error');
    expect(narrow).toBe(`${allLogs} | detected_level="error"`);
    expect(toggleLevel(narrow, 'warn')).toBe(`${allLogs} | detected_level="warn"`);
    expect(toggleLevel(narrow, 'error')).toBe(allLogs);
  });
});

describe('queries', () => {
  it('know lines from numbers', () => {
    expect(isLineQuery('{a="{"} | json')).toBe(true);
    expect(isLineQuery('sum(rate({a="b"}[1m]))')).toBe(false);
  });
  it('lose their filters', () => expect(withoutFilters('{a="}"} |= "x" | json')).toBe('{a="}"}'));
  it('of a trace', () =>
    expect(logsOfTrace({ serviceName: 'api', traceId: 'ab', spanId: 'cd' })).toBe(
      '{service_name="api"} | trace_id="ab" | span_id="cd"',
    ));
});
