// Writes our own metrics, spans and log records into our own store, through the same decoder as
// everybody's but not through a receiver: what it writes is in no accepted or refused count, makes no
// span and no log record, and so never feeds on itself.
import { type Clock, systemClock } from '#lib/clock.ts';
import type { LogRecord } from '#lib/log.ts';
import type { Counter, Meter } from './meter.ts';
import { type SelfResource, toOtlpLogs, toOtlpMetrics, toOtlpSpans } from './otlp-json.ts';
import type { Tracer } from './tracer.ts';

export interface SelfExportDeps {
  readonly meter: Meter;
  readonly tracer: Tracer;
  readonly self: SelfResource;
  /** Writes one OTLP JSON request; what it throws is counted, the next round goes on. */
  readonly send: (signal: 'metrics' | 'traces' | 'logs', request: object) => Promise<void>;
  readonly metricsIntervalMs: number;
  readonly clock?: Clock;
}

export interface SelfExport {
  /** To be given to the logger: keeps the record until the next round. */
  readonly listener: (record: LogRecord) => void;
  start(): void;
  /** Writes what is there now. */
  flush(): Promise<void>;
  /** Ends the rounds after a last flush, which gets a moment: without a store it would take long. */
  stop(deadlineMs?: number): Promise<void>;
}

/** Spans and log records wait at most this long. */
const eventsIntervalMs = 2000;
/** Log records that wait for the next round; the oldest give way and are counted. */
const pendingRecordsMax = 2000;
const stopDeadlineMs = 2000;

export function createSelfExport(deps: SelfExportDeps): SelfExport {
  const { meter, tracer, self, send, clock = systemClock } = deps;
  const dropped = meter.counter(
    'sightline_internal_telemetry_dropped_total',
    'Own items that could not be written, by signal.',
  );
  const startUnixNano = clock.nowNano();
  let records: LogRecord[] = [];
  let running: Promise<void> = Promise.resolve();
  const timers: NodeJS.Timeout[] = [];

  const write = async (signal: Parameters<typeof send>[0], items: number, request: object) => {
    if (items === 0) return;
    await send(signal, request).catch(() => dropped.add(items, { signal }));
  };
  const writeEvents = async (): Promise<void> => {
    const spans = tracer.drain();
    const taken = records;
    records = [];
    await write('traces', spans.length, toOtlpSpans(spans, self));
    await write('logs', taken.length, toOtlpLogs(taken, self));
  };
  const writeMetrics = async (): Promise<void> => {
    const families = meter.collect();
    const timing = { startUnixNano, nowUnixNano: clock.nowNano() };
    await write('metrics', families.length, toOtlpMetrics(families, timing, self));
  };
  const waiting = new Set<() => Promise<void>>();
  /** Rounds never overlap; one that waits for its turn is not queued again while writes are slow. */
  const enqueue = (round: () => Promise<void>): Promise<void> => {
    if (waiting.has(round)) return running;
    waiting.add(round);
    running = running.then(async () => {
      waiting.delete(round);
      // A gauge that cannot be read must not end the rounds, let alone the program.
      await round().catch(() => dropped.add(1, { signal: 'rounds' }));
    });
    return running;
  };
  const flush = (): Promise<void> =>
    enqueue(async () => {
      await writeEvents();
      await writeMetrics();
    });

  return {
    listener: (record) => {
      records.push(record);
      if (records.length > pendingRecordsMax) dropOldest(records, dropped);
    },
    start: () => {
      timers.push(setInterval(() => void enqueue(writeEvents), eventsIntervalMs));
      timers.push(setInterval(() => void enqueue(writeMetrics), deps.metricsIntervalMs));
      void enqueue(writeMetrics);
    },
    flush,
    stop: async (deadlineMs = stopDeadlineMs) => {
      for (const timer of timers.splice(0)) clearInterval(timer);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs);
      });
      await Promise.race([flush(), late]);
      clearTimeout(timer);
    },
  };
}

function dropOldest(records: LogRecord[], dropped: Counter): void {
  records.shift();
  dropped.add(1, { signal: 'logs' });
}
