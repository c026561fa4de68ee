// Exemplars of a data point, from the wire to otel_exemplars. They are read after the rest of the data
// point, when its series is known.
//
//   Exemplar { KeyValue filtered_attributes = 7, fixed64 time_unix_nano = 2, oneof: double as_double = 3,
//              sfixed64 as_int = 6, bytes span_id = 4, bytes trace_id = 5 }

import type { MetricRows, SeriesName } from '#model/metric-rows.ts';
import { msOfNanoHalves } from '#model/unit.ts';
import type { Body } from './body.ts';
import type { MetricFamily } from './metric-family.ts';
import { NumberValue } from './number-value.ts';
import type { PointTimes } from './point-times.ts';
import type { SeriesScanner } from './series.ts';
import { appendId } from './span-id.ts';

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** Makes the series of an exemplar with this value the current one of the SeriesScanner. */
export type EnterSeries = (value: number, family: MetricFamily) => SeriesName;

export class ExemplarScanner {
  readonly #body: Body;
  readonly #rows: MetricRows;
  readonly #value = new NumberValue();
  #from = 0;
  #count = 0;

  constructor(body: Body, rows: MetricRows) {
    this.#body = body;
    this.#rows = rows;
  }

  /** Another data point. */
  begin(): void {
    this.#count = 0;
  }

  /** Goes over an exemplar, behind its tag. */
  pass(): void {
    const { reader } = this.#body;
    this.#body.countPart();
    if (this.#count++ === 0) this.#from = reader.tagAt;
    reader.skip();
  }

  /** Reads what was passed; the reader is in the data point, whose exemplars have the tag `tag`. */
  append(
    tag: number,
    times: PointTimes,
    series: SeriesScanner,
    family: MetricFamily,
    enter: EnterSeries,
  ): void {
    if (this.#count === 0) return;
    const { reader } = this.#body;
    reader.at = this.#from;
    while (reader.at < reader.limit) {
      if (reader.tag() !== tag) {
        reader.skip();
        continue;
      }
      const outer = reader.enter();
      this.#exemplar(times, series, family, enter);
      reader.leave(outer);
    }
  }

  /** A time that is left out or outside of the limits is that of the data point. */
  #isTimely(low: number, high: number): boolean {
    const { times } = this.#body;
    return (low !== 0 || high !== 0) && !times.isTooOld(low, high) && !times.isTooNew(low, high);
  }

  #exemplar(
    times: PointTimes,
    series: SeriesScanner,
    family: MetricFamily,
    enter: EnterSeries,
  ): void {
    const { reader, values } = this.#body;
    const { exemplars } = this.#rows;
    const value = this.#value;
    value.clear();
    let timeMs = times.timeMs;
    let traceIdFrom = 0;
    let traceIdTo = 0;
    let spanIdFrom = 0;
    let spanIdTo = 0;
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x11:
          reader.fixed64();
          if (this.#isTimely(reader.low, reader.high)) {
            timeMs = msOfNanoHalves(reader.low, reader.high);
          }
          break;
        case 0x19:
          value.readDouble(reader);
          break;
        case 0x22:
          spanIdTo = reader.passBytes();
          spanIdFrom = reader.from;
          break;
        case 0x2a:
          traceIdTo = reader.passBytes();
          traceIdFrom = reader.from;
          break;
        case 0x31:
          value.readInt(reader);
          break;
        case 0x3a:
          values.attribute(exemplars.attributes);
          break;
        default:
          reader.skip();
      }
    }
    halves[0] = value.low;
    halves[1] = value.high;
    const name = enter(double[0] as number, family);
    this.#rows.exemplar(name, series.idLow, series.idHigh, timeMs);
    exemplars.value.data.u64(value.low, value.high);
    appendId(exemplars.trace_id, reader.bytes, traceIdFrom, traceIdTo);
    appendId(exemplars.span_id, reader.bytes, spanIdFrom, spanIdTo);
    exemplars.attributes.endRow();
    if (values.isTooLarge) {
      values.isTooLarge = false;
      this.#body.rejections.warn(
        'an attribute of an exemplar is larger than ingest.max_attribute_bytes: left out',
      );
    }
  }
}
