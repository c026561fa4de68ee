// A histogram of a registry: classic series, a native one, or both.
import type { SampleBatchBuilder, SeriesRef } from '#model/sample-batch.ts';
import type { GeneratedHistogram, TracePoint } from '#pipeline/metric-registry.ts';
import { NativeBuckets } from './native-buckets.ts';
import { type SeriesIdentity, sampleLabels, WrittenSeries } from './series.ts';

export type HistogramKind = 'classic' | 'native' | 'both';

/** Of one interval the slowest leads to its trace. */
class Exemplar {
  value = Number.NEGATIVE_INFINITY;
  timeMs = 0;
  readonly traceId = Buffer.alloc(16);

  offer(value: number, { traceIds, traceIdAt, timeMs }: TracePoint): void {
    if (value <= this.value) return;
    this.value = value;
    this.timeMs = timeMs;
    for (let i = 0; i < 16; i++) this.traceId[i] = traceIds[traceIdAt + i] as number;
  }

  append(builder: SampleBatchBuilder, series: SeriesRef): void {
    const traceId = this.traceId.toString('hex');
    const { timeMs, value } = this;
    // Tempo's name of the label, and that of everybody else.
    const labels = [['traceID', traceId] as const, ['trace_id', traceId] as const];
    builder.exemplar(series, { timeMs, value, labels });
  }
}

interface ClassicRefs {
  /** By bucket; the last is +Inf. */
  readonly buckets: readonly SeriesRef[];
  readonly sum: SeriesRef;
  readonly count: SeriesRef;
}

export class HistogramSeries extends WrittenSeries implements GeneratedHistogram {
  readonly seriesCount: number;
  readonly #bounds: readonly number[];
  readonly #kind: HistogramKind;
  readonly #counts: Float64Array;
  readonly #native: NativeBuckets | undefined;
  readonly #exemplar = new Exemplar();
  #count = 0;
  #sum = 0;
  #classicRefs: ClassicRefs | undefined;
  #nativeRef: SeriesRef | undefined;

  constructor(identity: SeriesIdentity, bounds: readonly number[], kind: HistogramKind) {
    super(identity);
    this.#bounds = bounds;
    this.#kind = kind;
    this.#counts = new Float64Array(bounds.length + 1);
    this.#native = kind === 'classic' ? undefined : new NativeBuckets();
    const classicCount = kind === 'native' ? 0 : bounds.length + 3;
    this.seriesCount = classicCount + (kind === 'classic' ? 0 : 1);
  }

  observe(value: number, at?: TracePoint, weight = 1): void {
    this.isTouched = true;
    this.#count += weight;
    this.#sum += value * weight;
    const bucket = this.#bucketOf(value);
    this.#counts[bucket] = (this.#counts[bucket] as number) + weight;
    this.#native?.add(value, weight);
    if (at) this.#exemplar.offer(value, at);
  }

  protected append(builder: SampleBatchBuilder, timeMs: number): void {
    if (this.#kind !== 'native') this.#appendClassic(builder, timeMs);
    if (this.#native) {
      const sample = this.#native.toSample(this.#count, this.#sum);
      builder.histogram(this.#nativeIn(builder), timeMs, sample, this.identity.zeroMs);
    }
    if (this.#exemplar.value >= 0) this.#appendExemplar(builder);
  }

  protected appendZero(builder: SampleBatchBuilder, timeMs: number): void {
    if (this.#kind !== 'native') {
      for (const ref of this.#allClassicIn(builder)) builder.number(ref, timeMs, 0);
    }
    if (this.#native) {
      builder.histogram(this.#nativeIn(builder), timeMs, new NativeBuckets().toSample(0, 0));
    }
  }

  appendStale(builder: SampleBatchBuilder, timeMs: number): void {
    if (this.#kind !== 'native') {
      for (const ref of this.#allClassicIn(builder)) builder.stale(ref, timeMs);
    }
    if (this.#native) builder.stale(this.#nativeIn(builder), timeMs);
  }

  #appendClassic(builder: SampleBatchBuilder, timeMs: number): void {
    const { buckets, sum, count } = this.#classicIn(builder);
    let below = 0;
    buckets.forEach((ref, i) => {
      below += this.#counts[i] as number;
      builder.number(ref, timeMs, below);
    });
    builder.number(sum, timeMs, this.#sum);
    builder.number(count, timeMs, this.#count);
  }

  #appendExemplar(builder: SampleBatchBuilder): void {
    const exemplar = this.#exemplar;
    if (this.#kind !== 'native') {
      const bucket = this.#bucketOf(exemplar.value);
      exemplar.append(builder, this.#classicIn(builder).buckets[bucket] as SeriesRef);
    }
    if (this.#native) exemplar.append(builder, this.#nativeIn(builder));
    exemplar.value = Number.NEGATIVE_INFINITY;
  }

  #bucketOf(value: number): number {
    const bounds = this.#bounds;
    let from = 0;
    let to = bounds.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (value <= (bounds[middle] as number)) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  #allClassicIn(builder: SampleBatchBuilder): readonly SeriesRef[] {
    const { buckets, sum, count } = this.#classicIn(builder);
    return [...buckets, sum, count];
  }

  #classicIn(builder: SampleBatchBuilder): ClassicRefs {
    if (this.#classicRefs) return this.#classicRefs;
    const { name, labels } = this.identity;
    const family = { type: 'histogram' };
    const bounds = [...this.#bounds, Number.POSITIVE_INFINITY];
    const refs = {
      buckets: bounds.map((bound) =>
        builder.series(sampleLabels(`${name}_bucket`, labels, [['le', boundText(bound)]]), family),
      ),
      sum: builder.series(sampleLabels(`${name}_sum`, labels), family),
      count: builder.series(sampleLabels(`${name}_count`, labels), family),
    };
    this.#classicRefs = refs;
    return refs;
  }

  #nativeIn(builder: SampleBatchBuilder): SeriesRef {
    const { name, labels } = this.identity;
    this.#nativeRef ??= builder.series(sampleLabels(name, labels), { type: 'histogram' });
    return this.#nativeRef;
  }
}

/** As Go writes it; bounds are of a magnitude that JavaScript writes alike. */
const boundText = (bound: number): string =>
  bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
