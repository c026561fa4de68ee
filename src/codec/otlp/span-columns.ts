// The columns of otel_spans, named as in the store, and those of their scopes.
import {
  array,
  fixedString,
  int64,
  string,
  stringMap,
  uint8,
  uint32,
  uint64,
} from '#model/column.ts';
import { ColumnPool, capacityOf, clearColumns, type Reusable } from '#model/column-pool.ts';
import { scopeColumns } from './origin-rows.ts';

export const spanColumns = () => ({
  trace_id: fixedString(16),
  span_id: fixedString(8),
  parent_span_id: fixedString(8),
  start_unix_nano: int64(),
  duration_nano: int64(),
  scope_id: uint64(),
  service_name: string(),
  name: string(),
  kind: uint8(),
  status_code: uint8(),
  status_message: string(),
  trace_state: string(),
  flags: uint32(),
  attributes: stringMap(),
  dropped_attributes_count: uint32(),
  event_time_unix_nano: array(int64()),
  event_name: array(string()),
  event_attributes: array(stringMap()),
  event_dropped_attributes_count: array(uint32()),
  dropped_events_count: uint32(),
  link_trace_id: array(fixedString(16)),
  link_span_id: array(fixedString(8)),
  link_trace_state: array(string()),
  link_flags: array(uint32()),
  link_attributes: array(stringMap()),
  link_dropped_attributes_count: array(uint32()),
  dropped_links_count: uint32(),
  arrival: uint32(),
});

export type SpanColumns = ReturnType<typeof spanColumns>;

/** What a body of spans becomes. */
export class SpanRows implements Reusable {
  readonly columns = spanColumns();
  readonly scopes = scopeColumns();

  clear(): void {
    clearColumns(this.columns);
    clearColumns(this.scopes);
  }

  get capacity(): number {
    return capacityOf(this.columns) + capacityOf(this.scopes);
  }
}

export const spanRowsPool = new ColumnPool(() => new SpanRows());
