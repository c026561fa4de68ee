import { expect, it } from 'vitest';
import { type FullSpanRow, toStoredSpans } from './stored-spans.ts';

function rowOf(start: bigint, id: number, name = `${start} ${id}`): FullSpanRow {
  return {
    trace_id: new Uint8Array(16),
    span_id: new Uint8Array([id, 0, 0, 0, 0, 0, 0, 1]),
    parent_span_id: new Uint8Array(8),
    start_unix_nano: start,
    duration_nano: 1n,
    scope_id: 1n,
    service_name: '',
    name,
    kind: 0,
    status_code: 0,
    status_message: '',
    trace_state: '',
    flags: 0,
    attributes: new Map(),
    dropped_attributes_count: 0,
    event_name: [],
    event_time_unix_nano: [],
    event_attributes: [],
    event_dropped_attributes_count: [],
    dropped_events_count: 0,
    link_trace_id: [],
    link_span_id: [],
    link_trace_state: [],
    link_flags: [],
    link_attributes: [],
    link_dropped_attributes_count: [],
    dropped_links_count: 0,
  };
}

const namesOf = (...rows: FullSpanRow[]): string[] =>
  toStoredSpans(rows, new Map()).map(({ name }) => name);

it('has nothing of nothing', () => expect(namesOf()).toEqual([]));
it('orders by start, then by id', () => {
  expect(namesOf(rowOf(7n, 200), rowOf(7n, 3), rowOf(-5n, 9))).toEqual(['-5 9', '7 3', '7 200']);
});
it('keeps one of an identity, the last', () => {
  const rows = [rowOf(1n, 1, 'a'), rowOf(2n, 1, 'other start'), rowOf(1n, 1, 'b')];
  expect(namesOf(...rows)).toEqual(['b', 'other start']);
});
it('tells starts apart that are one double', () => {
  const far = 1_700_000_000_000_000_000n;
  const rows = [rowOf(0n, 1), rowOf(far + 1n, 1), rowOf(far, 1), rowOf(far, 2)];
  expect(namesOf(...rows)).toEqual(['0 1', `${far} 1`, `${far} 2`, `${far + 1n} 1`]);
});
