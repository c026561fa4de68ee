// The columns of pushed lines and their streams, named as in the store. What no push can say is filled
// in at the end, all rows at once.
import { isUtf8 } from 'node:buffer';
import { appendArrivals } from '#model/arrival.ts';
import type { Pairs } from '#model/canonical.ts';
import { appendMap, type Column } from '#model/column.ts';
import { capacityOf, clearColumns, type Reusable } from '#model/column-pool.ts';
import { LevelColumns } from '#model/log-level-columns.ts';
import { logRecordColumns, logStreamColumns } from '#model/log-rows.ts';

/** One row is `time`, `line`, the `attribute`s, `ids` and `level`. */
export class PushColumns implements Reusable {
  readonly streams = logStreamColumns();
  /** Of records. */
  readonly all: Readonly<Record<string, Column>>;
  readonly #records = logRecordColumns();
  readonly #levels = new LevelColumns();
  #rowsWithoutIds = 0;

  constructor() {
    this.all = { ...this.#records, ...this.#levels.columns };
  }

  get capacity(): number {
    return capacityOf(this.all) + capacityOf(this.streams);
  }

  clear(): void {
    clearColumns(this.all);
    clearColumns(this.streams);
  }

  stream(idLow: number, idHigh: number, day: number, labels: Pairs, service: string): void {
    const { streams } = this;
    streams.stream_id.data.u64(idLow, idHigh);
    appendMap(streams.labels, labels);
    streams.day.data.i32(day);
    streams.service_name.appendText(service);
    streams.resource_attributes.endRow();
    streams.scope_attributes.endRow();
    streams.resource_dropped_attributes_count.data.u32(0);
    streams.scope_dropped_attributes_count.data.u32(0);
    streams.resource_schema_url.appendEmpty();
    streams.scope_name.appendEmpty();
    streams.scope_version.appendEmpty();
    streams.scope_schema_url.appendEmpty();
  }

  time(low: number, high: number): void {
    this.#records.time_unix_nano.data.u64(low, high);
  }

  line(idLow: number, idHigh: number, bytes: Uint8Array, from: number, to: number): void {
    const { stream_id, body } = this.#records;
    stream_id.data.u64(idLow, idHigh);
    const line = bytes.subarray(from, to);
    if (isUtf8(line)) body.appendAll(line);
    else body.appendUtf8(bytes, from, to);
  }

  attribute(name: string, stored: string): void {
    const [keys, values] = this.#records.attributes.elements;
    keys.appendText(name);
    values.appendText(stored);
  }

  /** In hexadecimal digits, or ''. */
  ids(trace: string, span: string): void {
    if (trace === '' && span === '') {
      this.#rowsWithoutIds++;
      return;
    }
    this.#fillIds();
    appendHex(this.#records.trace_id.data, trace, 16);
    appendHex(this.#records.span_id.data, span, 8);
  }

  /** Ends the row: what the sender said, or what the line says; '' is what stands in an attribute. */
  level(said: string | undefined, bytes: Uint8Array, from: number, to: number): void {
    this.#records.attributes.endRow();
    this.#levels.append(said, bytes, from, to);
  }

  #fillIds(): void {
    this.#records.trace_id.data.zeros(this.#rowsWithoutIds * 16);
    this.#records.span_id.data.zeros(this.#rowsWithoutIds * 8);
    this.#rowsWithoutIds = 0;
  }

  finish(): void {
    this.#fillIds();
    const records = this.#records;
    const { rows } = records.body;
    records.observed_time_unix_nano.data.zeros(rows * 8);
    records.severity_number.data.zeros(rows);
    records.severity_text.appendEmpties(rows);
    records.flags.data.zeros(rows * 4);
    records.event_name.appendEmpties(rows);
    records.body_type.data.zeros(rows);
    records.dropped_attributes_count.data.zeros(rows * 4);
    appendArrivals(records.arrival, rows);
  }
}

function appendHex(
  target: { u8(value: number): void; zeros(count: number): void },
  hex: string,
  width: number,
): void {
  if (hex === '') target.zeros(width);
  else for (let i = 0; i < hex.length; i += 2) target.u8(Number.parseInt(hex.slice(i, i + 2), 16));
}
