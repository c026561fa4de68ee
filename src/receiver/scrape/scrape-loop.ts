// Scrapes one target at its interval until it is told to stop, and ends its series when it is gone.
import type { Clock } from '#lib/clock.ts';
import type { Pairs } from '#model/canonical.ts';
import type { Scraper } from './scraper.ts';
import type { Target } from './target.ts';
import type { Sleep } from './timer.ts';

export interface LoopDeps {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Aborted when the program stops: nothing is written then, series go on after the restart. */
  readonly shutdown: AbortSignal;
  readonly onBug: (error: unknown) => void;
}

/** Scrapes that come this late still have the time that they should have had: it compresses better. */
const toleranceMsMax = 10;

export class ScrapeLoop {
  readonly target: Target;
  readonly scraper: Scraper;
  readonly #deps: LoopDeps;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #hasScraped = false;
  /** The time of the last turn. */
  #turnMs = 0;

  constructor(target: Target, scraper: Scraper, deps: LoopDeps) {
    this.target = target;
    this.scraper = scraper;
    this.#deps = deps;
  }

  start(): void {
    this.#running ??= this.#run().catch(this.#deps.onBug);
  }

  /** No scrape begins after this; resolves when the last one has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /**
   * Writes stale markers two turns after the stop: a target that comes back, perhaps from another job of
   * the file, has its series scraped by then, and `isAlive` says so of them.
   */
  async endSeries(isAlive: (labels: Pairs) => boolean): Promise<void> {
    if (!this.#hasScraped) return;
    const { clock, sleep, shutdown } = this.#deps;
    const { intervalMs } = this.target;
    const staleMs = this.#turnMs + intervalMs;
    const waitMs = staleMs + intervalMs * 1.1 - clock.nowMs();
    await sleep(Math.max(0, waitMs), shutdown);
    if (!shutdown.aborted) this.scraper.writeEnd(staleMs, isAlive);
  }

  async #run(): Promise<void> {
    const { clock, sleep, shutdown } = this.#deps;
    const { intervalMs } = this.target;
    const ended = AbortSignal.any([this.#stop.signal, shutdown]);
    await sleep(this.target.offsetMs(clock.nowMs()), ended);
    this.#turnMs = clock.nowMs();
    while (!ended.aborted) {
      // A scrape that has begun ends by itself, unless the program stops.
      await this.scraper.scrape(this.#timeOf(clock.nowMs()), shutdown);
      this.#hasScraped = true;
      if (ended.aborted) return;
      const waitMs = this.#turnMs + intervalMs - clock.nowMs();
      // A wall clock that was set back must not keep the target from being scraped.
      await sleep(Math.min(Math.max(waitMs, 0), intervalMs), ended);
    }
  }

  #timeOf(nowMs: number): number {
    const { intervalMs } = this.target;
    if (nowMs < this.#turnMs) this.#turnMs = nowMs;
    while (nowMs - this.#turnMs >= intervalMs) this.#turnMs += intervalMs;
    const tolerance = Math.min(intervalMs / 100, toleranceMsMax);
    return nowMs - this.#turnMs <= tolerance ? this.#turnMs : nowMs;
  }
}
