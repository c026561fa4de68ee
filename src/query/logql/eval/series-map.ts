// Series by their labels, not more than `query.max_series`.
import { type Labels, labelsKey } from '#query/vector/value.ts';
import { checkSeriesCount } from '../limits.ts';
import type { QueryContext } from './context.ts';

export class SeriesMap<Series> {
  readonly #byKey = new Map<string, Series>();
  readonly #context: QueryContext;
  readonly #make: (labels: Labels) => Series;

  constructor(context: QueryContext, make: (labels: Labels) => Series) {
    this.#context = context;
    this.#make = make;
  }

  at(labels: Labels): Series {
    const key = labelsKey(labels);
    let series = this.#byKey.get(key);
    if (!series) {
      checkSeriesCount(this.#byKey.size + 1, this.#context.limits);
      series = this.#make(labels);
      this.#byKey.set(key, series);
    }
    return series;
  }

  all(): Series[] {
    return [...this.#byKey.values()];
  }
}
