// What the scanners of all types of data points share.

import type { MetricRows } from '#model/metric-rows.ts';
import type { Body } from './body.ts';
import type { ExemplarScanner } from './exemplars.ts';
import type { MetricFamily } from './metric-family.ts';
import type { PointTimes } from './point-times.ts';
import type { RejectionReason } from './rejections.ts';
import type { SeriesScanner } from './series.ts';

export interface PointParts {
  readonly body: Body;
  readonly rows: MetricRows;
  readonly times: PointTimes;
  readonly series: SeriesScanner;
  readonly exemplars: ExemplarScanner;
}

/** Reads one data point, which the reader is in; false when it was rejected. */
export interface PointScanner {
  point(family: MetricFamily, isDelta: boolean): boolean;
}

/** DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK: the series ends here. */
export const noRecordedValue = 1;

export const tooLarge =
  'with an attribute or body larger than ingest.max_attribute_bytes or nested too deep';

/** Rejects the data point that the reader is in; always false. */
export function reject(parts: PointParts, reason: RejectionReason, family: MetricFamily): false {
  const { reader, rejections } = parts.body;
  const end = reader.limit;
  rejections.add(reason, () => {
    return `data point of ${JSON.stringify(family.otelName.slice(0, 100))} before byte ${end}`;
  });
  return false;
}
