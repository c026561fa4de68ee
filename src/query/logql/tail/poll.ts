// Lines that other processes have written: the store is asked for the last seconds, again and again.
// What arrives in the store later than that after its own time is not seen here.
import type { Clock } from '#lib/clock.ts';
import type { LogqlEngine } from '../engine.ts';
import type { LogEntry } from '../eval/read-lines.ts';

export interface PollSettings {
  readonly engine: LogqlEngine;
  readonly clock: Clock;
  readonly tenant: string;
  readonly query: string;
  /** Lines of one question. */
  readonly entriesMax: number;
  /** Gets lines more than once. */
  readonly show: (entries: readonly LogEntry[]) => void;
  readonly onError: (error: unknown) => void;
}

const pollMs = 1000;
/** Lines may come so late. */
const lateNano = 15_000_000_000n;
/** Clocks of others may be ahead. */
const aheadNano = 60_000_000_000n;
/** Questions of one poll; what is left then is found by the next ones. */
const pagesMax = 20;

/** Answers what ends it. */
export function pollStore(settings: PollSettings): () => void {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const run = async (): Promise<void> => {
    try {
      await pollOnce(settings, stopped.signal);
    } catch (error) {
      if (!stopped.signal.aborted) settings.onError(error);
    }
    if (!stopped.signal.aborted) timer = setTimeout(() => void run(), pollMs);
  };
  timer = setTimeout(() => void run(), pollMs);
  return () => {
    stopped.abort();
    clearTimeout(timer);
  };
}

async function pollOnce(settings: PollSettings, signal: AbortSignal): Promise<void> {
  const { engine, clock, tenant, query, entriesMax: limit, show } = settings;
  const nowNano = clock.nowNano();
  const endNano = nowNano + aheadNano;
  let startNano = nowNano - lateNano;
  for (let page = 0; page < pagesMax; page++) {
    const result = await engine.queryRange(query, {
      tenant,
      signal,
      startNano,
      endNano,
      limit,
      direction: 'forward',
      stepNano: endNano - startNano,
      intervalNano: 0n,
    });
    if (result.kind !== 'streams') return;
    show(result.entries);
    const last = result.entries.at(-1);
    if (!last || result.entries.length < limit) return;
    // The last time again, unless it fills the page.
    startNano = last.timeNano > startNano ? last.timeNano : last.timeNano + 1n;
  }
}
