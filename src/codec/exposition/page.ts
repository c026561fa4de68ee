// What the readers of all three formats offer: one entry of a page after the other, in fields that
// are overwritten by the next one, so that a sample makes no object.
import type { Pairs } from '#model/canonical.ts';
import type { HistogramSample } from '#model/histogram-sample.ts';

/** What next() stands on. */
export const entryKind = {
  end: 0,
  type: 1,
  help: 2,
  unit: 3,
  sample: 4,
  histogram: 5,
} as const;
export type EntryKind = (typeof entryKind)[keyof typeof entryKind];

export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

export interface PageExemplar {
  readonly labels: Pairs;
  readonly value: number;
  /** Undefined: that of its sample. */
  readonly timeMs: number | undefined;
}

export interface Page {
  /** Moves to the next entry. Throws InputError where the page breaks its format. */
  next(): EntryKind;

  // Of type, help and unit: the family, and what is said of it.
  readonly family: string;
  readonly text: string;
  /** Of the last type entry; what labels() is normalized by. Set it where a type entry is known. */
  type: MetricType;

  // Of samples and histograms.
  /** The bytes that name the series on this page: the same bytes, the same labels. */
  readonly keyBytes: Uint8Array;
  readonly keyFrom: number;
  readonly keyTo: number;
  /** What settle() was told of the same line of the last page; -1 when it has to be looked up. */
  readonly known: number;
  readonly value: number;
  readonly histogram: HistogramSample | undefined;
  readonly hasTime: boolean;
  readonly timeMs: number;
  /** When counting began, where the entry itself says so (protobuf). */
  readonly startMs: number | undefined;
  /** A classic histogram beside a native one of the same name. */
  readonly isBesideNative: boolean;

  /** The labels with `__name__`, sorted, without empty values. Throws InputError on duplicates. */
  labels(): Pairs;
  /** The next exemplar of this entry. */
  exemplar(): PageExemplar | undefined;
  /** Remembers `id` for the line of this entry, for the next page of the same target. */
  settle(id: number): void;
}
