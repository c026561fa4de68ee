// The points of a series on a grid, set one after the other.
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import type { GridSeries, Labels } from '#query/vector/value.ts';
import type { Point } from './definition.ts';

export class GridBuilder {
  readonly #values: Float64Array;
  readonly #present: Uint8Array;
  #histograms: (Histogram | undefined)[] | undefined;
  #isEmpty = true;

  constructor(count: number) {
    this.#values = new Float64Array(count);
    this.#present = new Uint8Array(count);
  }

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  has(step: number): boolean {
    return this.#present[step] === 1;
  }

  /** Nothing is set for undefined. */
  set(step: number, point: Point | undefined): void {
    if (point === undefined) return;
    this.#present[step] = 1;
    this.#isEmpty = false;
    if (typeof point === 'number') this.#values[step] = point;
    else {
      this.#histograms ??= new Array(this.#values.length).fill(undefined);
      this.#histograms[step] = point;
    }
  }

  /** Lets others set all points at once. */
  fill(set: (values: Float64Array, present: Uint8Array) => void): void {
    set(this.#values, this.#present);
    this.#isEmpty = !this.#present.includes(1);
  }

  build(labels: Labels, dropsName = false): GridSeries {
    return {
      labels,
      values: this.#values,
      present: this.#present,
      ...(this.#histograms ? { histograms: this.#histograms } : {}),
      ...(dropsName ? { dropsName } : {}),
    };
  }
}
