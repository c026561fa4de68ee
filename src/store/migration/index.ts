// Every migration, in order; append only. They are text in the program, so that a bundle has them.
import { spansLogsMetrics } from './001-spans-logs-metrics.ts';
import { nativeHistograms } from './002-native-histograms.ts';
import { fewerMerges } from './003-fewer-merges.ts';
import { logLevels } from './004-log-levels.ts';
import { logArrival } from './005-log-arrival.ts';
import { edgeHalves } from './006-edge-halves.ts';
import { spansByMinute, spansByMinuteRebuild } from './007-spans-by-minute.ts';
import { spanArrival } from './008-span-arrival.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** Is done after `sql`. */
  readonly rebuild?: Rebuild;
}

/** Another order of the rows of a table: see rebuild.ts. */
export interface Rebuild {
  readonly name: string;
  /** As the engine prints them in system.tables; without parentheses. */
  readonly primaryKey: string;
  readonly orderBy: string;
  /** Another has taken its place; a table that is left as it is keeps it. */
  readonly dropIndex: string;
  readonly settings: string;
}

export const migrations: readonly Migration[] = [
  { version: 1, name: 'spans-logs-metrics', sql: spansLogsMetrics },
  { version: 2, name: 'native-histograms', sql: nativeHistograms },
  { version: 3, name: 'fewer-merges', sql: fewerMerges },
  { version: 4, name: 'log-levels', sql: logLevels },
  { version: 5, name: 'log-arrival', sql: logArrival },
  { version: 6, name: 'edge-halves', sql: edgeHalves },
  {
    version: 7,
    name: 'spans-by-minute',
    sql: spansByMinute,
    rebuild: spansByMinuteRebuild,
  },
  { version: 8, name: 'span-arrival', sql: spanArrival },
];
