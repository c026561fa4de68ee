// One point of a series: a number or a native histogram.
import type { Histogram } from './histogram/histogram.ts';
import type { GridSeries, Labels } from './value.ts';

export type Point = number | Histogram;

export const isHistogram = (point: Point): point is Histogram => typeof point === 'object';

/** The point of a step that is present. */
export const pointAt = ({ histograms, values }: GridSeries, step: number): Point =>
  histograms?.[step] ?? (values[step] as number);

/** All but the labels of a series. */
export type PointParts = Pick<GridSeries, 'values' | 'present' | 'histograms'>;

/** The points of a new series, step by step. */
export class Points {
  readonly #values: Float64Array;
  readonly #present: Uint8Array;
  #histograms: (Histogram | undefined)[] | undefined;
  #isEmpty = true;

  constructor(count: number) {
    this.#values = new Float64Array(count);
    this.#present = new Uint8Array(count);
  }

  set(step: number, point: Point): void {
    this.#present[step] = 1;
    this.#isEmpty = false;
    if (typeof point === 'number') {
      this.#values[step] = point;
      return;
    }
    this.#histograms ??= new Array(this.#values.length);
    this.#histograms[step] = point;
  }

  /** Undefined when no point was set. */
  get parts(): PointParts | undefined {
    const values = this.#values;
    const present = this.#present;
    if (this.#isEmpty) return undefined;
    return this.#histograms
      ? { values, present, histograms: this.#histograms }
      : { values, present };
  }
}

/** A series of what is given. Written out, because copying objects costs more than all else here. */
export function seriesOfPoints(
  labels: Labels,
  { values, present, histograms }: PointParts,
  dropsName: boolean | undefined,
): GridSeries {
  if (histograms) {
    return dropsName
      ? { labels, values, present, histograms, dropsName }
      : { labels, values, present, histograms };
  }
  return dropsName ? { labels, values, present, dropsName } : { labels, values, present };
}
