// Events and links of spans, from the wire to their array columns.
//
//   Event { fixed64 time_unix_nano = 1, string name = 2, KeyValue attributes = 3,
//           uint32 dropped_attributes_count = 4 }
//   Link  { bytes trace_id = 1, bytes span_id = 2, string trace_state = 3, KeyValue attributes = 4,
//           uint32 dropped_attributes_count = 5, fixed32 flags = 6 }
import type { Body } from './body.ts';
import type { SpanColumns } from './span-columns.ts';
import { appendId } from './span-id.ts';

export class SpanPartScanner {
  readonly #body: Body;
  readonly #columns: SpanColumns;
  #events = 0;
  #links = 0;

  constructor(body: Body, columns: SpanColumns) {
    this.#body = body;
    this.#columns = columns;
  }

  /** Reads an Event, behind its tag. */
  event(): void {
    const { reader, values } = this.#body;
    const columns = this.#columns;
    const [attributes] = columns.event_attributes.elements;
    const outer = reader.enter();
    this.#body.countPart();
    let timeLow = 0;
    let timeHigh = 0;
    let nameFrom = 0;
    let nameTo = 0;
    let dropped = 0;
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x09:
          reader.fixed64();
          timeLow = reader.low;
          timeHigh = reader.high;
          break;
        case 0x12:
          nameTo = reader.passBytes();
          nameFrom = reader.from;
          break;
        case 0x1a:
          values.attribute(attributes);
          break;
        case 0x20:
          dropped = reader.varint();
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(outer);
    columns.event_time_unix_nano.elements[0].data.u64(timeLow, timeHigh);
    columns.event_name.elements[0].appendUtf8(reader.bytes, nameFrom, nameTo);
    attributes.endRow();
    columns.event_dropped_attributes_count.elements[0].data.u32(dropped);
    this.#events++;
  }

  /** Reads a Link, behind its tag. */
  link(): void {
    const { reader, values } = this.#body;
    const columns = this.#columns;
    const [attributes] = columns.link_attributes.elements;
    const outer = reader.enter();
    this.#body.countPart();
    let traceIdFrom = 0;
    let traceIdTo = 0;
    let spanIdFrom = 0;
    let spanIdTo = 0;
    let traceStateFrom = 0;
    let traceStateTo = 0;
    let dropped = 0;
    let flags = 0;
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x0a:
          traceIdTo = reader.passBytes();
          traceIdFrom = reader.from;
          break;
        case 0x12:
          spanIdTo = reader.passBytes();
          spanIdFrom = reader.from;
          break;
        case 0x1a:
          traceStateTo = reader.passBytes();
          traceStateFrom = reader.from;
          break;
        case 0x22:
          values.attribute(attributes);
          break;
        case 0x28:
          dropped = reader.varint();
          break;
        case 0x35:
          flags = reader.fixed32();
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(outer);
    appendId(columns.link_trace_id.elements[0], reader.bytes, traceIdFrom, traceIdTo);
    appendId(columns.link_span_id.elements[0], reader.bytes, spanIdFrom, spanIdTo);
    columns.link_trace_state.elements[0].appendUtf8(reader.bytes, traceStateFrom, traceStateTo);
    attributes.endRow();
    columns.link_dropped_attributes_count.elements[0].data.u32(dropped);
    columns.link_flags.elements[0].data.u32(flags);
    this.#links++;
  }

  /** Ends the span that the events and links belong to. */
  endRow(): void {
    const columns = this.#columns;
    columns.event_time_unix_nano.closeRow(this.#events);
    columns.event_name.closeRow(this.#events);
    columns.event_attributes.closeRow(this.#events);
    columns.event_dropped_attributes_count.closeRow(this.#events);
    columns.link_trace_id.closeRow(this.#links);
    columns.link_span_id.closeRow(this.#links);
    columns.link_trace_state.closeRow(this.#links);
    columns.link_flags.closeRow(this.#links);
    columns.link_attributes.closeRow(this.#links);
    columns.link_dropped_attributes_count.closeRow(this.#links);
    this.#events = 0;
    this.#links = 0;
  }
}
