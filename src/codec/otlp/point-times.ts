// The times of data points: milliseconds, the day, whether they lie within the limits, and from when
// to when the data points of a resource go.
import { dayOfMs, msOfNanoHalves, type UnixMs } from '#model/unit.ts';
import type { Body } from './body.ts';
import type { RejectionReason } from './rejections.ts';
import { highHalf, lowHalf } from './time-window.ts';

export class PointTimes {
  /** Of the data point that was read last. */
  timeMs: UnixMs = 0;
  startMs: UnixMs = 0;
  day = 0;
  /** Of the resource: data points that were taken, and the first and last of their times. */
  points = 0;
  firstMs: UnixMs = 0;
  lastMs: UnixMs = 0;
  readonly #body: Body;
  readonly #nowLow: number;
  readonly #nowHigh: number;

  constructor(body: Body) {
    this.#body = body;
    this.#nowLow = lowHalf(body.context.nowNano);
    this.#nowHigh = highHalf(body.context.nowNano);
  }

  beginResource(): void {
    this.points = 0;
  }

  /** Takes the times of a data point; 0 is now. Says why it must be rejected, if so. */
  enter(
    timeLow: number,
    timeHigh: number,
    startLow: number,
    startHigh: number,
  ): RejectionReason | undefined {
    const isMissing = timeLow === 0 && timeHigh === 0;
    const low = isMissing ? this.#nowLow : timeLow;
    const high = isMissing ? this.#nowHigh : timeHigh;
    const { times } = this.#body;
    if (times.isTooOld(low, high)) return 'older than ingest.max_age allows';
    if (times.isTooNew(low, high)) return 'newer than ingest.max_future allows';
    this.timeMs = msOfNanoHalves(low, high);
    this.startMs = msOfNanoHalves(startLow, startHigh);
    this.day = dayOfMs(this.timeMs);
    return undefined;
  }

  /** The data point was taken. */
  count(): void {
    if (this.points === 0 || this.timeMs < this.firstMs) this.firstMs = this.timeMs;
    if (this.points === 0 || this.timeMs > this.lastMs) this.lastMs = this.timeMs;
    this.points++;
  }
}
