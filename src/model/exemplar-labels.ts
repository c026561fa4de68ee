// The labels of a Prometheus exemplar in a row of otel_exemplars.
import { toStoredAttribute } from './attribute.ts';
import type { Pairs } from './canonical.ts';
import { appendMap } from './column.ts';
import type { MetricRows } from './metric-rows.ts';

/** Ids of traces and spans go into their columns, everything else into the attributes. */
export function appendExemplarLabels(columns: MetricRows['exemplars'], labels: Pairs): void {
  const traceId = idOf(labels, 'trace_id', 16);
  const spanId = idOf(labels, 'span_id', 8);
  columns.trace_id.data.copy(traceId ?? noId, 0, 16);
  columns.span_id.data.copy(spanId ?? noId, 0, 8);
  appendMap(
    columns.attributes,
    labels
      .filter(([label]) => !(label === 'trace_id' && traceId) && !(label === 'span_id' && spanId))
      .map(([label, value]) => [label, toStoredAttribute(value)] as const),
  );
}

const noId = new Uint8Array(16);

function idOf(labels: Pairs, name: string, bytes: number): Uint8Array | undefined {
  const text = labels.find(([label]) => label === name)?.[1];
  if (text === undefined || text.length !== bytes * 2 || !/^[0-9a-f]+$/.test(text))
    return undefined;
  const id = Uint8Array.from({ length: bytes }, (_, i) =>
    Number.parseInt(text.slice(i * 2, i * 2 + 2), 16),
  );
  return id.some((byte) => byte !== 0) ? id : undefined;
}
