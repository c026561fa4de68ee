// Every table, for what treats them alike: retention, and the test against the engine's DESCRIBE.
import { deltaSamples } from './delta-samples.ts';
import { edgeHalves } from './edge-halves.ts';
import { exemplars } from './exemplars.ts';
import { histograms } from './histograms.ts';
import { logStreams } from './log-streams.ts';
import { logs } from './logs.ts';
import { metricMetadata } from './metric-metadata.ts';
import { sampleStarts } from './sample-starts.ts';
import { samples } from './samples.ts';
import { scopes } from './scopes.ts';
import { series } from './series.ts';
import { spans } from './spans.ts';
import type { TableDefinition } from './table.ts';

export const tables: readonly TableDefinition[] = [
  deltaSamples,
  edgeHalves,
  exemplars,
  histograms,
  logStreams,
  logs,
  metricMetadata,
  sampleStarts,
  samples,
  scopes,
  series,
  spans,
];
