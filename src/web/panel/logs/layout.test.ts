import { describe, expect, it } from 'vitest';
import { type LogRow, levelOf, spanIdOf, toLevel, traceIdOf } from '../../frame/log-row.ts';
import type { SeriesFrame } from '../../frame/series.ts';
import {
  appendPage,
  fieldsOf,
  inlineFields,
  jsonFields,
  layoutHistogram,
  textOf,
} from './layout.ts';

const row = (id: string, line = 'text', metadata = {}): LogRow => ({
  id,
  timeNano: 1n,
  line,
  stream: { service_name: 'api' },
  metadata,
  parsed: {},
  level: 'info',
});
const counts = (level: string, ...points: [number, number][]): SeriesFrame => ({
  labels: { detected_level: level },
  times: Float64Array.from(points, ([at]) => at),
  values: Float64Array.from(points, ([, value]) => value),
});

describe('levels', () => {
  const ok = (text: string, level: string) => it(text, () => expect(toLevel(text)).toBe(level));
  ok('WARNING', 'warn');
  ok('ERROR2', 'error');
  ok('Information', 'info');
  ok('panic', 'fatal');
  ok('loud', 'unknown');
  it('reads severity numbers', () => {
    expect(levelOf({ severity_number: '9' })).toBe('info');
    expect(levelOf({ severity_number: '17' })).toBe('error');
  });
});

describe('layoutHistogram', () => {
  const scene = layoutHistogram(
    [counts('error', [1000, 1], [2000, 0]), counts('info', [1000, 3], [3000, 2])],
    { grid: { fromMs: 0, toMs: 3000, stepMs: 1000 }, width: 300, height: 40 },
  );
  it('stacks levels, the worst at the foot', () =>
    expect(scene.bars[0]).toMatchObject({
      fromMs: 0,
      toMs: 1000,
      x: 0,
      width: 99,
      total: 4,
      parts: [
        { level: 'error', y: 30, height: 10 },
        { level: 'info', y: 0, height: 30 },
      ],
    }));
  it('leaves steps without lines empty', () =>
    expect(scene.bars.map(({ fromMs }) => fromMs)).toEqual([0, 2000]));
  it('counts the range', () =>
    expect(scene.totals).toEqual([
      { level: 'error', count: 1 },
      { level: 'info', count: 5 },
    ]));
  it('takes no series at all', () =>
    expect(
      layoutHistogram([], { grid: { fromMs: 0, toMs: 1, stepMs: 1 }, width: 1, height: 1 }),
    ).toEqual({ bars: [], totals: [], yTicks: [] }));
});

describe('fields', () => {
  it('say where they come from', () =>
    expect(
      fieldsOf(row('1', '{"user":{"id":7},"tags":["a"],"a.b":null}', { b: '2', a: '1' })),
    ).toEqual([
      { name: 'service_name', value: 'api', source: 'stream' },
      { name: 'a', value: '1', source: 'metadata' },
      { name: 'b', value: '2', source: 'metadata' },
      { name: 'user_id', value: '7', source: 'line', parser: 'json' },
    ]));
  it('are found in logfmt', () =>
    expect(
      fieldsOf(row('1', 'level=info http.status=200 msg="a \\"b\\" c" empty= msg=x')).slice(1),
    ).toEqual([
      { name: 'http_status', value: '200', source: 'line', parser: 'logfmt' },
      { name: 'level', value: 'info', source: 'line', parser: 'logfmt' },
      { name: 'msg', value: 'a "b" c', source: 'line', parser: 'logfmt' },
    ]));
  it('are none in prose', () => expect(fieldsOf(row('1', 'a = b, c=d')).length).toBe(1));
  it('are none in a line that only looks like JSON', () => expect(jsonFields('{oops')).toEqual({}));
  it('are shown behind the message when they say something', () =>
    expect(
      inlineFields(
        row('1', '', { sku: 'BK-1', trace_id: 'x', severity_text: 'info', scope_name: 'y' }),
        false,
      ),
    ).toEqual([{ name: 'sku', value: 'BK-1' }]));
  it('find the trace', () => {
    const id = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(traceIdOf(row('1', '', { trace_id: id }))).toBe(id);
    expect(traceIdOf(row('1', '', { trace_id: 'no' }))).toBeUndefined();
    expect(traceIdOf(row('1', `{"TraceId":"${id.toUpperCase()}"}`))).toBe(id);
    expect(spanIdOf(row('1', 'dd.span_id=255'))).toBe('00000000000000ff');
  });
  it('and the message stand for a line that is JSON', () => {
    const line = JSON.stringify({
      level: 30,
      time: 1,
      pid: 2,
      msg: 'paid',
      amount: 7,
      traceId: '',
    });
    expect(textOf(row('1', line), false)).toBe('paid');
    expect(inlineFields(row('1', line), false)).toEqual([{ name: 'amount', value: '7' }]);
    expect(textOf(row('1', line), true)).toBe(line);
    expect(inlineFields(row('1', line), true)).toEqual([]);
    expect(textOf(row('1', 'msg=paid'), false)).toBe('msg=paid');
  });
});

describe('appendPage', () => {
  it('keeps each line once', () =>
    expect(appendPage([row('3'), row('2')], [row('2'), row('1')]).map(({ id }) => id)).toEqual([
      '3',
      '2',
      '1',
    ]));
});
