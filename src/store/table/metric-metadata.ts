// Type, unit and help of metrics, as they were sent on a day.
import { defineTable } from './table.ts';

export const metricMetadata = defineTable({
  name: 'otel_metric_metadata',
  signal: 'metrics',
  partition: 'day',
  isReplacing: true,
  materialized: [],
  columns: {
    tenant: 'LowCardinality(String)',
    day: 'Int32',
    name: 'LowCardinality(String)',
    type: 'LowCardinality(String)',
    unit: 'LowCardinality(String)',
    help: 'String',
    otel_name: 'LowCardinality(String)',
  },
});
