// From the columns that a scanner filled to the batch and the rejection.
import {
  type Batch,
  heldBytes,
  rowCount,
  type Signal,
  type TableName,
  type TableRows,
} from '#model/batch.ts';
import type { Column } from '#model/column.ts';
import { withoutRows } from '#model/column-filter.ts';
import type { Body } from './body.ts';
import type { DecodeResult } from './decode-context.ts';

const nouns: Record<Signal, string> = {
  traces: 'span',
  metrics: 'data point',
  logs: 'log record',
};

export function toDecodeResult<S extends Signal>(
  signal: S,
  body: Body,
  items: number,
  identities: readonly TableRows[],
  rows: readonly TableRows[],
): DecodeResult<S> {
  // Not the body: the batch waits in the queue longer than its bytes are needed.
  const { claims } = body;
  const filled = { identities: identities.filter(rowCount), rows: rows.filter(rowCount) };
  const batch: Batch<S> = {
    signal,
    tenant: body.context.tenant,
    items,
    ...filled,
    byteLength: heldBytes(filled.identities) + heldBytes(filled.rows),
    committed: () => claims.committed(),
  };
  return { batch, rejection: body.rejections.toRejection(nouns[signal]) };
}

/** The rows of one table; `dropped` are the rows that are to be left out, rising. */
export function tableRows(
  table: TableName,
  columns: Readonly<Record<string, Column>>,
  dropped: readonly number[] = [],
): TableRows {
  if (dropped.length === 0) return { table, columns };
  const isDropped = new Uint8Array(rowCount({ table, columns }));
  for (const row of dropped) isDropped[row] = 1;
  return { table, columns: withoutRows(columns, isDropped) };
}
