// Samples of selectors that were read before, so that another grid over them costs no read. An entry
// holds one stretch of time; what writes have changed since, and what lies outside, is read again.
import { systemClock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import { Lru } from '#lib/lru.ts';
import { firstAfter } from '#query/vector/samples.ts';
import type { RawSeries } from '#query/vector/value.ts';
import { Turns } from '../eval/turns.ts';
import type { Read } from '../plan/node.ts';
import type { ReadScope, SampleSource } from '../read/source.ts';
import type { CacheMemory } from './memory.ts';
import {
  between,
  joinSamplesInParts,
  type SampleRun,
  sampleBytes,
  samplesOfRead,
} from './sample-run.ts';

/** Reads begin and end at multiples of it, so that those that differ little share what they read. */
const alignMs = 600_000;
/** A sample and its time, before times are shared. */
const sampleBytesMax = 16;
const largeMax = 1000;

export class SampleCache {
  readonly #source: SampleSource;
  readonly #memory: CacheMemory;
  readonly #loading = new Map<string, Promise<unknown>>();
  /** The shortest stretches that were too large, by key. */
  readonly #large = new Lru<string, number>(largeMax);

  constructor(source: SampleSource, memory: CacheMemory) {
    this.#source = source;
    this.#memory = memory;
  }

  /** Undefined when it is too much to be remembered, or of histograms. */
  async select(read: Read, scope: ReadScope): Promise<readonly RawSeries[] | undefined> {
    const run = await this.#read(read, scope);
    if (!run) return undefined;
    const series = samplesOfRead(run.series, read);
    scope.budget.checkSeries(series.length);
    scope.budget.addSamples(countSamples(series));
    return series;
  }

  /** The same with samples outside of the range as well: for who looks only into windows. */
  async selectWide(read: Read, scope: ReadScope): Promise<readonly RawSeries[] | undefined> {
    if (!read.withStale) return this.select(read, scope);
    const run = await this.#read(read, scope);
    if (!run) return undefined;
    // What lies outside was there before the query and costs it nothing.
    const inside = countInside(run.series, read);
    scope.budget.checkSeries(inside.series);
    scope.budget.addSamples(inside.samples);
    return run.series;
  }

  /** Whether what is known of the range is no longer right in part: more is being written there. */
  isChanging(read: Read, scope: ReadScope): boolean {
    const key = keyOf(read, scope);
    const known = this.#memory.find(key) as SampleRun | undefined;
    if (!known || known.fromMs > read.fromMs || known.toMs < read.toMs) return false;
    return (this.#validPart(key, read, scope)?.toMs ?? -Infinity) < read.toMs;
  }

  async #read(read: Read, scope: ReadScope): Promise<SampleRun | undefined> {
    const key = keyOf(read, scope);
    if (read.toMs - read.fromMs >= (this.#large.get(key) ?? Infinity)) return undefined;
    // Who asks for the same meanwhile waits for what is being read.
    while (this.#loading.has(key)) await this.#loading.get(key);
    scope.budget.checkpoint();
    const work = this.#runFor(key, read, scope);
    const settled = work.catch(() => undefined);
    this.#loading.set(key, settled);
    let run: SampleRun | undefined;
    try {
      run = await work;
    } finally {
      if (this.#loading.get(key) === settled) this.#loading.delete(key);
    }
    if (!run) this.#large.set(key, read.toMs - read.fromMs);
    return run;
  }

  async #runFor(key: string, read: Read, scope: ReadScope): Promise<SampleRun | undefined> {
    const memory = this.#memory;
    // Before anything is read: what is written from now on may be missing.
    const { sequence } = memory.writes;
    const valid = this.#validPart(key, read, scope);
    const known = valid?.hasTotals && !isWithin(read, valid) ? undefined : valid;
    const isBefore = known !== undefined && read.fromMs < known.fromMs;
    const isBehind = known !== undefined && read.toMs > known.toMs;
    memory.countLookup('samples', known ? (isBefore || isBehind ? 'part' : 'hit') : 'miss');
    if (known && !isBefore && !isBehind) return known;
    const fromMs = Math.floor(read.fromMs / alignMs) * alignMs;
    const toMs = Math.ceil(read.toMs / alignMs) * alignMs;
    const load = (from: number, to: number) =>
      this.#load({ ...read, fromMs: from, toMs: to }, scope);
    const loaded = known
      ? await Promise.all([
          isBefore ? load(fromMs, known.fromMs) : nothing,
          isBehind ? load(known.toMs, toMs) : nothing,
        ])
      : [await load(fromMs, toMs), nothing];
    const turns = new Turns(systemClock, () => scope.budget.checkpoint());
    const join = (runs: readonly (readonly RawSeries[])[]) =>
      turns.finish(joinSamplesInParts(runs));
    const isSplit = known && loaded.some((one) => one?.hasTotals);
    const [before, behind] = isSplit ? [await load(fromMs, toMs), nothing] : loaded;
    if (!before || !behind) return undefined;
    const kept = isSplit ? undefined : known;
    const hasTotals = before.hasTotals;
    const whole: SampleRun = {
      fromMs: kept && !isBefore ? kept.fromMs : fromMs,
      toMs: kept && !isBehind ? kept.toMs : toMs,
      series: await join(kept ? [before.series, kept.series, behind.series] : [before.series]),
      hasTotals,
      sequence,
    };
    if (memory.keep(key, whole, sampleBytes(whole.series))) return whole;
    const series = await join([whole.series.map((one) => between(one, fromMs, toMs))]);
    const wanted: SampleRun = { fromMs, toMs, series, hasTotals, sequence };
    return memory.keep(key, wanted, sampleBytes(series)) ? wanted : undefined;
  }

  /** What is known and still right, where it meets what is wanted. */
  #validPart(key: string, read: Read, { tenant }: ReadScope): SampleRun | undefined {
    const known = this.#memory.find(key) as SampleRun | undefined;
    if (!known) return undefined;
    const earliestMs = this.#memory.writes.earliestSince(tenant, known.sequence);
    const toMs = Math.min(known.toMs, earliestMs - 1);
    if (toMs <= known.fromMs || read.fromMs > toMs || read.toMs < known.fromMs) return undefined;
    if (toMs === known.toMs) return known;
    const series = known.series.map((one) => between(one, known.fromMs, toMs));
    return { ...known, toMs, series: series.filter(({ times }) => times.length > 0) };
  }

  async #load(read: Read, scope: ReadScope): Promise<Loaded | undefined> {
    const budget = scope.budget.withSamplesMax(this.#memory.entryBytesMax / sampleBytesMax);
    let isWhole = true;
    const onLeftOut = (): void => {
      isWhole = false;
    };
    let hasTotals = false;
    const onRunningTotals = (): void => {
      hasTotals = true;
    };
    try {
      const wide = { ...read, withStale: true, withStarts: true };
      const told = { ...scope, budget, onLeftOut, onRunningTotals };
      const series = await this.#source.select(wide, told);
      if (!isWhole || series.some(({ histograms }) => histograms)) return undefined;
      return { series, hasTotals };
    } catch (error) {
      if (error instanceof InputError && error.code.startsWith('limit_')) return undefined;
      throw error;
    }
  }
}

type Loaded = Pick<SampleRun, 'series' | 'hasTotals'>;

const nothing: Loaded = { series: [], hasTotals: false };

const isWithin = (read: Read, { fromMs, toMs }: SampleRun): boolean =>
  read.fromMs >= fromMs && read.toMs <= toMs;

/** What of the samples lies in the range of the read. */
function countInside(series: readonly RawSeries[], { fromMs, toMs }: Read) {
  const inside = { series: 0, samples: 0 };
  for (const { times } of series) {
    const samples = firstAfter(times, toMs) - firstAfter(times, fromMs);
    inside.samples += samples;
    if (samples > 0) inside.series++;
  }
  return inside;
}

const countSamples = (series: readonly RawSeries[]): number =>
  series.reduce((sum, { times }) => sum + times.length, 0);

function keyOf({ matchers }: Read, { tenant, isStrict }: ReadScope): string {
  const selected = matchers.map(({ label, operator, value }) =>
    JSON.stringify([label, operator, value]),
  );
  return JSON.stringify(['samples', tenant, isStrict, selected.sort()]);
}
