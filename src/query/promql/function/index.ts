// Every PromQL function, by the name that a query calls it. To add one: its file, and a line here.
import { absent, absentOverTime } from './absent.ts';
import { changes, resets } from './change.ts';
import { clamp, clampMax, clampMin } from './clamp.ts';
import * as date from './date.ts';
import type { FunctionDefinition } from './definition.ts';
import { delta } from './delta.ts';
import { info } from './enrich.ts';
import { histogramFraction } from './histogram-fraction.ts';
import * as histogramPart from './histogram-part.ts';
import { histogramQuantile, histogramQuantiles } from './histogram-quantile.ts';
import { increase } from './increase.ts';
import { idelta, irate } from './instant-delta.ts';
import { labelJoin } from './label-join.ts';
import { labelReplace } from './label-replace.ts';
import * as math from './math.ts';
import * as overTime from './over-time.ts';
import { quantileOverTime } from './quantile-over-time.ts';
import { rate } from './rate.ts';
import { deriv, predictLinear } from './regression.ts';
import * as scalar from './scalar.ts';
import { doubleExponentialSmoothing } from './smoothing.ts';
import { sort, sortByLabel, sortByLabelDesc, sortDesc } from './sort.ts';
import { startTimestamp } from './start-timestamp.ts';
import { timestamp } from './timestamp.ts';

const all: readonly FunctionDefinition[] = [
  absent,
  absentOverTime,
  changes,
  clamp,
  clampMax,
  clampMin,
  ...Object.values(date),
  delta,
  deriv,
  doubleExponentialSmoothing,
  histogramFraction,
  ...Object.values(histogramPart),
  histogramQuantile,
  histogramQuantiles,
  idelta,
  increase,
  info,
  irate,
  labelJoin,
  labelReplace,
  ...Object.values(math),
  ...Object.values(overTime),
  predictLinear,
  quantileOverTime,
  rate,
  resets,
  ...Object.values(scalar),
  sort,
  sortByLabel,
  sortByLabelDesc,
  sortDesc,
  startTimestamp,
  timestamp,
];

export const functions: ReadonlyMap<string, FunctionDefinition> = new Map(
  all.map((definition) => [definition.name, definition]),
);
