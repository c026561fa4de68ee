// Exemplars of a page: each is stored once, though a page shows it until there is a newer one.
import type { Page, PageExemplar } from '#codec/exposition/page.ts';
import type { SampleBatchBuilder } from '#model/sample-batch.ts';
import type { ScrapedSeries } from './series-cache.ts';

export interface ExemplarContext {
  readonly builder: SampleBatchBuilder;
  readonly timeMsMin: number;
  readonly timeMsMax: number;
}

export class ExemplarIntake {
  readonly #context: ExemplarContext;

  constructor(context: ExemplarContext) {
    this.#context = context;
  }

  /** Those of the entry that the page stands on. Without a time they have that of their sample. */
  take(series: ScrapedSeries, page: Page, sampleMs: number, isClassic: boolean): void {
    let exemplar = page.exemplar();
    if (exemplar === undefined) return;
    if (isClassic) {
      this.#append(series, exemplar, exemplar.timeMs ?? sampleMs);
      return;
    }
    const all: PageExemplar[] = [];
    for (; exemplar; exemplar = page.exemplar()) all.push(exemplar);
    this.takeAll(series, all);
  }

  /** Those of a native histogram, which all have times. */
  takeAll(series: ScrapedSeries, exemplars: readonly PageExemplar[]): void {
    const inOrder = [...exemplars].sort((a, b) => (a.timeMs ?? 0) - (b.timeMs ?? 0));
    for (const exemplar of inOrder) this.#append(series, exemplar, exemplar.timeMs ?? 0);
  }

  #append(series: ScrapedSeries, exemplar: PageExemplar, timeMs: number): void {
    const { builder, timeMsMin, timeMsMax } = this.#context;
    if (timeMs < timeMsMin || timeMs > timeMsMax) return;
    const { labels, value } = exemplar;
    const text = JSON.stringify([labels, value, exemplar.timeMs]);
    if (text === series.exemplarText || timeMs < series.exemplarMs) return;
    series.exemplarText = text;
    series.exemplarMs = timeMs;
    builder.exemplar(series.ref, { timeMs, value, labels });
  }
}
