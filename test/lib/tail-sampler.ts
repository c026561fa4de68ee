// A stand-in for a tail sampler: keeps traces by their id, all of a trace or nothing of it.
import { Hash64 } from '#lib/hash.ts';
import type { Batch, TableRows } from '#model/batch.ts';
import type { FixedColumn } from '#model/column.ts';
import { withoutRows } from '#model/column-filter.ts';
import type { ConsumeResult, Consumer } from '#pipeline/consumer.ts';

export class TailSampler implements Consumer {
  /** Spans that went on. */
  kept = 0;
  /** What the next call throws instead. */
  failure: Error | undefined;
  readonly #next: Consumer;
  readonly #oneOf: number;

  /** Keeps one of `oneOf` traces. */
  constructor(next: Consumer, oneOf: number) {
    this.#next = next;
    this.#oneOf = oneOf;
  }

  async consume(batch: Batch, signal?: AbortSignal): Promise<ConsumeResult> {
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure;
    const rows = batch.rows.map((table) => this.#sample(table));
    await this.#next.consume({ ...batch, rows }, signal);
    return { accepted: batch.items, rejected: undefined };
  }

  #sample(table: TableRows): TableRows {
    const { data, rows } = table.columns['trace_id'] as FixedColumn;
    const hash = new Hash64();
    const isDropped = Uint8Array.from({ length: rows }, (_, row) => {
      hash.update(data.bytes, row * 16, row * 16 + 16, 0, 0);
      return hash.low % this.#oneOf === 0 ? 0 : 1;
    });
    this.kept += isDropped.filter((mark) => mark === 0).length;
    return { ...table, columns: withoutRows(table.columns, isDropped) };
  }
}
