// `convert_classic_histograms_to_nhcb`: the lines of a classic histogram, one after the other, become
// one native histogram whose bounds are those of the buckets.
import { checkHistogram, customSchema } from '#codec/exposition/check-histogram.ts';
import type { PageExemplar } from '#codec/exposition/page.ts';
import type { HistogramSample } from '#model/histogram-sample.ts';
import type { ClassicGroup, ClassicMember } from './series-cache.ts';

export interface ConvertedHistogram {
  readonly group: ClassicGroup;
  readonly histogram: HistogramSample;
  readonly timeMs: number | undefined;
  readonly startMs: number | undefined;
  readonly exemplars: readonly PageExemplar[];
}

interface Part {
  readonly value: number;
  readonly timeMs: number | undefined;
  readonly startMs: number | undefined;
  exemplar(): PageExemplar | undefined;
}

export class ClassicHistograms {
  #group: ClassicGroup | undefined;
  /** Cumulative counts by upper bound. */
  readonly #buckets = new Map<number, number>();
  #count: number | undefined;
  #sum = 0;
  #timeMs: number | undefined;
  #startMs: number | undefined;
  #exemplars: PageExemplar[] = [];

  /** Collects a line; answers the histogram before when this line begins another one. */
  add(member: ClassicMember, part: Part): ConvertedHistogram | undefined {
    const ended = member.group === this.#group ? undefined : this.end();
    if (this.#group === undefined) {
      this.#group = member.group;
      this.#timeMs = part.timeMs;
      this.#startMs = part.startMs;
    }
    if (member.part === 'count') this.#count = part.value;
    else if (member.part === 'sum') this.#sum = part.value;
    else if (!this.#buckets.has(member.bound)) this.#buckets.set(member.bound, part.value);
    for (let next = part.exemplar(); next; next = part.exemplar()) this.#exemplars.push(next);
    return ended;
  }

  /** The histogram whose lines came last; undefined when there is none, or its counts make none. */
  end(): ConvertedHistogram | undefined {
    const group = this.#group;
    if (group === undefined) return undefined;
    const histogram = this.#histogram();
    const ended =
      histogram === undefined
        ? undefined
        : {
            group,
            histogram,
            timeMs: this.#timeMs,
            startMs: this.#startMs,
            exemplars: this.#exemplars.filter(({ timeMs }) => timeMs !== undefined),
          };
    this.#group = undefined;
    this.#buckets.clear();
    this.#count = undefined;
    this.#sum = 0;
    this.#exemplars = [];
    return ended;
  }

  #histogram(): HistogramSample | undefined {
    const buckets = [...this.#buckets].sort(([a], [b]) => a - b);
    const last = buckets.at(-1);
    const count = this.#count ?? last?.[1] ?? 0;
    if (last?.[0] !== Number.POSITIVE_INFINITY) buckets.push([Number.POSITIVE_INFINITY, count]);
    else if (last[1] !== count) return undefined;
    let below = 0;
    const counts = Float64Array.from(buckets, ([, cumulative]) => {
      const own = cumulative - below;
      below = cumulative;
      return own;
    });
    const histogram = {
      schema: customSchema,
      count,
      sum: this.#sum,
      zeroThreshold: 0,
      zeroCount: 0,
      positiveSpans: Int32Array.of(0, counts.length),
      positiveCounts: counts,
      negativeSpans: new Int32Array(0),
      negativeCounts: new Float64Array(0),
      customBounds: Float64Array.from(buckets.slice(0, -1), ([bound]) => bound),
      counterReset: 0,
    };
    return checkHistogram(histogram) === undefined ? histogram : undefined;
  }
}
